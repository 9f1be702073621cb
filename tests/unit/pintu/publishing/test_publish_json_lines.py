"""JSON lines as complaints: data objects and whole CloudEvents."""

import io
import json
from typing import Any

import pytest

from config.csv_file import lines_of
from pintu.publishing.columns import Choice
from pintu.publishing.complaints import Item, Ready, complaints
from pintu.publishing.json_fields import JsonFields
from pintu.publishing.json_lines import json_records
from pintu.publishing.records import Skipped
from schemas.limits import PUBLISHED_LINE_BYTES as LONGEST

EVENT = {
    "specversion": "1.0",
    "id": "w-1",
    "source": "/channels/web",
    "type": "complaint.submitted.v1",
    "time": "2025-02-04T09:00:00+07:00",
    "data": {"text": "jalan rusak", "extra": {"id": "x"}},
}


def items(*lines: bytes | str | dict[str, Any], **options: Any) -> list[Item]:
    raw = b"".join(
        (line if isinstance(line, bytes) else _text(line).encode()) + b"\n" for line in lines
    )
    read = lines_of(io.BytesIO(raw), LONGEST, cut=True)
    records = json_records(read, JsonFields(Choice(**options)))
    return list(complaints(records, batch="file.jsonl", channel="api"))


def _text(line: str | dict[str, Any]) -> str:
    return line if isinstance(line, str) else json.dumps(line)


def ready(item: Item) -> Ready:
    assert isinstance(item, Ready), item
    return item


def test_a_number_that_json_cannot_carry_skips_its_line_alone() -> None:
    line = '{"text": "a", "extra": {"a": 1e999, "b": 1000000000000000000000}}'
    skipped, other = items(line, {"text": "b"})
    assert isinstance(skipped, Skipped)
    assert (skipped.reason, skipped.place.line) == ("broken-json", 1)
    assert isinstance(other, Ready)


def test_a_data_object_becomes_a_cloud_event() -> None:
    [item] = items({"text": "a", "id": 7, "channel": "sms", "location": {"village": "Rias"}})
    event = json.loads(ready(item).message.body)
    assert (event["id"], event["source"]) == ("7", "/channels/sms")
    assert event["data"] == {"text": "a", "location": {"village": "Rias"}}


def test_a_whole_event_is_passed_on_to_the_byte() -> None:
    line = json.dumps(EVENT, indent=None, separators=(" ,", " :")).encode()
    [item] = items(line)
    message = ready(item).message
    assert message.body == line
    assert (message.routing_key, message.message_id) == ("web", "w-1")


def test_a_whole_event_without_an_id_gets_one_as_message_id() -> None:
    line = json.dumps({k: v for k, v in EVENT.items() if k != "id"}).encode()
    [item] = items(line)
    assert ready(item).message.body == line
    assert len(ready(item).message.message_id) == 36


def test_a_whole_event_of_somewhere_else_goes_to_the_channel_of_the_command() -> None:
    [item] = items(EVENT | {"source": "https://portal.example/"})
    assert ready(item).message.routing_key == "api"


def test_blank_lines_are_no_complaints_and_count() -> None:
    found = items("", {"text": "a"}, "   ", {"text": "b"})
    assert [i.place.line for i in found] == [2, 4]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "a"', "broken-json"),
        (b'{"text": "  "}', "no-text"),
        (b'{"name": "a"}', "no-text"),
        (b'["a"]', "batch"),
        (b'"a"', "not-an-object"),
        (b'{"text": "\xe9"}', "not-utf8"),
        (json.dumps(EVENT | {"type": "complaint.routed.v1"}).encode(), "unknown-type"),
        (json.dumps(EVENT | {"data": {}}).encode(), "no-text"),
        (b'{"text": "a", "id": true}', "bad-id"),
        (b'{"text": "a", "channel": 3}', "bad-channel"),
        (json.dumps({"text": "a" * (1 << 20)}).encode(), "too-large"),
        (json.dumps({"text": "a" * LONGEST}).encode(), "too-large"),
    ],
)
def test_a_bad_line_is_told_and_its_neighbours_go_on(line: bytes, reason: str) -> None:
    found = items({"text": "good"}, line, {"text": "better"})
    assert [(i.place.line, i.reason) for i in found if isinstance(i, Skipped)] == [(2, reason)]
    assert [i.place.line for i in found if isinstance(i, Ready)] == [1, 3]


def test_what_the_router_would_read_generously_is_read_as_generously() -> None:
    [item] = items(b'{"text": "\\ud800 jalan", "extra": {"n": 123456789012345678901234567890}}')
    data = json.loads(ready(item).message.body)["data"]
    assert data == {"text": "\ufffd jalan", "extra": {"n": 123456789012345678901234567890}}


def test_fields_can_be_chosen_but_none_that_protects_somebody_is_dropped() -> None:
    line = {
        "text": "a",
        "agency": "x",
        "extra": {},
        "anonymous": True,
        "confidential": 1,
        "id": "1",
    }
    [only] = items(line, only=["extra"])
    [without] = items(line, ignore=["agency"])
    kept = {"text", "anonymous", "confidential", "extra"}
    assert json.loads(ready(only).message.body)["data"].keys() == kept
    assert json.loads(ready(without).message.body)["data"].keys() == kept
