"""Every accepted form of a complaint is one, and says the same."""

import base64
import json
from typing import Any

import pytest

from schemas.identifiers import complaint_id
from schemas.limits import MAX_BODY
from schemas.properties import Properties
from schemas.submission import NeedsId, Submission, Unusable, read_submission
from tests.support.builders import an_event

STRUCTURED = "application/cloudevents+json"


def read(
    body: object, content_type: str | None = STRUCTURED, **properties: Any
) -> Submission | Unusable | NeedsId:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_submission(
        raw,
        Properties(content_type=content_type, **properties),
        channel="web",
    )


def accepted(*arguments: Any, **properties: Any) -> Submission:
    reading = read(*arguments, **properties)
    assert isinstance(reading, Submission), reading
    return reading


def refused(*arguments: Any, **properties: Any) -> Unusable:
    reading = read(*arguments, **properties)
    assert isinstance(reading, Unusable), reading
    return reading


@pytest.mark.parametrize(
    ("body", "content_type", "headers", "message_id"),
    [
        (an_event("7", text="halo"), STRUCTURED, {}, None),
        (an_event("7", text="halo"), "application/cloudevents+json; charset=utf-8", {}, None),
        (an_event("7", text="halo"), "application/json", {}, None),
        (an_event("7", text="halo"), None, {}, None),
        ({"text": "halo"}, "application/json", {"cloudEvents_id": "7"}, "other"),
        ({"text": "halo"}, "application/json", {"cloudEvents:id": "7"}, None),
        (b"halo", "text/plain", {"cloudEvents_id": "7"}, None),
        ({"text": "halo"}, "application/json", {}, "7"),
        ({"text": "halo"}, None, {}, "7"),
        ({"text": "halo"}, "application/octet-stream", {}, "7"),
        (b"halo", "text/plain; charset=utf-8", {}, "7"),
        (b"halo", None, {}, "7"),
        (b"\xef\xbb\xbfhalo", None, {}, "7"),
        (b'\xef\xbb\xbf{"text": "halo"}', "application/json", {}, "7"),
        (an_event("7") | {"data": "halo", "datacontenttype": "text/plain"}, STRUCTURED, {}, None),
    ],
)
def test_an_accepted_form_has_the_same_text_and_id(
    body: object, content_type: str, headers: dict[str, str], message_id: str | None
) -> None:
    reading = accepted(body, content_type, headers=headers, message_id=message_id)
    assert (reading.data.text, reading.event_id) == ("halo", "7")
    assert reading.complaint_id == complaint_id("/channels/web", "7")


def test_data_in_base64_is_data() -> None:
    event = an_event("7")
    event["data_base64"] = base64.b64encode(b'{"text": "halo"}').decode()
    del event["data"]
    assert accepted(event).data.text == "halo"


@pytest.mark.parametrize("encoding", [None, "", "identity", "utf-8", "UTF-8"])
def test_harmless_content_encodings_are_read(encoding: str | None) -> None:
    assert accepted(an_event(), content_encoding=encoding).data.text


@pytest.mark.parametrize(
    ("reason", "body", "content_type", "properties"),
    [
        ("no-text", an_event(text="  \n\0"), STRUCTURED, {}),
        ("no-text", an_event(text=None), STRUCTURED, {}),
        ("no-text", an_event(text=["halo"]), STRUCTURED, {}),
        ("no-text", {"specversion": "1.0", "id": "1"}, STRUCTURED, {}),
        ("no-text", b"   ", "text/plain", {}),
        ("not-utf8", b"\xff\xfehalo", "text/plain", {}),
        ("not-utf8", b"\xff\xfehalo", None, {}),
        ("broken-json", b'{"text": "halo"', "application/json", {}),
        ("broken-json", b'{"text": NaN}', "application/json", {}),
        ("broken-json", b"[" * 100_000, "application/json", {}),
        ("broken-json", b'{"text":"a","extra":{"n":' + b"1" * 5000 + b"}}", STRUCTURED, {}),
        ("broken-json", b' {"anonymous": true, "text": "a", "n": Infinity}', None, {}),
        ("broken-json", b'{"text": "a", "anonymous": true', "text/plain", {}),
        ("not-an-object", b'"halo"', "application/json", {}),
        ("batch", [an_event()], "application/cloudevents-batch+json", {}),
        ("batch", [an_event()], "application/json", {}),
        ("unknown-type", an_event() | {"type": "complaint.routed.v1"}, STRUCTURED, {}),
        ("unknown-type", an_event() | {"type": 5}, STRUCTURED, {}),
        ("content-encoding", an_event(), STRUCTURED, {"content_encoding": "gzip"}),
        ("too-large", b"x" * (MAX_BODY + 1), "text/plain", {}),
    ],
)
def test_what_cannot_be_used_has_a_fixed_reason(
    reason: str, body: object, content_type: str, properties: dict[str, object]
) -> None:
    assert refused(body, content_type, message_id="m", **properties).reason == reason


def test_a_mebibyte_is_not_too_large() -> None:
    assert accepted(b"x" * MAX_BODY, "text/plain", message_id="m").data.text


def test_without_an_id_nobody_can_tell_a_repeat() -> None:
    assert isinstance(read(b"halo", "text/plain"), NeedsId)
    assert isinstance(read({"text": "halo"}, None, message_id="  "), NeedsId)


def test_what_is_unusable_is_told_before_the_missing_id() -> None:
    assert refused(b"  ", "text/plain").reason == "no-text"


def test_the_routing_key_speaks_for_the_channel() -> None:
    reading = accepted(an_event("7", channel="sms"))
    assert reading.source == "/channels/web"
    assert any(warning.startswith("source:") for warning in reading.warnings)


@pytest.mark.parametrize("prefix", ["cloudEvents_", "cloudEvents:"])
@pytest.mark.parametrize(
    ("body", "content_type", "encoding"),
    [
        (b"\xff\xfehalo", "text/plain", None),
        (b'{"text": ', "application/json", None),
        (b"halo", "text/plain", "gzip"),
        (b"x" * (MAX_BODY + 1), "text/plain", None),
    ],
)
def test_a_body_that_cannot_be_read_is_known_by_what_is_said_beside_it(
    prefix: str, body: bytes, content_type: str, encoding: str | None
) -> None:
    headers = {f"{prefix}id": "7", f"{prefix}type": "complaint.submitted.v1"}
    why = refused(body, content_type, content_encoding=encoding, headers=headers, message_id="m")
    assert (why.event_id, why.event_type) == ("7", "complaint.submitted.v1")
    why = refused(body, content_type, content_encoding=encoding, message_id="m")
    assert (why.event_id, why.event_type) == ("m", None)


def test_the_adapters_id_of_what_may_be_anonymous_is_not_told() -> None:
    assert refused(an_event(text="", anonymous=True)).anonymous
    assert refused(b'{"anonymous": true, "text": ', "application/json").anonymous
    assert not refused(an_event(text="")).anonymous


def test_json_that_asks_for_anonymity_is_not_taken_as_a_text() -> None:
    reading = accepted({"text": "halo", "anonymous": True}, "text/plain", message_id="m")
    assert (reading.data.text, reading.anonymous) == ("halo", True)
