"""What inputs are made of: complaints of the demonstration, words of the shipped rules, events."""

import json
import struct
from functools import cache
from pathlib import Path
from typing import Any, Final

from pamqp import encode

from broker.messaging.reply_to import PREFIX, REPLY_TO, made_up
from pintu.demo import corpus
from schemas.complaint import ComplaintData
from schemas.properties import Properties
from schemas.verbs import AGENCY_UPDATES, CHANNEL_UPDATES, DESK_UPDATES
from tests.fuzz.mutating import Maker
from tests.fuzz.target import MIB

SHIPPED: Final = Path(__file__).parents[2] / "config" / "defaults" / "bangka-selatan"
KINDS: Final = (
    *(None, "application/json", "application/cloudevents+json", "text/plain", "TEXT/Plain;x"),
    *("application/cloudevents-batch+json", "x", "\xff" * 80),
)
FIELDS: Final = (*ComplaintData.model_fields, "specversion", "data", "data_base64", "id", "type")
KEYS: Final = (
    *("web", "sms", "WEB", "", ".", "x" * 255, "web.sub", "\ufffd" * 85, "channel.web.withdrawn"),
    *(f"agency.dishub.{verb}" for verb in AGENCY_UPDATES),
    *(f"agency.pln.{verb}" for verb in AGENCY_UPDATES),
    *(f"desk.admin.{verb}" for verb in DESK_UPDATES),
    *(f"channel.web.{verb}" for verb in CHANNEL_UPDATES),
)
_FLAGS: Final = (15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3)


@cache
def complaints() -> list[Any]:
    """Events of submitted complaints, as values."""
    found = [json.loads(one.body) for one in corpus.complaints()]
    whole = {
        "text": "jalan rusak",
        "title": "Jalan",
        "occurred_at": "2025-02-03T10:00:00+07:00",
        "classification": "complaint",
        "oversight": True,
        "category": "928",
        "agency": "dishub",
        "anonymous": True,
        "confidential": False,
        "location": {"region": "19.03.01", "district": "Toboali", "village": "Rias"}
        | {"address": "Jl. Sudirman 1", "latitude": -3.0, "longitude": 106.4},
        "reporter": {"name": "A", "phone": "0812", "email": "a@b.co", "national_id": "32"},
        "attachments": [{"url": "https://x/y", "name": "a", "media_type": "image/png"}],
        "follows": "YWWD-XYKC-XDE1",
        "external_id": "8923456",
        "extra": {"a": {"b": [1, 2]}},
    }
    return [*found, whole, *[event["data"] for event in found[:20]]]


@cache
def texts() -> list[str]:
    return [event.get("data", event)["text"] for event in complaints()]


@cache
def raw_bodies() -> list[bytes]:
    return [one.body for one in corpus.unusual()]


_QUEUES: Final = ("cases", "router.intake", "agency.dlh", "g1h2.x", "!!!.x", "é.é", "\0.\0")


@cache
def raw_properties() -> list[bytes]:
    """The properties of a content header, as on the wire."""
    return [
        header(Properties(content_type=kind, message_id=id, headers=dict(headers)))
        for kind in KINDS
        for id in (None, "m-1")
        for headers in (
            {},
            {"cloudEvents_id": "1", "cloudEvents:type": "complaint.submitted.v1"},
            {"x-death": [{"queue": "q", "reason": "rejected"}], "CC": ["x"]},
        )
    ]


def header(properties: Properties) -> bytes:
    """A content header's payload."""
    flags, parts = 0, []
    if properties.content_type is not None:
        flags |= 1 << 15
        parts.append(_short(properties.content_type))
    if properties.headers:
        flags |= 1 << 13
        parts.append(encode.field_table(dict(properties.headers)))
    for bit, name in ((10, properties.correlation_id), (9, properties.reply_to)):
        if name is not None:
            flags |= 1 << bit
            parts.append(_short(name))
    if properties.message_id is not None:
        flags |= 1 << 7
        parts.append(_short(properties.message_id))
    return struct.pack(">HHQH", 60, 0, 0, flags) + b"".join(parts)


def _short(text: str) -> bytes:
    raw = text.encode("utf-8", "surrogatepass")[:255]
    return bytes((len(raw),)) + raw


def a_header(maker: Maker) -> bytes:
    """Properties as they are, bent, or of bytes that mean nothing."""
    random = maker.random
    seed = random.choice(raw_properties())
    if random.random() < 0.5:
        return seed
    if random.random() < 0.5:
        return seed[:14] + maker.bent_bytes(seed[14:])[: 100 * 1024]
    flags = sum(1 << bit for bit in _FLAGS if random.random() < 0.3)
    some = b"".join(_odd(maker) for _ in range(4))
    return struct.pack(">HHQH", 60, 0, 0, flags) + some


def a_question(maker: Maker) -> bytes:
    """Properties that ask for a receipt: by a name that RabbitMQ has made, by one that is bent, or
    by that of a queue."""
    random = maker.random
    name = made_up(random.randrange(1 << 32))
    if random.random() < 0.3:
        name = maker.bent_bytes(name.encode())[:255].decode("utf-8", "replace")
    elif random.random() < 0.3:
        prefix = random.choice((PREFIX, REPLY_TO, ""))
        name = prefix + random.choice((*_QUEUES, maker.text(KEYS)))
    correlation = random.choice((None, "", "c-1", "x" * 255, "\ufffd" * 85, maker.text(KEYS)))
    return header(Properties(message_id="m-1", reply_to=name, correlation_id=correlation))


def _odd(maker: Maker) -> bytes:
    size = maker.random.choice((0, 1, 3, 100, 255))
    return bytes((size,)) + maker.random.choice((b"\xff", b"a", b"\0", b"\xc3\xa9")) * size


def a_key(maker: Maker) -> bytes:
    key = maker.random.choice(KEYS)
    if maker.random.random() < 0.3:
        key = maker.text(KEYS)
    return key.encode("utf-8", "surrogatepass")[:255]


def a_body(maker: Maker) -> bytes:
    """Of a complaint."""
    random = maker.random
    kind = random.random()
    if kind < 0.8:
        return maker.bent_json(random.choice(complaints()), texts(), FIELDS)
    if kind < 0.9:
        return maker.text(texts()).encode("utf-8", "surrogatepass")[:MIB]
    return maker.bent_bytes(random.choice(raw_bodies()))
