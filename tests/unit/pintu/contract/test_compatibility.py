"""Who built against a released version is not broken by this one.

``published/<version>.json`` holds the schemas of that version, written by ``python -m
scripts.released_schemas`` when it was made, and not touched after its release
(docs/explanation/decisions/0025-published-contract.md).
"""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from pintu.app import program_version
from pintu.contract.json_schemas import message_schema
from schemas.catalogue import MESSAGES, Kind
from scripts.released_schemas import today
from tests.unit.docs.reading import ROOT
from tests.unit.pintu.contract.contract import BY_NAME
from tests.unit.pintu.contract.schema_changes import breaks

PUBLISHED: Final = sorted(Path(__file__).with_name("published").glob("*.json"))
CHANGELOG: Final = (ROOT / "CHANGELOG.md").read_text("utf-8")
TODAY: Final = today()
OLD: Final = [
    (file.stem, name, schema)
    for file in PUBLISHED
    for name, schema in json.loads(file.read_text("utf-8")).items()
]


def kind_of(name: str) -> Kind:
    """A directory is read by others, as events are."""
    return BY_NAME[name].kind if name in BY_NAME else Kind.EVENT


def test_the_schemas_of_every_version_are_kept() -> None:
    kept = {file.stem for file in PUBLISHED}
    released = set(re.findall(r"^## \[(\d+\.\d+\.\d+)\]", CHANGELOG, re.MULTILINE))
    assert {*released, program_version()} <= kept, "run: python -m scripts.released_schemas"


@pytest.mark.parametrize(
    ("version", "name", "schema"), OLD, ids=[f"{version}-{name}" for version, name, _ in OLD]
)
def test_what_was_published_holds(version: str, name: str, schema: Any) -> None:
    assert name in TODAY, f"version {version} published {name}, and it is gone"
    found = breaks(kind_of(name), schema, TODAY[name])
    assert found == [], f"who built against {version} is broken; a new type of event is no break"


def data_of(schema: Any) -> Any:
    """The fields of the data of a message."""
    return schema["$defs"][schema["properties"]["data"]["$ref"].rpartition("/")[2]]


def field(name: str) -> Callable[[Any], Any]:
    return lambda schema: data_of(schema)["properties"][name]


def in_any_of(schema: Any, name: str) -> Any:
    """The branch of a field that is not null."""
    return next(
        one for one in data_of(schema)["properties"][name]["anyOf"] if one["type"] != "null"
    )


def gone(name: str) -> Callable[[Any], None]:
    def change(schema: Any) -> None:
        data_of(schema)["properties"].pop(name)
        if name in data_of(schema).get("required", ()):
            data_of(schema)["required"].remove(name)

    return change


def required(name: str) -> Callable[[Any], None]:
    return lambda schema: data_of(schema).setdefault("required", []).append(name)


def optional(name: str) -> Callable[[Any], None]:
    return lambda schema: data_of(schema)["required"].remove(name)


def new_and_required(schema: Any) -> None:
    data_of(schema)["properties"]["signature"] = {"type": "string"}
    data_of(schema).setdefault("required", []).append("signature")


def sets(name: str, **keywords: Any) -> Callable[[Any], None]:
    def change(schema: Any) -> None:
        one = data_of(schema)["properties"][name]
        one = in_any_of(schema, name) if "anyOf" in one else one
        one.update(keywords)

    return change


def never_null(name: str) -> Callable[[Any], None]:
    def change(schema: Any) -> None:
        kept = in_any_of(schema, name)
        data_of(schema)["properties"][name] = kept

    return change


def may_be_null(name: str) -> Callable[[Any], None]:
    def change(schema: Any) -> None:
        was = data_of(schema)["properties"][name]
        data_of(schema)["properties"][name] = {"anyOf": [was, {"type": "null"}]}

    return change


def loses(name: str, value: str) -> Callable[[Any], None]:
    return lambda schema: in_any_of(schema, name)["enum"].remove(value)


def gains(name: str, value: str) -> Callable[[Any], None]:
    return lambda schema: field(name)(schema)["enum"].append(value)


def inside(name: str, change: Callable[[Any], None]) -> Callable[[Any], None]:
    return lambda schema: change(schema["$defs"][name])


BREAKS: list[tuple[str, Callable[[Any], None], str]] = [
    # what senders send
    ("submission.submitted", gone("follows"), "data.follows: is gone"),
    ("submission.submitted", required("title"), "data.title: is required now"),
    ("submission.submitted", new_and_required, "data.signature: is required now"),
    ("submission.submitted", sets("title", maxLength=50), "data.title: maxLength is 50 now"),
    ("submission.submitted", sets("text", type="object"), "data.text: string is not taken now"),
    ("submission.submitted", never_null("title"), "data.title: null is not taken now"),
    (
        "submission.submitted",
        loses("classification", "aspiration"),
        "data.classification: aspiration is not taken now",
    ),
    ("submission.submitted", sets("attachments", maxItems=5), "data.attachments: maxItems is 5"),
    (
        "submission.submitted",
        inside("Location", lambda one: one["properties"].pop("village")),
        "data.location.village: is gone",
    ),
    (
        "submission.submitted",
        inside("Attachment", lambda one: one["required"].append("size")),
        "data.attachments[].size: is required now",
    ),
    ("update.returned", gone("suggest"), "data.suggest: is gone"),
    ("update.responded", required("note"), "data.note: is required now"),
    ("update.responded", sets("note", maxLength=100), "data.note: maxLength is 100 now"),
    ("update.accepted", sets("rating", maximum=3), "data.rating: maximum is 3 now"),
    ("update.dismissed", loses("code", "abuse"), "data.code: abuse is not taken now"),
    ("update.dismissed", sets("reason", pattern="^X"), "data.reason: pattern is '^X' now"),
    ("update.held", lambda one: one["required"].append("time"), "time: is required now"),
    # what readers read
    ("event.closed", gone("sentence"), "data.sentence: is gone"),
    ("event.routed", gone("tracking"), "data.tracking: is gone"),
    ("event.routed", optional("tracking"), "data.tracking: is required for old readers"),
    ("event.routed", may_be_null("tracking"), "data.tracking: null is not taken for old readers"),
    ("event.escalated", sets("start", type="string"), "data.start: string is not taken for old"),
    ("event.escalated", gains("rung", "governor"), "data.rung: governor is not taken for old"),
    (
        "event.routed",
        inside("DecisionRecord", lambda one: one["properties"].pop("because")),
        "data.decision.because: is gone",
    ),
    ("receipt.received", gains("outcome", "later"), "data.outcome: later is not taken for old"),
    (
        "event.closed",
        lambda schema: field("how")(schema)["enum"].remove("closing"),
        "data.how: closing is gone",
    ),
    ("event.escalated", sets("start", type="number"), "data.start: number is not taken for old"),
    ("receipt.received", gone("state"), "data.state: is gone"),
    ("event.overdue", lambda one: one["properties"].pop("subject"), "subject: is gone"),
]


@pytest.mark.parametrize(
    ("name", "change", "told"), BREAKS, ids=[f"{name}-{told}" for name, _, told in BREAKS]
)
def test_a_planted_break_is_told_with_the_name_of_its_field(
    name: str, change: Callable[[Any], None], told: str
) -> None:
    old = message_schema(BY_NAME[name])
    new = copy.deepcopy(old)
    change(new)
    assert any(line.startswith(told) for line in breaks(BY_NAME[name].kind, old, new))


def test_a_field_that_a_directory_loses_is_told() -> None:
    old = TODAY["directory.agencies"]
    new = copy.deepcopy(old)
    del new["$defs"]["AgencyLine"]["properties"]["successor"]
    assert breaks(Kind.EVENT, old, new) == ["agencies[].successor: is gone"]


def new_and_optional(schema: Any) -> None:
    data_of(schema)["properties"]["mood"] = {"type": "string"}


HARMLESS: list[tuple[str, Callable[[Any], None]]] = [
    ("submission.submitted", new_and_optional),
    ("submission.submitted", sets("external_id", maxLength=500)),
    ("submission.submitted", optional("text")),
    ("event.closed", new_and_optional),
    ("event.closed", new_and_required),
    ("event.routed", required("respond_by")),
    ("event.routed", never_null("agency")),
]


@pytest.mark.parametrize(("name", "change"), HARMLESS)
def test_what_harms_nobody_is_no_break(name: str, change: Callable[[Any], None]) -> None:
    old = message_schema(BY_NAME[name])
    new = copy.deepcopy(old)
    change(new)
    assert new != old
    assert breaks(BY_NAME[name].kind, old, new) == []


def test_the_same_schemas_break_nothing() -> None:
    for one in MESSAGES:
        assert breaks(one.kind, message_schema(one), message_schema(one)) == []
