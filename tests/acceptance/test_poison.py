"""What ended the whole system before: properties that are longer once they were read."""

import json
import struct
from pathlib import Path

from tests.acceptance.outside import Outside
from tests.acceptance.program import Program
from tests.support.eventually import eventually
from tests.support.raw_publishing import raw_publishing

CONTENT_TYPE, HEADERS, TYPE = 1 << 15, 1 << 13, 1 << 5
NO_TEXT = b"\xff" * 100
BODY = b'{"text": "sampah menumpuk di Rias", "agency": "dlh"}'
HONEST = 40


def short(raw: bytes) -> bytes:
    return bytes((len(raw),)) + raw


def header(name: bytes, value: bytes) -> bytes:
    entry = short(name) + b"S" + struct.pack(">I", len(value)) + value
    return struct.pack(">I", len(entry)) + entry


POISONS = {
    "type": (b"sms", TYPE, short(NO_TEXT)),
    "content type": (b"sms", CONTENT_TYPE, short(NO_TEXT)),
    "routing key": (NO_TEXT, 0, b""),
    "all three": (NO_TEXT, CONTENT_TYPE | TYPE, short(NO_TEXT) * 2),
    "the longest": (b"\xff" * 255, TYPE, short(b"\xff" * 255)),
    "a header": (b"sms", HEADERS, header(b"cloudevents_" + NO_TEXT, b"\xff" * 10_000)),
}
"""Routing key, flags and properties; none has a message_id."""


def raw(
    key: bytes,
    flags: int,
    properties: bytes,
    *,
    exchange: bytes = b"complaints.intake",
    body: bytes = BODY,
) -> bytes:
    """A publish as bytes, with properties that no client library writes."""

    def frame(kind: int, payload: bytes) -> bytes:
        return struct.pack(">BHI", kind, 1, len(payload)) + payload + b"\xce"

    method = b"\x00\x3c\x00\x28\x00\x00" + short(exchange) + short(key) + b"\x00"
    head = struct.pack(">HHQH", 60, 0, len(body), flags) + properties
    return frame(1, method) + frame(2, head) + frame(3, body)


async def send_raw(url: str, payload: bytes) -> None:
    async with raw_publishing(url, "poison") as publisher:
        await publisher.write(payload)
        await publisher.round_trip()  # it was taken


async def test_what_is_longer_once_it_was_read_ends_nobody_and_its_neighbours_arrive(
    amqp_url: str, tmp_path: Path
) -> None:
    program = Program("all", amqp_url, tmp_path)
    outside = Outside(amqp_url)
    try:
        for kind, (key, flags, properties) in POISONS.items():
            for n in range(HONEST // len(POISONS) + 1):
                honest = {"text": "lampu jalan mati", "agency": "pln"}
                outside.publish("web", json.dumps(honest).encode(), message_id=f"{kind} {n}")
            await send_raw(amqp_url, raw(key, flags, properties))
        honest_ones = len(POISONS) * (HONEST // len(POISONS) + 1)
        eventually(
            lambda: program.metric("pintu_complaints_routed_total", agency="pln") == honest_ones
        )

        def every_poison_has_an_end() -> bool:
            routed = program.metric("pintu_complaints_routed_total", agency="dlh")
            return routed + outside.depth("parked") >= len(POISONS)

        eventually(every_poison_has_an_end)
        assert program.process.poll() is None
        assert program.get("/readyz")[0] == 200
        outside.close()
        program.stop()
    finally:
        program.kill()
