"""What exists is named where one looks for it: contract, architecture, lists of pages."""

import dataclasses
import inspect
import re
import tomllib
from typing import get_args

import pytest
from pydantic import BaseModel

from broker import ports
from broker.messaging import names
from broker.messaging.topology import topology
from schemas import verbs
from schemas.events import (
    ClosedData,
    EscalatedData,
    MirroredData,
    MovedData,
    OpenedData,
    OverdueData,
    RejectedData,
    RoutedData,
)
from schemas.meaning import CODES, Meaning
from schemas.receipt import ReceivedData
from scripts.documents.commands import commands
from tests.unit.docs.reading import ROOT, spans, what_is_planned
from tests.unit.docs.test_names import METRICS, SETTINGS, VERBS, is_command, typed

DOCS = ROOT / "docs"
CONTRACT = DOCS / "reference" / "contract"
ARCHITECTURE = (DOCS / "explanation" / "architecture.md").read_text("utf-8")
ROOMS = ("schemas", "broker", "config", "consumers", "gateway", "pintu")


def page(name: str) -> str:
    return (CONTRACT / name).read_text("utf-8")


def test_the_architecture_names_every_port() -> None:
    protocols = [
        name
        for name, kind in inspect.getmembers(ports, inspect.isclass)
        if getattr(kind, "_is_protocol", False) and kind.__module__.startswith(f"{ports.__name__}.")
    ]
    assert protocols
    assert [name for name in protocols if f"| `{name}` |" not in ARCHITECTURE] == []


def test_the_architecture_names_every_room() -> None:
    rooms = {
        file.parent.relative_to(ROOT).as_posix()
        for room in ROOMS
        for file in (ROOT / room).rglob("__init__.py")
    }
    assert rooms - {"broker"} == set(re.findall(r"^\| `([a-z0-9_/]+)` \|", ARCHITECTURE, re.M)) - {
        "broker"
    }


def test_the_direction_of_imports_is_the_one_that_is_held() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    rooms, inside, *_ = (one["layers"] for one in contracts["contracts"] if "layers" in one)
    assert " → ".join(rooms) in spans(ARCHITECTURE)
    assert " → ".join(inside).replace("broker.", "") in spans(ARCHITECTURE)
    assert " → ".join(rooms) in spans((ROOT / "CONTRIBUTING.md").read_text("utf-8"))


def test_the_contract_names_every_queue_and_exchange() -> None:
    made = topology(["code"], ["channel"], broker_version=(4, 0), mail=["escalated.*.*"])
    queues = {queue.name for queue in made.queues}
    queues = (queues - {names.agency_queue("code"), names.channel_queue("channel")}) | {
        names.agency_queue("<code>"),
        names.channel_queue("<channel>"),
    }
    exchanges = {exchange.name for exchange in made.exchanges}
    rows = set(re.findall(r"^\| `([^`]+)` \|", page("rabbitmq.md"), re.M))
    assert rows == queues | exchanges


def test_the_contract_names_every_update() -> None:
    said = {*verbs.AGENCY_UPDATES, *verbs.DESK_UPDATES, *verbs.CHANNEL_UPDATES}
    table = page("updates.md").split("## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) == said


def test_the_contract_names_every_event() -> None:
    of_updates = {*verbs.AGENCY_UPDATES, *verbs.DESK_UPDATES, *verbs.CHANNEL_UPDATES}
    own = {*verbs.EVENTS, *verbs.AUDIT_EVENTS, verbs.RECEIVED} - of_updates
    assert {verb for verb in own if f"`complaint.{verb}.v1`" not in page("messages.md")} == set()


@pytest.mark.parametrize(
    "model",
    [RoutedData, OpenedData, MovedData, MirroredData, OverdueData, ClosedData, RejectedData],
    ids=lambda model: model.__name__,
)
def test_the_contract_names_every_field_of_an_event(model: type[BaseModel]) -> None:
    named = set(re.findall(r"\w+", " ".join(spans(page("messages.md")))))
    assert model.model_fields.keys() - named == set()


def test_the_contract_names_every_field_of_an_escalation() -> None:
    named = set(re.findall(r"\w+", " ".join(spans(page("clocks.md")))))
    assert EscalatedData.model_fields.keys() - named == set()


def test_the_contract_names_every_field_of_an_update_and_every_code() -> None:
    named = set(spans(page("updates.md")))
    fields = {one.name for one in dataclasses.fields(Meaning)} - {"data"}
    assert {*fields, *CODES} - named == set()


def test_the_contract_names_every_field_of_a_receipt_and_every_outcome() -> None:
    receipts = page("updates.md").split("## Receipts")[1].split("\n## ")[0]
    outcomes = get_args(ReceivedData.model_fields["outcome"].annotation)
    assert {*ReceivedData.model_fields, *outcomes} - set(spans(receipts)) == set()


def test_the_contract_names_every_command() -> None:
    table = page("commands.md")
    missing = []
    for name, _ in commands():
        group, _, verb = name.partition(" ")
        rows = [row for row in table.splitlines() if row.startswith(f"| `pintu {group}")]
        if not any(re.search(rf"\b{verb or group}\b", row) for row in rows):
            missing.append(name)
    assert not missing


def test_the_contract_names_every_source_of_events() -> None:
    sources = {
        source
        for room in ("schemas", "broker", "consumers", "gateway")
        for file in (ROOT / room).rglob("*.py")
        for source in re.findall(r"\"(/pintu/[a-z]+)\"", file.read_text("utf-8"))
    }
    assert sources
    assert {source for source in sources if f"`{source}`" not in page("messages.md")} == set()


def test_the_contract_names_every_http_route() -> None:
    routes = {
        route
        for room in ROOMS
        for file in (ROOT / room).rglob("*.py")
        for route in re.findall(r"web\.[a-z]+\(\"(/[^\"]*)\"", file.read_text("utf-8"))
    }
    assert routes
    assert {route for route in routes if f"`{route}`" not in page("commands.md")} == set()


def test_what_is_planned_is_not_there() -> None:
    planned = what_is_planned()
    assert [" ".join(words) for words in typed(planned) if is_command(words)] == []
    assert set(re.findall(r"PINTU_[A-Z_]+", planned)) & SETTINGS == set()
    assert set(re.findall(r"pintu_[a-z_]+", planned)) & METRICS == set()
    assert set(re.findall(r"complaint\.([a-z]+)\.v1", planned)) & VERBS == set()


@pytest.mark.parametrize("kind", ["how-to", "explanation", "reference", "tutorial"])
def test_every_page_of_a_kind_is_in_its_list(kind: str) -> None:
    listed = (DOCS / kind / "README.md").read_text("utf-8")
    pages = {file.name for file in (DOCS / kind).glob("*.md")} - {"README.md"}
    assert [name for name in sorted(pages) if f"({name})" not in listed] == []


def test_documents_are_of_four_kinds() -> None:
    assert {file.name for file in DOCS.iterdir()} == {
        *("tutorial", "how-to", "explanation", "reference", "README.md")
    }


def test_every_decision_is_in_the_list_and_says_what_was_rejected() -> None:
    folder = DOCS / "explanation" / "decisions"
    listed = (folder / "README.md").read_text("utf-8")
    for file in sorted(folder.glob("0*.md")):
        assert f"({file.name})" in listed
        text = file.read_text("utf-8")
        assert text.startswith(f"# {int(file.name[:4])}. ")
        assert "**What.**" in text
        assert "**Why.**" in text
