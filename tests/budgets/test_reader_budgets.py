"""No message of at most 1 MiB costs more than 50 ms and 64 MiB, whatever it is made of."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from broker.domain.case import read
from broker.domain.intake import Routed, handle_intake
from broker.domain.masking import masked
from broker.domain.privacy import public_update
from broker.messaging import names
from broker.messaging.messages import Incoming
from schemas.limits import ATTACHMENT_CHARACTERS, ATTACHMENTS, MAX_BODY, NOTE_CHARACTERS
from schemas.properties import Properties
from schemas.updates import BadUpdate, Update
from schemas.words import plain
from tests.support.budgets import assert_cheap
from tests.support.hostile import MIB, TEXTS, VALUES
from tests.unit.broker.domain.case.story import CLOCKS, LIGHT, MONDAY, RULES, routed_by_router

CASE = "0a0e8f1c-4b0d-5c3e-9f3e-2d7a3f0b1c2d"
JSON = Properties(content_type="application/json", message_id="m")
STRUCTURED = Properties(content_type="application/cloudevents+json")
_FIRST_TWO = 2  # `extra` and `attachments`, for what takes long to find out
ROOM = MIB - 4_096
"""Bytes of a shape: what stands around it has to fit in too."""

texts = pytest.mark.parametrize("shape", TEXTS)
values = pytest.mark.parametrize("shape", VALUES)


def a_body(make: Callable[[str], Any], shape: Callable[[int], str]) -> bytes:
    """The largest body that is not too large already."""
    size = ROOM
    while True:
        body = json.dumps(make(shape(size)), ensure_ascii=False).encode()
        if len(body) <= MAX_BODY:
            return body
        size = size * 9 // 10


def taken_in(body: bytes, properties: Properties) -> object:
    message = Incoming(body, names.INTAKE, "web", properties, False, 1)
    outcome = handle_intake(message, RULES, CLOCKS, now=MONDAY, new_id=lambda: "fresh")
    assert outcome.publish
    return outcome


def taken_in_cheaply(body: bytes, properties: Properties, *, memory: bool = True) -> None:
    """By the router, and by who reads its event."""
    assert_cheap(lambda: taken_in(body, properties), memory=memory)
    outcome = taken_in(body, properties)
    if isinstance(outcome, Routed):
        event = outcome.publish[0]
        assert_cheap(lambda: read_event(event.body), memory=memory)


def read_event(body: bytes) -> object:
    return read(Incoming(body, names.EVENTS, "routed.x.web", Properties(), False, 1))


def said_and_shown(body: bytes, properties: Properties) -> object:
    """An update read, and what of it goes on about an anonymous complaint."""
    message = Incoming(body, names.UPDATES, "channel.web.replied", properties, False, 1)
    update = read(message)
    return public_update(update.data) if isinstance(update, Update) else update


@texts
def test_a_mask_on_any_text(shape: str) -> None:
    text = TEXTS[shape](MIB)
    assert_cheap(lambda: masked(text))
    assert masked(masked(text)) == masked(text)


@texts
def test_an_anonymous_complaint_of_any_text(shape: str) -> None:
    body = a_body(lambda text: {"text": text, "anonymous": True}, TEXTS[shape])
    taken_in_cheaply(body, JSON)


@texts
def test_the_same_text_in_every_field(shape: str) -> None:
    def everywhere(text: str) -> dict[str, Any]:
        part = text[: len(text) // 7]
        place = dict.fromkeys(("region", "district", "village", "address"), part)
        named = dict.fromkeys(("text", "title", "agency", "category"), part)
        return {**named, "location": place}

    taken_in_cheaply(a_body(everywhere, TEXTS[shape]), JSON)


@texts
def test_a_text_without_a_content_type(shape: str) -> None:
    body = TEXTS[shape](ROOM).encode()
    taken_in_cheaply(body, Properties(message_id="m"))


@texts
def test_what_an_agency_suggests(shape: str) -> None:
    said = a_body(
        lambda text: {"complaint_id": CASE, "reason": text[:100], "suggest": text}, TEXTS[shape]
    )
    message = Incoming(said, names.UPDATES, "agency.dishub.returned", JSON, False, 1)
    assert_cheap(lambda: read(message))


@texts
def test_an_update_of_any_text(shape: str) -> None:
    body = a_body(lambda text: {"complaint_id": CASE, "note": text}, TEXTS[shape])
    assert_cheap(lambda: said_and_shown(body, JSON))


HURTFUL: dict[str, Callable[[int], str]] = {
    **TEXTS,
    "control sequences": lambda size: "\x1b[31m" * (size // 5),
    "control sequences without an end": lambda size: "\x1b[" + "0" * (size - 2),
    "beginnings of control sequences": lambda size: "\x1b[" * (size // 2),
    "control strings": lambda size: "\x1b]0;a\x07" * (size // 6),
    "control strings without an end": lambda size: "\x1b]" + "a" * (size - 2),
    "beginnings of control strings": lambda size: "\x1b]" * (size // 2),
    "escapes": lambda size: "\x1b" * size,
    "signs of direction": lambda size: "\u202e" * (size // 3),
    "other line ends": lambda size: "\r\n\u2028" * (size // 5),
}
SAYING = {
    "agency.dishub.resolved": ("note", "internal_note", "complaint_id", "tracking", "subject"),
    "agency.dishub.returned": ("reason", "suggest"),
    "channel.web.accepted": ("note", "internal_note", "rating"),
    "channel.web.replied": ("note", "reopen"),
    "desk.sri.dismissed": ("reason", "code", "duplicate_of"),
    "desk.sri.assigned": ("agency", "title", "category", "classification", "oversight"),
}
"""Fields that mean something to a verb."""
ENOUGH = {"reason": "x", "agency": "dlh", "note": "x", "code": "duplicate"}
hurtful = pytest.mark.parametrize("shape", HURTFUL)


@hurtful
@pytest.mark.parametrize(
    ("key", "name"), [(key, n) for key, names in SAYING.items() for n in names]
)
def test_an_update_of_any_text_in_any_field_that_means_something(
    key: str, name: str, shape: str
) -> None:
    body = a_body(lambda text: {"complaint_id": CASE} | ENOUGH | {name: text}, HURTFUL[shape])
    message = Incoming(body, names.UPDATES, key, JSON, False, 1)
    assert_cheap(lambda: read(message), memory=name == "note")


@hurtful
def test_the_longest_words_that_are_taken_in(shape: str) -> None:
    text = HURTFUL[shape](NOTE_CHARACTERS)[:NOTE_CHARACTERS]
    files = [{"url": text[:ATTACHMENT_CHARACTERS]} for _ in range(ATTACHMENTS)]
    said = dict.fromkeys(("note", "internal_note", "reason", "suggest"), "x" + text)
    said = {name: words[:NOTE_CHARACTERS] for name, words in said.items()}
    data = said | {"complaint_id": CASE, "attachments": files}
    body = json.dumps(data, ensure_ascii=False).encode()
    message = Incoming(body, names.UPDATES, "agency.dishub.returned", JSON, False, 1)
    assert isinstance(read(message), Update)
    assert_cheap(lambda: read(message))


@hurtful
def test_cleaning_takes_time_that_is_linear(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemas.words.NOTE_CHARACTERS", MIB)
    text = HURTFUL[shape](MIB // 5)
    assert_cheap(lambda: plain(text), memory=False)


def test_a_text_that_is_too_long_is_refused_and_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not with one regular expression, and not to see whether it has anything to clean."""
    for name in ("_TAKEN_OUT", "_LINE_ENDS"):
        monkeypatch.setattr(f"schemas.words.{name}", None)
    for key, fields in SAYING.items():
        for name in fields:
            body = json.dumps({"complaint_id": CASE} | ENOUGH | {name: "\x1b[31m" * 80_000})
            found = read(Incoming(body.encode(), names.UPDATES, key, JSON, False, 1))
            left_out = key.startswith("channel") and name == "internal_note"
            assert isinstance(found, Update if left_out else BadUpdate), (key, name)


def complaints_of(value: str) -> Iterator[tuple[bytes, Properties]]:
    """The value where it is a list, an object, another field, an attribute, and in base64."""
    for field in ("extra", "attachments", "location", "anonymous", "unknown"):
        yield f'{{"text":"x","{field}":{value}}}'.encode(), JSON
    yield f'{{"text":"x","extra":{{"a":{value}}}}}'.encode(), JSON
    yield f'{{"text":"x","extra":{{"a":{value}}}}}'.encode(), Properties(message_id="m")
    for field in ("id", "data", "datacontenttype"):
        yield (
            f'{{"specversion":"1.0","{field}":{value},"data_base64":"e30="}}'.encode(),
            STRUCTURED,
        )


@values
def test_a_complaint_with_any_value(shape: str) -> None:
    for number, (body, properties) in enumerate(complaints_of(VALUES[shape](ROOM))):
        taken_in_cheaply(body, properties, memory=number < _FIRST_TWO)


@values
def test_a_complaint_in_base64_or_in_a_text(shape: str) -> None:
    data = f'{{"text":"x","extra":{{"a":{VALUES[shape](ROOM * 2 // 3)}}}}}'
    for given in ({"data_base64": base64.b64encode(data.encode()).decode()}, {"data": data}):
        event = {"specversion": "1.0", "id": "1", "datacontenttype": "application/json", **given}
        taken_in_cheaply(json.dumps(event).encode()[:MAX_BODY], STRUCTURED)


@values
def test_an_update_with_any_value(shape: str) -> None:
    for field in ("attachments", "anything", "note", "rating", "code", "tracking"):
        body = f'{{"complaint_id":"{CASE}","{field}":{VALUES[shape](ROOM)}}}'.encode()
        assert_cheap(lambda body=body: said_and_shown(body, JSON))  # type: ignore[misc]  # its own


@values
@pytest.mark.parametrize("place", ["warnings", "alternatives", "previous", "extra", "hops"])
def test_an_event_with_any_value(shape: str, place: str) -> None:
    event = json.loads(routed_by_router(LIGHT, MONDAY)[0].body)
    where = event["data"]["complaint"] if place == "extra" else event["data"]["decision"]
    where[place] = {"a": "HERE"} if place == "extra" else "HERE"
    body = json.dumps(event).replace('"HERE"', VALUES[shape](ROOM)).encode()
    assert_cheap(lambda: read_event(body))


@pytest.mark.parametrize(
    "headers",
    [
        {f"h{n}": b"\xff" for n in range(20_000)},
        {f"cloudEvents_{n}": n for n in range(10_000)},
        {"deep": [{"": []} for _ in range(15_000)]},
    ],
    ids=["many", "attributes", "nested"],
)
def test_a_frame_full_of_headers(headers: dict[str, Any]) -> None:
    taken_in_cheaply(b"{}", Properties(headers=headers))
