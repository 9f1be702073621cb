"""The configuration folder: the learned files beside what people wrote, all or nothing.

Everything is first written to a hidden folder beside the files, loaded and checked there. Only
then are missing files of one's own added and the folder `learned/` exchanged.
"""

from __future__ import annotations

import csv
import fcntl
import io
import os
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import Agency, Area, Topic
from broker.errors import BadConfiguration
from config.files import write_private
from config.foreign import told
from config.language import worded
from config.loading import ConfigurationError, check_rules
from config.loading.clocks import SHIPPED
from config.loading.learned import MODEL, PHRASES
from config.loading.model_file import write_model
from config.loading.rules_tables import LEARNED
from pintu.rules.learning.codes import LONGEST_CODE, slug
from pintu.rules.learning.exchanging import exchanged
from pintu.rules.toml_text import toml_text

if TYPE_CHECKING:  # numpy is imported where a model is made or in use, and only there
    from broker.domain.routing.learned.model import LearnedModel

REGION = (
    "99.99"  # of no region: a configuration that begins with its history does not know its code
)
_STAGE, _OLD = ".learning", ".learned-before"
_NOT_OF_PHRASES = frozenset({"SOURCES.md", "contacts.toml", "holidays.toml", "sla.toml"})
_HEAD = "# Written by `pintu rules learn`, and written anew by the next: change nothing here.\n"
_PLACES = ("code", "level", "name", "parent", "aliases", "office")


class Busy(BadConfiguration):
    """Another process learns there; later it may be free."""


def base_files(folder: Path, name: str | None) -> dict[str, str]:
    """What a configuration needs besides what is learned, where `folder` lacks it."""
    called = name or folder.resolve().name or "Pintu"
    files = {
        "rules.toml": (
            f"tenant = {toml_text(slug(called, LONGEST_CODE))}\n"
            f"name = {toml_text(called)}\n"
            'version = "1"                  # what decisions carry as `table`\n'
            f'region = "{REGION}"              # stands for the Kemendagri code, as in places.csv\n'
        ),
        "places.csv": _csv([(REGION, "kota", called, "", "", "")]),
        "channels.toml": (SHIPPED / "channels.toml").read_text("utf-8"),
        "sla.toml": (SHIPPED / "sla.toml").read_text("utf-8"),
        "words.toml": words_file(tomllib.loads((SHIPPED / "words.toml").read_text("utf-8"))),
    }
    return {file: text for file, text in files.items() if not (folder / file).exists()}


def words_file(shipped: Mapping[str, Mapping[str, object]]) -> str:
    """How people write anywhere; which names are ordinary words, only the region can tell."""
    lines = ["[expand]"]
    lines += [f"{toml_text(k)} = {toml_text(str(v))}" for k, v in shipped["expand"].items()]
    for table in ("ignore", "keep"):
        words = shipped[table]["words"]
        assert isinstance(words, list)
        lines += ["", f"[{table}]", "words = ["]
        lines += [f"  {toml_text(word)}," for word in words] + ["]"]
    return "\n".join(lines) + "\n"


def write_tables(
    stage: Path, agencies: Sequence[Agency], areas: Sequence[Area], topics: Sequence[Topic]
) -> None:
    """Put the learned tables into the working copy."""
    texts = {
        f"{LEARNED}/agencies.toml": _HEAD + "".join(map(_agency, agencies)),
        f"{LEARNED}/places.csv": _csv(
            (a.code, a.level, a.name, a.parent, "", a.office or "") for a in areas
        ),
        f"{LEARNED}/topics.toml": _HEAD + "".join(map(_topic, topics)),
    }
    (stage / LEARNED).mkdir()
    for file, text in texts.items():
        (stage / file).write_text(text, "utf-8")


def write_learned_model(stage: Path, model: LearnedModel) -> None:
    """Put the model into the working copy."""
    write_private(stage / MODEL, write_model(model))  # n-grams of what citizens wrote


def phrases(stage: Path) -> Rules:
    """The rules whose phrases the model is to know: those of the working copy, if they have any,
    else the shipped ones, which are put into it: a model must find what it was learned with."""
    own = checked(stage, model=False)
    if own.phrased:
        return own
    place = stage / PHRASES
    for file in sorted(_files(SHIPPED)):
        to = place / file.relative_to(SHIPPED)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, to)
    return checked(place)


def _files(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        if file.is_file() and file.name not in _NOT_OF_PHRASES:
            yield file


def _agency(agency: Agency) -> str:
    kind = f'kind = "{agency.kind}"\n' if agency.kind != "opd" else ""
    head = f"\n[[agency]]\ncode = {toml_text(agency.code)}\nname = {toml_text(agency.name)}\n"
    return f"{head}{kind}confirmed = false\n"


def _topic(topic: Topic) -> str:
    return (
        f"\n[[topic]]\nid = {toml_text(topic.id)}\nname = {toml_text(topic.name)}\n"
        f"agency = {toml_text(topic.agency)}\nnote = {toml_text(topic.note or '')}\n"
    )


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([_PLACES, *rows])
    return out.getvalue()


@contextmanager
def staged(folder: Path, base: Mapping[str, str]) -> Iterator[Path]:
    """A copy of the configuration with `base` added and without what was learned, to work in.

    `folder` is made if it is not there; if nothing comes of it, it goes again. One at a time: it
    is locked meanwhile. Raises `BadConfiguration`.
    """
    made = not folder.exists()
    stage = folder / _STAGE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder):
            _take_back(folder)
            shutil.rmtree(stage, ignore_errors=True)
            try:
                stage.mkdir(mode=0o700)
                _copy(folder, stage, base)
                yield stage
            finally:
                shutil.rmtree(stage, ignore_errors=True)
    except OSError as error:
        what = f"{error.filename or folder}: {told(error.strerror)}"
        raise BadConfiguration(worded("{what}; nothing was changed", what=what)) from error
    finally:
        if made and folder.exists() and not any(folder.iterdir()):
            folder.rmdir()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else works in this folder. Raises `BadConfiguration` where somebody does."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        # Some network file systems have no locks: better to learn there without one than not.
        with suppress(OSError):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy(
                    worded(
                        "{folder}: another `pintu rules learn` works on it; nothing was changed",
                        folder=folder,
                    )
                ) from None
        yield
    finally:
        os.close(handle)


def _take_back(folder: Path) -> None:
    """What was learned before, where a kill came between the two halves of an exchange."""
    before, now = folder / _OLD, folder / LEARNED
    if before.exists() and not now.exists():
        os.rename(before, now)


def _copy(folder: Path, stage: Path, base: Mapping[str, str]) -> None:
    for file in sorted(folder.iterdir()):
        if file.name.startswith(".") or file.name == LEARNED:
            continue
        if file.is_dir():
            shutil.copytree(file, stage / file.name)
        else:
            shutil.copy2(file, stage / file.name)
    for name, text in base.items():
        (stage / name).write_text(text, "utf-8")


def checked(stage: Path, *, learned: bool = True, model: bool = True) -> Rules:
    """The rules in the working copy. Raises `ConfigurationError`."""
    result = check_rules(stage, learned=learned, model=model)
    if result.rules is None:
        raise ConfigurationError(result.errors)
    return result.rules


def install(stage: Path, folder: Path, base: Iterable[str]) -> None:
    """From the working copy to the folder. A failure puts back what was there."""
    before, now = folder / _OLD, folder / LEARNED
    shutil.rmtree(before, ignore_errors=True)
    added: list[Path] = []
    try:
        for name in base:
            os.replace(stage / name, folder / name)
            added.append(folder / name)
        if now.exists():
            with suppress(OSError):  # whoever may read the model goes on doing so
                shutil.copymode(folder / MODEL, stage / MODEL, follow_symlinks=False)
            if exchanged(stage / LEARNED, now):  # what was there goes with the working copy
                return
            os.rename(now, before)
        os.rename(stage / LEARNED, now)
    except BaseException:
        for path in added:
            path.unlink(missing_ok=True)
        if before.exists() and not now.exists():
            os.rename(before, now)
        raise
    shutil.rmtree(before, ignore_errors=True)
