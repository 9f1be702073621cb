"""Readers of messages: bytes and properties."""

import json
from functools import cache
from typing import Any, Final
from uuid import UUID

from broker.domain.case import read
from broker.domain.intake import Routed, handle_intake
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.messaging.parking.park import park
from broker.messaging.parking.properties_json import CAP, as_json, from_json
from broker.messaging.parking.unpark import discarded, read_parked, replay
from schemas.envelope import CONTENT_TYPE
from schemas.identifiers import tracking
from schemas.properties import Properties
from schemas.submission import NeedsId, Submission, Unusable, read_submission
from schemas.updates import BadUpdate, Update, read_update
from schemas.verbs import AGENCY_UPDATES, CHANNEL_UPDATES, DESK_UPDATES
from tests.fuzz import seeds
from tests.fuzz.mutating import Maker
from tests.fuzz.parts import joined, split
from tests.fuzz.target import Target
from tests.fuzz.targets.world import NOW, clocks, message, properties_of, publishable, rules
from tests.support.updates_read import assert_sound

_CASE = "0a0e8f1c-4b0d-5c3e-9f3e-2d7a3f0b1c2d"
_TRACKING = tracking(UUID(_CASE))
EVERY_UPDATE: Final = (*AGENCY_UPDATES, *DESK_UPDATES, *CHANNEL_UPDATES)
UPDATE_FIELDS: Final = (
    *("note", "reason", "suggest", "agency", "oversight", "complaint_id", "subject", "data"),
    *("attachments", "specversion", "time", "data_base64", "tracking", "internal_note", "rating"),
    *("internalNote", "reopen", "code", "duplicate_of", "classification", "category", "title"),
    *("warnings", "url", "media_type", "size"),
)
SAID: Final[dict[str, Any]] = {
    "note": "sudah \x1b[1mditambal\x1b[0m",
    "internal_note": "anggaran habis",
    "attachments": [{"url": "https://x/y.jpg", "media_type": "image/jpeg", "size": 9}],
    "reason": "bukan kami",
    "suggest": "dlh",
    "agency": "pln",
    "rating": 4,
    "reopen": False,
    "code": "duplicate",
    "duplicate_of": "0000-0000-0000",
    "classification": "aspiration",
    "category": "waste",
    "title": "Sampah",
}
"""What an update may say: of each verb something, and all that it needs."""


def a_complaint(maker: Maker) -> bytes:
    return joined([seeds.a_key(maker), seeds.a_header(maker), seeds.a_body(maker)])


def read_complaint(data: bytes) -> None:
    key, header, body = split(data, 3)[:3]
    channel, is_code = names.channel_of(key.decode("utf-8", "replace"))
    properties = properties_of(header)
    reading = read_submission(body, properties, channel=channel, key_is_code=is_code)
    assert isinstance(reading, Submission | Unusable | NeedsId)
    if isinstance(reading, Submission):
        reading.data.text.encode()


def take_in(data: bytes) -> None:
    incoming = message(data, names.INTAKE)
    outcome = handle_intake(incoming, rules(), clocks(), now=NOW, new_id=lambda: "fresh")
    for out in outcome.publish:
        publishable(out)
    if isinstance(outcome, Routed):
        echo = outcome.publish[0]
        properties = Properties(content_type=CONTENT_TYPE, message_id=echo.message_id)
        again = Incoming(echo.body, names.EVENTS, echo.routing_key, properties, False, 1)
        assert not isinstance(read(again), BadUpdate), "what the router said cannot be read"


def an_update(maker: Maker) -> bytes:
    random = maker.random
    verb = random.choice(EVERY_UPDATE)
    said = dict(SAID)
    about = random.choice((_CASE, _CASE, _TRACKING))
    event = {"specversion": "1.0", "id": "u-1", "source": "/agencies/pln", "subject": about}
    event["type"] = f"complaint.{verb}.v1"
    whole = event | {"time": NOW.isoformat(), "data": said}
    seed = whole if random.random() < 0.7 else {"tracking": about, "oversight": True} | said
    body = maker.bent_json(seed, seeds.texts(), UPDATE_FIELDS)
    return joined([seeds.a_key(maker), seeds.a_header(maker), body])


def understand_update(data: bytes) -> None:
    key, header, body = split(data, 3)[:3]
    what = read_update(body, properties_of(header), key.decode("utf-8", "replace"))
    assert isinstance(what, Update | BadUpdate)
    if isinstance(what, Update):
        assert_sound(what)


@cache
def routed() -> list[Incoming]:
    """Events of the router as the case consumer gets them."""
    found = []
    for number, event in enumerate(seeds.complaints()[:60]):
        body = json.dumps(event).encode()
        properties = Properties(message_id=f"m-{number}")
        incoming = Incoming(body, names.INTAKE, "web", properties, False, 1)
        outcome = handle_intake(incoming, rules(), clocks(), now=NOW, new_id=lambda: "f")
        for out in outcome.publish:
            props = Properties(content_type=CONTENT_TYPE, message_id=out.message_id)
            found.append(Incoming(out.body, out.exchange, out.routing_key, props, False, 1))
    return found


def an_event(maker: Maker) -> bytes:
    seed = maker.random.choice(routed())
    event = json.loads(seed.body)
    body = maker.bent_json(event, seeds.texts(), sorted(event["data"]))
    return joined([seed.routing_key.encode(), seeds.header(seed.properties), body])


def read_event(data: bytes) -> None:
    read(message(data, names.EVENTS))


def a_parked_one(maker: Maker) -> bytes:
    """Exchange number, key, header, body, and what is said to be the properties."""
    members = as_json(properties_of(seeds.a_header(maker)))
    said = maker.bent_json(json.loads(members), seeds.texts(), ("headers", "$left-out", "type"))
    where = bytes((maker.random.randrange(3),))
    return joined([where, seeds.a_key(maker), seeds.a_header(maker), b"body", said[:16_384]])


def unpark(data: bytes) -> None:
    which, key, header, body, said = split(data, 5)[:5]
    properties = properties_of(header)
    routing_key = key.decode("utf-8", "replace")
    original = Incoming(body, names.INTAKE, routing_key, properties, False, 1)
    publishable(park(original, "no-text", "why", at=NOW))
    written = as_json(properties)
    assert len(written) <= CAP
    from_json(written)
    text = said.decode("utf-8", "replace")
    headers = {**properties.headers, "parked-properties": text, "parked-from": routing_key}
    exchange = (names.PARKED_EXCHANGE, names.INTAKE, "")[(which or b"\0")[0] % 3]
    given = Properties(headers=headers)
    parked = read_parked(Incoming(body, exchange, routing_key, given, False, 1))
    replay(parked, "fresh")
    publishable(discarded(parked, reason="x", by="me", at=NOW))


TARGETS = [
    Target("complaint", a_complaint, read_complaint, weight=8),
    Target("intake", a_complaint, take_in, weight=3),
    Target("update", an_update, understand_update, weight=8),
    Target("event", an_event, read_event, weight=3),
    Target("parked", a_parked_one, unpark, weight=4),
]
