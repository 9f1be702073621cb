"""The JSON Schemas say what the program reads and tells."""

import json
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from pintu.contract.examples import examples
from pintu.contract.json_schemas import published_schemas
from schemas import verbs
from schemas.catalogue import MESSAGES, Kind
from schemas.identifiers import complaint_id, tracking
from schemas.properties import Properties
from schemas.submission import Submission, read_submission
from schemas.update_data import UPDATE_DATA
from schemas.updates import Update, read_update
from tests.unit.pintu.contract.contract import BY_NAME, faults

SCHEMAS = published_schemas()
TOLD = [(name, one) for name, some in examples().items() for one in some]
ENVELOPED = Properties(content_type="application/cloudevents+json")


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_and_needs_no_other(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    written = json.dumps(SCHEMAS[name])
    assert written.count('"$ref": "') == written.count('"$ref": "#/$defs/')


def test_every_verb_has_its_message() -> None:
    assert {*UPDATE_DATA} == {*(*verbs.AGENCY_UPDATES, *verbs.DESK_UPDATES, *verbs.CHANNEL_UPDATES)}
    events = {message.verb for message in MESSAGES if message.kind is Kind.EVENT}
    assert events == {*verbs.EVENTS, *verbs.AUDIT_EVENTS}
    assert len(BY_NAME) == len(MESSAGES)


def test_every_message_has_an_example() -> None:
    assert examples().keys() == BY_NAME.keys()


@pytest.mark.parametrize(("name", "example"), TOLD, ids=[name for name, _ in TOLD])
def test_an_example_is_valid_and_its_names_are_derived(name: str, example: Any) -> None:
    event = example.payload
    assert faults(name, event) == []
    assert event["type"] == BY_NAME[name].wire_type
    of = event["data"].get("of") or {}
    if "id" in of and event["data"].get("complaint_id") and of["source"].startswith("/channels/"):
        complaint = complaint_id(of["source"], of["id"])
        assert UUID(event["data"]["complaint_id"]) == complaint
        assert event["data"]["tracking"] == tracking(complaint)


@pytest.mark.parametrize(
    ("name", "example"),
    [one for one in TOLD if one[0].startswith(("update", "submission"))],
    ids=[name for name, _ in TOLD if name.startswith(("update", "submission"))],
)
def test_an_example_is_read_without_a_warning(name: str, example: Any) -> None:
    body = json.dumps(example.payload).encode()
    read: object
    if name.startswith("submission"):
        read = read_submission(body, ENVELOPED, channel=example.key)
        assert isinstance(read, Submission)
    else:
        read = read_update(body, ENVELOPED, example.key)
        assert isinstance(read, Update)
    assert read.warnings == ()


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("submission.submitted", {"text": " "}),
    ("submission.submitted", {"text": "x", "anonymous": "ya"}),
    ("submission.submitted", {"text": "x", "location": {"latitude": 91}}),
    ("update.resolved", {}),
    ("update.resolved", {"note": "  "}),
    ("update.responded", {"note": "x" * 10_001}),
    ("update.responded", {"note": 5}),
    ("update.returned", {}),
    ("update.assigned", {"reason": "x"}),
    ("update.dismissed", {"reason": "x", "code": "no-code"}),
    ("update.dismissed", {"reason": "x", "code": "duplicate"}),
    ("update.accepted", {"rating": 6}),
    ("update.replied", {"reopen": "no"}),
]


@pytest.mark.parametrize(("name", "data"), WRONG)
def test_what_the_program_refuses_or_leaves_out_is_not_valid(
    name: str, data: dict[str, Any]
) -> None:
    right = examples()[name][0]
    event = {**right.payload, "data": data}
    assert faults(name, event)
    body = json.dumps(event).encode()
    if name.startswith("update"):
        assert not isinstance(read_update(body, ENVELOPED, right.key), Update)
    else:
        read = read_submission(body, ENVELOPED, channel=right.key)
        assert not isinstance(read, Submission) or read.warnings


@pytest.mark.parametrize(
    ("name", "required"),
    [
        (f"update.{verb}", field)
        for verb, model in UPDATE_DATA.items()
        for field, one in model.model_fields.items()
        if one.is_required()
    ],
)
def test_what_the_schema_requires_the_program_needs(name: str, required: str) -> None:
    example = examples()[name][0]
    data = {field: value for field, value in example.payload["data"].items() if field != required}
    event = {**example.payload, "data": data}
    assert any(required in fault for fault in faults(name, event))
    read = read_update(json.dumps(event).encode(), ENVELOPED, example.key)
    assert not isinstance(read, Update)
    assert read.detail.startswith(f"{required}: required")
