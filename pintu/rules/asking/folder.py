"""From answers to a configuration folder: a new one as a whole, or what changed in one that is.

Everything is put together and checked in a folder of its own first. What people wrote is never
written over unasked: a file that would become another is told, and nothing is changed.
"""

import os
import shutil
import tempfile
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from broker.domain.routing.directory import AgencyDirectory, directory_of
from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import Area
from broker.errors import BadConfiguration
from config.foreign import told
from config.language import gettext, worded
from config.loading import ConfigurationError, Problem, check_rules
from config.loading.answers import ANSWERS, resolved
from config.loading.clocks import check_clocks
from config.loading.directory import load_directory
from config.loading.documents import Unusable, text_of
from config.loading.problems import Findings
from config.loading.questions import QUESTIONS
from config.loading.rules_tables import read_directory
from pintu.rules.asking.agencies import Agencies, with_table
from pintu.rules.asking.files import agencies_file, files_of, shipped_agencies, table
from pintu.rules.asking.places import COLUMNS, places_of
from pintu.rules.asking.region import Region
from pintu.rules.asking.requests import Request, read_request
from pintu.rules.asking.sheet import names_of, sheet, with_changes

_HEAD: Final = "rules.toml"
_BACKUP: Final = "~"
"""After the name of a file that was written over; nobody reads such a file."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``new`` and ``written_over``: texts by file; ``changed``: question → before and after;
    ``rules`` are those that come of it; ``unanswered``: questions that stay as usual."""

    new: Mapping[str, str]
    written_over: Mapping[str, str]
    changed: Mapping[str, tuple[str | None, str]]
    unanswered: tuple[str, ...]
    rules: Rules
    warnings: tuple[Problem, ...]

    @property
    def nothing(self) -> bool:
        """Whether the folder is what was asked for already."""
        return not (self.new or self.written_over)


class WouldOverwrite(BadConfiguration):
    """Files that people may have written would become others; ``files`` are their names."""

    def __init__(self, folder: Path, files: list[str]) -> None:
        self.files = files
        super().__init__(
            worded(
                "{folder}: {files} would be written over; nothing was changed. "
                "Leave them out, or say --force (the old ones are kept as NAME~)",
                folder=folder,
                files=", ".join(files),
            )
        )


def is_configuration(folder: Path) -> bool:
    """Whether there is a configuration to change, and none to make."""
    return (folder / _HEAD).is_file()


def of_folder(folder: Path) -> tuple[Region, Mapping[str, str]]:
    """The region of a configuration, and its codes, names and aliases → codes. Raises
    `ConfigurationError`."""
    known = load_directory(folder)
    head = read_directory(folder, Findings()).head
    assert head is not None  # or it could not have been loaded
    return Region(head.region, head.name), known.agency_index


def recorded(folder: Path, index: Mapping[str, str]) -> dict[str, str]:
    """The answers that the folder holds. What is wrong with them is said where it is checked."""
    if not (folder / ANSWERS).is_file():
        return {}
    there = read_request(folder / ANSWERS, Findings())
    return resolved(there.who, there.text, index, Findings())


def planned(folder: Path, request: Request, *, force: bool) -> Plan:
    """What would be written for ``request``. Raises `ConfigurationError` with every error at once,
    and `WouldOverwrite`."""
    findings = Findings()
    if is_configuration(folder):
        wanted, index = _of_existing(folder, request, findings)
    else:
        wanted, index = _of_new(request, findings)
    answers = resolved(request.who, request.text, index, findings, request.source)
    if findings.errors:
        raise ConfigurationError(tuple(dict.fromkeys(findings.errors)))
    before = recorded(folder, index)
    changed = {
        id: (before.get(id), answer) for id, answer in answers.items() if before.get(id) != answer
    }
    record = folder / ANSWERS
    if not record.is_file():
        known = known_agencies(folder, request.region, request.agencies, Findings())
        wanted[ANSWERS] = request.text or sheet(request.region, answers, names_of(known))
    elif changed:
        wanted[ANSWERS] = with_changes(
            _text_of(record), {id: after for id, (_, after) in changed.items()}
        )
    new = {n: text for n, text in wanted.items() if not (folder / n).exists()}
    over = {n: text for n, text in wanted.items() if n not in new and not _is(folder / n, text)}
    if (strange := sorted(over.keys() - {ANSWERS})) and not force:
        raise WouldOverwrite(folder, strange)
    rules, warnings = _checked(folder, {**new, **over}, request.source)
    unanswered = tuple(q.id for q in QUESTIONS if q.id not in answers and q.id not in before)
    return Plan(new, over, changed, unanswered, rules, warnings)


def _is(file: Path, text: str) -> bool:
    """Whether that is what the file says, however its lines end. Raises `BadConfiguration`."""
    try:
        there = file.read_bytes().removeprefix(BOM_UTF8)
    except OSError as error:
        raise BadConfiguration(f"{file}: {told(error.strerror)}") from error
    return there.replace(b"\r\n", b"\n") == text.encode().replace(b"\r\n", b"\n")


def _text_of(file: Path) -> str:
    """Raises `BadConfiguration`."""
    try:
        return text_of(file).replace("\r\n", "\n")
    except Unusable as why:
        raise BadConfiguration(f"{file}:{why.line}: {why.what}") from None


def carry_out(folder: Path, plan: Plan) -> None:
    """Write it; a new folder appears as a whole. Raises `BadConfiguration`."""
    texts = {**plan.new, **plan.written_over}
    try:
        if not folder.exists():
            with _put_together(folder, texts, copied=False) as stage:
                os.rename(stage, folder)
            return
        for name in sorted(texts, key=lambda name: (name == _HEAD, name)):  # its head last
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if name in plan.written_over and name != ANSWERS:
                shutil.copy2(target, target.with_name(target.name + _BACKUP))
            draft = target.with_name(f".{target.name}.new")
            draft.write_text(texts[name], "utf-8")
            os.replace(draft, target)
    except OSError as error:
        what = f"{error.filename or folder}: {told(error.strerror)}"
        raise BadConfiguration(what) from error


def known_agencies(
    folder: Path | None,
    region: Region | None,
    table_of_agencies: Path | None,
    findings: Findings,
) -> AgencyDirectory:
    """The agencies that an answer may name: those of the folder; of one that is none yet, those
    that it will have."""
    if folder is not None and is_configuration(folder):
        return load_directory(folder)
    found = with_table(
        shipped_agencies(), region or Region("00.00", "…"), table_of_agencies, findings
    )
    return directory_of(found.entries.values(), ())


def _of_new(request: Request, findings: Findings) -> tuple[dict[str, str], Mapping[str, str]]:
    region = request.region
    if region is None:
        if not findings.errors:
            what = gettext('is missing; write [region] with code = "…" and name = "…"')
            findings.error(request.source, 0, "region", what)
        region = Region("00.00", "?")
    places = places_of(request.places, region, findings)
    agencies = with_table(shipped_agencies(), region, request.agencies, findings)
    areas = [
        Area(row.code, row.level, row.name, row.parent, office=row.office or None) for row in places
    ]
    index = directory_of(agencies.entries.values(), areas).agency_index
    return files_of(region, places, agencies), index


def _of_existing(
    folder: Path, request: Request, findings: Findings
) -> tuple[dict[str, str], Mapping[str, str]]:
    own, known = of_folder(folder)
    if request.region and request.region.code != own.code:
        what = worded(
            "{folder} is {name} ({code}); choose another folder for {other}",
            folder=folder,
            name=own.name,
            code=own.code,
            other=request.region.name,
        )
        findings.error(request.source, 0, "region", what)
    wanted: dict[str, str] = {}
    index = dict(known)
    if request.places:
        rows = places_of(request.places, own, findings)
        wanted["places.csv"] = table(COLUMNS, (row.cells for row in rows))
    if request.agencies:
        agencies: Agencies = with_table(shipped_agencies(), own, request.agencies, findings)
        wanted["agencies.toml"] = agencies_file(agencies)
        index.update(directory_of(agencies.entries.values(), ()).agency_index)
    return wanted, index


def _checked(
    folder: Path, texts: Mapping[str, str], source: str
) -> tuple[Rules, tuple[Problem, ...]]:
    """The rules that come of it. Raises `ConfigurationError`: an error of an answer bears the name
    of its file."""
    with _put_together(folder, texts, copied=folder.is_dir()) as stage:
        checked, clocks = check_rules(stage), check_clocks(stage)
    errors = dict.fromkeys((*checked.errors, *clocks.errors))
    if checked.rules is None or errors:
        raise ConfigurationError(
            tuple(replace(e, file=source if e.file == ANSWERS else e.file) for e in errors)
        )
    return checked.rules, (*checked.warnings, *clocks.warnings)


@contextmanager
def _put_together(folder: Path, texts: Mapping[str, str], *, copied: bool) -> Iterator[Path]:
    """A folder beside ``folder`` with these files, and with all that it has where ``copied``; it
    is gone afterwards, unless it was moved."""
    above = folder.parent
    try:
        above.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=above, prefix=f".{folder.name}-") as room:
            stage = Path(room) / "folder"
            if copied:
                shutil.copytree(folder, stage, ignore=shutil.ignore_patterns(".*", "*~"))
            for name, text in texts.items():
                file = stage / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, "utf-8")
            yield stage
    except OSError as error:
        what = f"{error.filename or folder}: {told(error.strerror)}"
        raise BadConfiguration(worded("{what}; nothing was changed", what=what)) from error
