"""Messages that are meant to harm: each of at most 1 MiB, and as many kinds as are known."""

import json
import random
from collections.abc import Iterator
from typing import Final

from broker.messaging import names
from broker.messaging.messages import Outgoing

BYTES: Final = 1024 * 1024
MARKS: Final = "a" + "\u0315\u0300\u0327\u0334" * 2_500
_EVASIVE: Final = "a" * 32 + "(" + "@" * 31


def _filled(before: str, piece: str, after: str) -> bytes:
    return (before + piece * ((BYTES - 200) // len(piece)) + after).encode()


def _large() -> dict[str, bytes]:
    return {
        "a million ones": _filled('{"text":"halo","attachments":[', "1,", "1]}"),
        "a million objects": _filled('{"text":"halo","extra":{"a":[', "{},", "{}]}}"),
        "a text that is dear to mask": _filled('{"text":"', _EVASIVE, '"}'),
        "deep": b'{"text":"halo","extra":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        "marks in every field": json.dumps(
            {
                **dict.fromkeys(("text", "title", "category", "agency"), MARKS),
                "location": dict.fromkeys(("district", "village", "address"), MARKS),
            }
        ).encode(),
    }


def hostile(count: int, seed: int = 1) -> Iterator[Outgoing]:
    """``count`` of them; a large one is one in ten, since 2,000 of 1 MiB are 2 GB."""
    chance, large = random.Random(seed), _large()
    for number in range(count):
        if number % 10 == 0:
            body = large[chance.choice(sorted(large))]
            yield Outgoing(names.INTAKE, "web", body, f"large-{number}", "x", "application/json")
        elif number % 3 == 0:
            # An update for a case that nobody knows: it waits for it.
            said = {"complaint_id": "0" * 32, "note": f"sudah {number}"}
            body = json.dumps(said).encode()
            key = "agency.dlh.acknowledged"
            yield Outgoing(names.UPDATES, key, body, f"early-{number}", "x", "application/json")
        elif number % 3 == 1:
            yield Outgoing(names.INTAKE, "web", b"\xff{" + str(number).encode(), f"b-{number}", "x")
        else:
            text = f"{MARKS} {number}"
            body = json.dumps({"text": text}).encode()
            yield Outgoing(names.INTAKE, "web", body, f"marks-{number}", "x", "application/json")


def without_id(key: str, body: bytes) -> bytes:
    """The frames of a complaint without an id whose type is 100 bytes of ``\\xff``."""

    def frame(kind: int, payload: bytes) -> bytes:
        return bytes([kind, 0, 1]) + len(payload).to_bytes(4, "big") + payload + b"\xce"

    exchange = names.INTAKE.encode()
    method = b"\x00\x3c\x00\x28\x00\x00" + bytes([len(exchange)]) + exchange
    method += bytes([len(key)]) + key.encode() + b"\x00"
    header = b"\x00\x3c\x00\x00" + len(body).to_bytes(8, "big") + (1 << 5).to_bytes(2, "big")
    return frame(1, method) + frame(2, header + b"\x64" + b"\xff" * 100) + frame(3, body)
