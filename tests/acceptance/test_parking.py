"""Unusable messages: set aside whole, with the reason, and the sender is told."""

import json
from collections import Counter
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import pytest

from tests.acceptance.outside import Message, Outside
from tests.acceptance.program import Router

CLOUD_EVENT: Final = "application/cloudevents+json"
HEADERS: Final = {
    *("parked-properties", "parked-reason", "parked-detail", "parked-from", "parked-at")
}
EVENT: Final = {"specversion": "1.0", "source": "/channels/web", "type": "complaint.submitted.v1"}

UNUSABLE: Final[dict[str, tuple[bytes, str | None, str]]] = {
    "no text": (b'{"mark": "MARK"}', "application/json", "no-text"),
    "blank text": (b'{"text": " \\n\\t ", "mark": "MARK"}', "application/json", "no-text"),
    "text of another type": (b'{"text": ["MARK"]}', "application/json", "no-text"),
    "broken JSON": (b'{"text": "MARK', "application/json", "broken-json"),
    "deep JSON": (b'{"text": "MARK", "extra": ' + b"[" * 90_000, CLOUD_EVENT, "broken-json"),
    "a list": (b'[{"text": "MARK"}]', "application/json", "batch"),
    "a batch": (b'[{"text": "MARK"}]', "application/cloudevents-batch+json", "batch"),
    "a number": (b'"MARK"', "application/json", "not-an-object"),
    "not UTF-8": (b"caf\xe9 MARK", "text/plain", "not-utf8"),
    "not UTF-8, nothing said": (b"\xff\xfeMARK", None, "not-utf8"),
    "JSON that is not UTF-8": (b'{"text": "\xe9 MARK"}', "application/json", "not-utf8"),
    "another type": (
        json.dumps(EVENT | {"type": "complaint.routed.v1", "data": {"text": "MARK"}}).encode(),
        CLOUD_EVENT,
        "unknown-type",
    ),
    "no data": (json.dumps(EVENT | {"mark": "MARK"}).encode(), CLOUD_EVENT, "no-text"),
}


def parked_and_told(town: Outside, mark: str, body: bytes) -> tuple[Message, Message]:
    """The parked message, and the event that tells the sender."""
    [parked] = [m for m in town.arrived(mark) if m.queue == "parked"]
    assert parked.body == body
    complaint = str(uuid5(NAMESPACE_URL, f"/channels/web#{mark}"))
    about = [m for m in town.seen if m.queue != "parked" and complaint in m.body.decode()]
    assert [m.queue for m in about] == ["channel.web"]
    return parked, about[0]


def in_queues(messages: list[Message]) -> dict[str, int]:
    return dict(sorted(Counter(m.queue for m in messages).items()))


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_message_is_parked_to_the_byte_and_its_sender_is_told(
    name: str, town: Outside, mark: str
) -> None:
    given, content_type, reason = UNUSABLE[name]
    body = given.replace(b"MARK", mark.encode())
    town.publish(
        "web.desk",
        body,
        content_type=content_type,
        message_id=mark,
        headers={"x-mine": "7", "n": 5},
        expiration="600000",
        app_id="adapter",
    )
    parked, told = parked_and_told(town, mark, body)
    assert parked.headers.keys() == HEADERS
    assert parked.headers["parked-reason"] == reason
    assert parked.headers["parked-from"] == "complaints.intake/web.desk"
    assert datetime.fromisoformat(parked.headers["parked-at"]).tzinfo
    assert parked.properties.content_type == content_type
    assert parked.properties.delivery_mode == 2
    assert parked.properties.expiration is None
    original: dict[str, Any] = json.loads(parked.headers["parked-properties"])
    assert original["message_id"] == mark
    assert original["headers"] == {"x-mine": "7", "n": 5}
    assert original["app_id"] == "adapter"
    assert told.key == "rejected.-.web"
    assert told.event["type"] == told.properties.type == "complaint.rejected.v1"
    assert told.event["source"] == "/pintu/router"
    assert told.properties.message_id == told.event["id"]
    assert told.data["reason"] == reason
    assert told.data["of"]["source"] == "/channels/web"
    assert told.data["detail"] == parked.headers["parked-detail"]
    assert mark not in told.data["detail"]


@pytest.mark.parametrize("encoding", ["gzip", "base64", "UTF-16"])
def test_a_foreign_content_encoding_is_parked(town: Outside, mark: str, encoding: str) -> None:
    body = f"sampah {mark}".encode()
    town.publish("web", body, content_encoding=encoding, message_id=mark)
    parked, _ = parked_and_told(town, mark, body)
    assert parked.headers["parked-reason"] == "content-encoding"
    assert json.loads(parked.headers["parked-properties"])["content_encoding"] == encoding


@pytest.mark.parametrize("encoding", ["identity", "utf-8", "UTF-8", ""])
def test_an_encoding_that_changes_nothing_is_read(town: Outside, mark: str, encoding: str) -> None:
    town.publish("web", f"sampah {mark}".encode(), content_encoding=encoding, message_id=mark)
    assert [m.queue for m in town.arrived(mark)] == ["agency.dlh"]


def test_properties_of_any_size_and_type_fit_into_the_header(town: Outside, mark: str) -> None:
    headers = {f"h{n}": "x" * 1000 for n in range(25)} | {"CC": ["sms"], "x-death": "?"}
    body = f"\xff{mark}".encode("latin-1")
    town.publish("web", body, headers=headers, message_id=mark)
    parked, _ = parked_and_told(town, mark, body)
    assert len(parked.headers["parked-properties"]) <= 16 * 1024
    assert json.loads(parked.headers["parked-properties"])["$left-out"] > 0


def test_neighbours_in_one_batch_are_not_taken_along(town: Outside, mark: str) -> None:
    for n in range(20):
        town.publish("sms", f"sampah {mark}".encode(), message_id=f"{mark}-{n}")
        town.publish("sms", f"\xff{mark}-{n}".encode("latin-1"), message_id=f"{mark}-bad-{n}")
    found = in_queues(town.arrived(mark, 60))
    assert found == {"agency.dlh": 20, "channel.sms": 20, "parked": 20}


def test_unusable_messages_that_are_alike_are_parked_each(town: Outside, mark: str) -> None:
    for _ in range(5):
        town.publish("web", f"\xff{mark}".encode("latin-1"))
    assert in_queues(town.arrived(mark, 5)) == {"parked": 5}


def test_parked_messages_are_counted_by_reason(town: Outside, router: Router, mark: str) -> None:
    before = router.metric("pintu_messages_parked_total", reason="batch")
    town.publish("web", f'["{mark}"]'.encode(), content_type="application/json")
    town.arrived(mark)
    assert router.metric("pintu_messages_parked_total", reason="batch") == before + 1
