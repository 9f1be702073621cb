"""What documents name exists: commands with their options, settings, metrics, queues, and so on."""

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broker.messaging.topology import topology
from config.reference import reference
from schemas import verbs
from scripts.documents.commands import commands, groups, options
from scripts.documents.exit_codes import COMMON, codes
from scripts.documents.log_events import log_events
from scripts.documents.metrics import families, full_name
from tests.unit.docs.reading import ROOT, blocks, documents, shown, spans, what_is_there

COMMANDS = dict(commands())
GROUPS = groups()
SETTINGS = set(re.findall(r"`(PINTU_[A-Z_]+)`", reference()))
METRICS = {full_name(metric) for _, _, found in families() for metric in found}
SERIES = METRICS | {name + end for name in METRICS for end in ("_bucket", "_count", "_sum")}
TOPOLOGY = topology(["<code>"[1:-1]], ["channel"], broker_version=(4, 0))
EXCHANGES = {exchange.name for exchange in TOPOLOGY.exchanges}
VERBS = {*verbs.EVENTS, *verbs.AUDIT_EVENTS, *verbs.AGENCY_UPDATES, *verbs.DESK_UPDATES}
VERBS |= {*verbs.CHANNEL_UPDATES, verbs.RECEIVED, "submitted"}
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
EXIT_CODES = {*COMMON, *codes(), 130, 143}
ROOMS = "broker|config|consumers|gateway|pintu|schemas|tests|bench|scripts|docs"


def every_document(test: Callable[[str], None]) -> Callable[[Path], None]:
    """The test of a text, for each document by its name."""

    @pytest.mark.parametrize("document", documents(), ids=shown)
    def one(document: Path) -> None:
        test(what_is_there(document))

    one.__doc__ = test.__doc__
    return one


def typed(text: str) -> Iterator[list[str]]:
    """The commands of `pintu` that a text shows, in words; in spans and in blocks."""
    lines = [line for block in blocks(text, "sh") for line in block.splitlines()]
    for line in [*spans(text), *lines]:
        for part in re.split(r"\$\(|[|;)]|&&|, ", re.sub(r"(^|\s)#.*", "", line)):
            found = re.search(r"(?:^|[\s/=])pintu (?!pintu )(?=[a-z-])(.*)", part)
            if found and "python -m" not in part.split("pintu")[0]:
                yield _words(found[1].rstrip(' ")'))


@every_document
def test_commands(text: str) -> None:
    wrong = [" ".join(words) for words in typed(text) if not is_command(words)]
    assert not wrong


def is_command(words: list[str]) -> bool:
    """Whether these words call a command, or name a group; options are of that command."""
    name, rest = words[0], words[1:]
    if name.startswith("-"):
        return name in ("--help", "-h")
    if name in GROUPS:
        if not rest:
            return True
        name, rest = f"{name} {rest[0]}", rest[1:]
        if name.endswith("…"):
            return True
    if name not in COMMANDS:
        return False
    known = options(COMMANDS[name]) | {"--help", "-h"}
    given = {word.strip("[]").split("=")[0] for word in rest if word.strip("[").startswith("--")}
    return given <= known


@every_document
def test_settings(text: str) -> None:
    assert set(re.findall(r"\bPINTU_[A-Z][A-Z_]*", text)) <= SETTINGS


@every_document
def test_metrics(text: str) -> None:
    assert set(re.findall(r"\bpintu_[a-z_]+", text)) <= SERIES


@every_document
def test_exchanges(text: str) -> None:
    assert set(re.findall(r"\bcomplaints\.[a-z]+", "\n".join(spans(text)))) <= EXCHANGES | FILES


FILES = {"complaints.csv", "complaints.jsonl"}
"""Files in examples whose name looks like an exchange's."""


@every_document
def test_event_types(text: str) -> None:
    assert set(re.findall(r"\bcomplaint\.([a-z]+)\.v1", text)) <= VERBS


LOGGED = log_events()
_TOPICS = {name.split(".")[0] for name in LOGGED if not name.startswith("<")}
_NOT_LOGGED = re.compile(
    r"\.(toml|csv|py|md|yml|txt|lock|intake)$|^clock\.(waiting|closing)$|^http\.route$"
)
"""Names of files, of a queue, of an attribute of traces, and the two speakers in a history that are
clocks."""


@every_document
def test_log_events(text: str) -> None:
    named = [span for span in spans(text) if re.fullmatch(r"[a-z]+\.[a-z_]+", span)]
    wrong = [
        name
        for name in named
        if name.split(".")[0] in _TOPICS and name not in LOGGED and not _NOT_LOGGED.search(name)
    ]
    assert not wrong


@every_document
def test_exit_codes(text: str) -> None:
    said = re.findall(r"[Ee]xit codes? (\d+)|ends (?:\w+ )?with (\d+)\b", text)
    assert {int(one or other) for one, other in said} <= EXIT_CODES


@every_document
def test_make_targets(text: str) -> None:
    said = [*spans(text), *(line for block in blocks(text, "sh") for line in block.splitlines())]
    named = {found[1] for one in said if (found := re.match(r"make ([a-z0-9-]+)", one))}
    assert named <= TARGETS


@every_document
def test_files_and_folders(text: str) -> None:
    named = {span for span in spans(text) if re.fullmatch(rf"({ROOMS})/[\w./<>*-]*", span)}
    there = {name for name in named if list(ROOT.glob(name.rstrip("/")))}
    assert sorted(named - there) == []


@every_document
def test_modules_that_one_runs(text: str) -> None:
    for module in re.findall(r"python -m ([\w.]+)", text):
        place = ROOT / module.replace(".", "/")
        former = module == "consumers"  # the changelog tells what it was called
        assert former or place.with_suffix(".py").exists() or (place / "__main__.py").exists()


def test_documents_that_the_program_names_exist() -> None:
    rooms = ("broker", "config", "consumers", "gateway", "pintu", "schemas", "scripts")
    named = {
        found
        for room in rooms
        for file in (ROOT / room).rglob("*.py")
        for found in re.findall(r"(?<![\w/])docs/[\w./-]*\w", file.read_text("utf-8"))
    }
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()
