"""Properties that no honest client sends: RabbitMQ passes them on, the router lives."""

import struct
from collections.abc import Iterator

import pytest

from broker.errors import BrokerUnavailable
from tests.acceptance.program import Router
from tests.support.eventually import eventually
from tests.support.raw_publishing import raw_publishing

HEADERS, MESSAGE_ID, TIMESTAMP, EXPIRATION, TYPE = 1 << 13, 1 << 7, 1 << 6, 1 << 8, 1 << 5
BODY = b"sampah menumpuk di Rias"


def table(inner: bytes) -> bytes:
    return struct.pack(">I", len(inner)) + inner


def nested(depth: int) -> bytes:
    inner = b""
    for _ in range(depth):
        inner = b"\x01aF" + table(inner)
    return inner


HOSTILE = {
    "an id that is not UTF-8": (MESSAGE_ID, b"\x03\xff\xfe\xfd"),
    "a timestamp beyond time": (MESSAGE_ID | TIMESTAMP, b"\x02h1" + b"\xff" * 8),
    "a header name that is not UTF-8": (
        HEADERS | MESSAGE_ID,
        table(b"\x02\xff\xfeS" + table(b"x")) + b"\x02h2",
    ),
    "a timestamp beyond time in a header": (
        HEADERS | MESSAGE_ID,
        table(b"\x01tT" + b"\xff" * 8) + b"\x02h3",
    ),
    "headers nested a thousand deep": (HEADERS | MESSAGE_ID, table(nested(1000)) + b"\x02h4"),
    "sixty thousand bytes of headers": (
        HEADERS | MESSAGE_ID,
        table(b"\x01xx" + table(b"y" * 60_000)) + b"\x02h5",
    ),
    "a forged history of dead letters": (
        HEADERS | MESSAGE_ID,
        table(b"\x07x-deathS" + table(b"\x00\xff")) + b"\x02h6",
    ),
    "an expiration of an hour": (MESSAGE_ID | EXPIRATION, b"\x073600000" + b"\x02h7"),
    "a type that is not UTF-8": (MESSAGE_ID | TYPE, b"\x02h8" + b"\x02\xff\xfe"),
}


def publish(flags: int, properties: bytes) -> bytes:
    def frame(kind: int, payload: bytes) -> bytes:
        return struct.pack(">BHI", kind, 1, len(payload)) + payload + b"\xce"

    method = b"\x00\x3c\x00\x28\x00\x00" + b"\x11complaints.intake" + b"\x03sms" + b"\x00"
    header = struct.pack(">HHQH", 60, 0, len(BODY), flags) + properties
    return frame(1, method) + frame(2, header) + frame(3, BODY)


@pytest.fixture
def alone(amqp_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Router]:
    router = Router(amqp_url, tmp_path_factory.mktemp("hostile"))
    yield router
    router.stop()


async def test_hostile_properties_stop_nobody(alone: Router, amqp_url: str) -> None:
    refused = []
    for name, (flags, properties) in HOSTILE.items():
        async with raw_publishing(amqp_url, "hostile") as publisher:
            await publisher.write(publish(flags, properties))
            try:
                # A round trip: RabbitMQ has taken it, or has closed the connection over it.
                await publisher.round_trip()
            except BrokerUnavailable:
                refused.append(name)
    taken = len(HOSTILE) - len(refused)
    assert taken >= len(HOSTILE) // 2, refused
    handled = eventually(
        lambda: alone.metric("pintu_routing_seconds_count") >= taken or None, within=20
    )
    assert handled
    assert alone.get("/readyz")[0] == 200
    assert not [line for line in alone.log() if line["event"] == "broker.unavailable"]
