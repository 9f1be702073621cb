"""Reading updates: generous in form, strict in meaning."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from schemas.limits import MAX_BODY
from schemas.properties import Properties
from schemas.updates import BadUpdate, Update, read_update, speaker_of

COMPLAINT = "f738defa-6ceb-55dc-ae3d-a318461297d8"
NOON = "2026-02-02T12:00:00+07:00"
STRUCTURED = "application/cloudevents+json"


def an_event(verb: str = "acknowledged", **changes: Any) -> dict[str, Any]:
    event = {
        "specversion": "1.0",
        "id": "7",
        "source": "/agencies/dpupr",
        "type": f"complaint.{verb}.v1",
        "subject": COMPLAINT,
        "time": NOON,
        "data": {"note": "Sudah kami terima."},
    } | changes
    return {name: value for name, value in event.items() if value is not ...}


def reading(
    event: object, key: str = "agency.dpupr.acknowledged", **properties: Any
) -> Update | BadUpdate:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return read_update(body, Properties(**{"content_type": STRUCTURED} | properties), key)


def test_a_structured_event_is_read_whole() -> None:
    update = reading(an_event())
    assert isinstance(update, Update)
    assert (update.who, update.name, update.verb) == ("agency", "dpupr", "acknowledged")
    assert update.complaint_id == UUID(COMPLAINT)
    assert (update.id, update.source) == ("7", "/agencies/dpupr")
    assert update.time == datetime(2026, 2, 2, 5, 0, tzinfo=UTC)
    assert update.data == {"note": "Sudah kami terima."}
    assert update.speaker == "agency.dpupr"


BINARY = {
    "cloudEvents_specversion": "1.0",
    "cloudEvents:type": "complaint.acknowledged.v1",
    "cloudEvents:id": "7",
    "cloudEvents:source": "/agencies/dpupr",
    "cloudEvents:subject": COMPLAINT,
    "cloudEvents:time": NOON,
}
NOTE = {"note": "Sudah kami terima."}
STAMP = int(datetime(2026, 2, 2, 5, 0, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("body", "properties"),
    [
        (NOTE, {"content_type": "application/json", "headers": BINARY}),
        (NOTE, {"content_type": None, "headers": BINARY}),
        (
            NOTE | {"complaint_id": COMPLAINT, "time": NOON},
            {"content_type": "application/json", "message_id": "7"},
        ),
        (
            NOTE | {"subject": COMPLAINT},
            {"content_type": None, "message_id": "7", "timestamp": STAMP},
        ),
        (
            {"id": "7", "subject": COMPLAINT, "time": NOON, "data": NOTE},
            {"content_type": "application/json"},
        ),
        (an_event(subject=..., data=NOTE | {"complaint_id": COMPLAINT}), {}),
        (an_event(id=...), {"message_id": "7"}),
        (an_event(type=...), {}),
        (an_event(time=...), {"timestamp": STAMP}),
        (an_event(), {"content_type": "application/json"}),
        (an_event(id=7), {}),
    ],
    ids=[
        "binary mode",
        "binary mode without a content type",
        "a bare object",
        "a bare object with a subject and an AMQP timestamp",
        "an envelope without a version",
        "the complaint inside the data",
        "the id as message_id",
        "no type: the key says it",
        "no time: the AMQP timestamp",
        "an event that calls itself JSON",
        "a number as id",
    ],
)
def test_every_sensible_form_is_the_same_update(body: object, properties: dict[str, Any]) -> None:
    update = reading(body, **properties)
    assert isinstance(update, Update), update
    plain = reading(an_event())
    assert isinstance(plain, Update)
    assert update.cause == plain.cause
    assert update.complaint_id == plain.complaint_id
    assert update.time == plain.time
    assert update.data["note"] == "Sudah kami terima."
    assert set(update.data) <= {"note", "complaint_id"}


OTHER = "00000000-0000-5000-8000-000000000000"


@pytest.mark.parametrize(
    ("event", "key", "reason"),
    [
        (an_event(), "agency.dpupr", "bad-key"),
        (an_event(), "agency.dpupr.acknowledged.more", "bad-key"),
        (an_event(), "agency.DPUPR.acknowledged", "bad-key"),
        (an_event(), "agency..acknowledged", "bad-key"),
        (an_event(), "desk..dismissed", "bad-key"),
        (an_event(), "desk.a\0b.dismissed", "bad-key"),
        (an_event(), "mayor.dpupr.acknowledged", "bad-key"),
        (an_event(), "", "bad-key"),
        (an_event("shrugged"), "agency.dpupr.shrugged", "unknown-verb"),
        (an_event("routed"), "agency.dpupr.routed", "unknown-verb"),
        (an_event("assigned"), "agency.dpupr.assigned", "wrong-speaker"),
        (an_event("resolved"), "channel.web.resolved", "wrong-speaker"),
        (an_event("withdrawn"), "desk.admin.withdrawn", "wrong-speaker"),
        (an_event(), "agency.dpupr.resolved", "unknown-type"),
        (an_event(type="order.shipped.v1"), "agency.dpupr.resolved", "unknown-type"),
        (an_event(type=5), "agency.dpupr.resolved", "unknown-type"),
        (an_event(subject=...), "agency.dpupr.acknowledged", "bad-subject"),
        (an_event(subject="YWWD-XYKC-XDE2"), "agency.dpupr.acknowledged", "bad-subject"),
        (
            an_event(data={"complaint_id": OTHER}),
            "agency.dpupr.acknowledged",
            "bad-subject",
        ),
        (an_event(data={"complaint_id": 5}), "agency.dpupr.acknowledged", "bad-subject"),
        (an_event(id=...), "agency.dpupr.acknowledged", "no-id"),
        (an_event(id="  "), "agency.dpupr.acknowledged", "no-id"),
        (an_event("returned"), "agency.dpupr.returned", "bad-data"),
        (an_event("returned", data={"reason": "  "}), "agency.dpupr.returned", "bad-data"),
        (
            an_event("returned", data={"reason": "x", "suggest": 5}),
            "agency.dpupr.returned",
            "bad-data",
        ),
        (an_event("assigned"), "desk.admin.assigned", "bad-data"),
        (an_event("assigned", data={"agency": ["dlh"]}), "desk.admin.assigned", "bad-data"),
        (
            an_event("assigned", data={"agency": "dlh", "oversight": "ya"}),
            "desk.admin.assigned",
            "bad-data",
        ),
        (an_event("dismissed", data={"reason": None}), "desk.admin.dismissed", "bad-data"),
        (an_event("dismissed", data=...), "desk.admin.dismissed", "bad-data"),
        (b"{", "agency.dpupr.acknowledged", "broken-json"),
        (b"[]", "agency.dpupr.acknowledged", "batch"),
        (b"5", "agency.dpupr.acknowledged", "not-an-object"),
        (b"\xff", "agency.dpupr.acknowledged", "not-utf8"),
        (b" " * (MAX_BODY + 1), "agency.dpupr.acknowledged", "too-large"),
    ],
)
def test_what_leaves_its_meaning_open_is_refused(event: object, key: str, reason: str) -> None:
    bad = reading(event, key)
    assert isinstance(bad, BadUpdate), bad
    assert bad.reason == reason
    assert bad.detail


@pytest.mark.parametrize(
    "properties", [{"content_encoding": "gzip"}, {"content_type": "application/cloudevents-batch"}]
)
def test_what_cannot_be_unpacked_is_refused_and_its_speaker_known(
    properties: dict[str, Any],
) -> None:
    bad = reading(an_event(), message_id="7", **properties)
    assert isinstance(bad, BadUpdate)
    assert (bad.who, bad.name, bad.id) == ("agency", "dpupr", "7")


def test_what_could_be_read_of_a_bad_update_is_kept_for_the_answer() -> None:
    bad = reading(an_event("returned", data={}), "agency.dpupr.returned")
    assert isinstance(bad, BadUpdate)
    assert bad.complaint_id == UUID(COMPLAINT)
    assert (bad.id, bad.source, bad.type) == ("7", "/agencies/dpupr", "complaint.returned.v1")


def test_null_is_absent_and_nul_characters_are_taken_out() -> None:
    data = {"reason": " bukan\0 kami ", "suggest": None}
    update = reading(an_event("returned", data=data), "agency.dpupr.returned")
    assert isinstance(update, Update)
    assert (update.reason, update.suggest) == ("bukan kami", None)


def test_the_key_says_who_speaks_whatever_the_source_says() -> None:
    update = reading(an_event(source="/agencies/dlh"))
    assert isinstance(update, Update)
    assert update.speaker == "agency.dpupr"


def test_a_desk_may_have_any_name_that_can_be_printed() -> None:
    assert speaker_of("desk.Bu Siti (bagian umum).dismissed") == (
        "desk",
        "Bu Siti (bagian umum)",
        "dismissed",
    )


def test_a_cause_shows_no_id_and_tells_speakers_and_ids_apart() -> None:
    causes = set()
    for key in ("agency.dpupr.acknowledged", "agency.dlh.acknowledged"):
        for id in ("62812345678", "62812345679", "x" * 5000, "\0", "\ufffd"):
            update = reading(an_event(id=id), key)
            assert isinstance(update, Update)
            assert id not in update.cause
            assert len(update.cause) < 120
            causes.add(update.cause)
    assert len(causes) == 10


def test_what_utf8_cannot_carry_does_not_get_into_an_answer() -> None:
    headers = {f"cloudEvents_{name}": "\ud800" for name in ("id", "source", "type", "subject")}
    bad = reading({}, headers=headers)
    assert isinstance(bad, BadUpdate)
    assert (bad.id, bad.source, bad.type) == ("?", "?", "?")
    bad = reading({}, "nonsense", message_id="\ud800")
    assert isinstance(bad, BadUpdate)
    assert bad.id == "?"
