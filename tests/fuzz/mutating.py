"""Inputs made from seeds: bytes are cut, doubled and mixed, JSON is bent where it stands."""

import json
import random
from collections.abc import Sequence
from typing import Any, Final

LARGEST: Final = 1024 * 1024
_BITS: Final[tuple[bytes | str, ...]] = (
    *(b"\xff", b"\x00", b"\x1b[31m", b"\xc2\x9b", b"\xe2\x80\xae", b"\xef\xbb\xbf", b'"', b"\n"),
    *(b"{", b"}", b"[", b"]", b",", b"=1+1", b"\\ud800", b"\xed\xa0\x80", b"9" * 5_000, b"1e999"),
    *("e" + "\u0301\u0327" * 40, "\uff20", "\u3002", "\u2024", "@", "08123456789", "a" * 300),
)
BITS: Final = tuple(bit if isinstance(bit, bytes) else bit.encode() for bit in _BITS)
_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, 0, -1, 10**30, 1.5, "", " ", "\0", "\ud800", "x" * 300, [], {}, [[]], [None]),
    *("2026-01-01T00:00:00Z", "9999-12-31T23:59:59+00:00", "1.0", "\u202e", "1" * 5_000),
)


class Mutator:
    """Makes one input after the other; the same seed makes the same ones."""

    def __init__(self, chance: random.Random, seeds: Sequence[bytes]) -> None:
        self._chance = chance
        self._seeds = list(seeds) or [b""]

    def __call__(self) -> bytes:
        chance = self._chance
        data = chance.choice(self._seeds)
        kind = chance.random()
        if kind < 0.4:
            data = self._bent_json(data)
        elif kind < 0.41:
            return self._extreme(data)[:LARGEST]
        for _ in range(chance.randint(0, 3)):
            data = self._bent(data)
        return data[:LARGEST]

    def _bent(self, data: bytes) -> bytes:
        chance = self._chance
        at, to = chance.randint(0, len(data)), chance.randint(0, len(data))
        match chance.randrange(6):
            case 0:
                return data[:at] + chance.choice(BITS) + data[at:]
            case 1:
                return data[: min(at, to)] + data[max(at, to) :]
            case 2:
                return data[:at] + data[min(at, to) : max(at, to)][:2_000] + data[at:]
            case 3:
                return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
            case 4:
                other = chance.choice(self._seeds)
                return data[:at] + other[chance.randint(0, len(other)) :]
            case _:
                return data[:at] + chance.choice(BITS) * chance.randint(1, 30) + data[at:]

    def _bent_json(self, data: bytes) -> bytes:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            return data
        place = value
        while isinstance(place, dict | list) and place:
            key: Any
            key = self._chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
            inner = place[key]
            if not isinstance(inner, dict | list) or not inner or self._chance.random() < 0.3:
                place[key] = self._chance.choice(_VALUES)
                break
            place = inner
        text = json.dumps(value)
        if self._chance.random() < 0.1:
            text = text.replace("{", '{"id":1,"id":2,', 1)  # a key twice
        return text.encode()

    def _extreme(self, data: bytes) -> bytes:
        """What is cheap to send and may be dear to read: long, deep, or the same again."""
        size = self._chance.choice((20_000, 200_000, LARGEST))
        bit = self._chance.choice(
            (*BITS, b"1,", b"{},", b'{"a":', b"a" * 32 + b"(" + b"@" * 31, "̧́".encode(), b"a.@")
        )
        many = bit * (size // len(bit))
        at = self._chance.choice((0, len(data), self._chance.randint(0, len(data))))
        shape = self._chance.randrange(4)
        if shape == 0:
            return b'{"text":"halo","attachments":[' + many.rstrip(b",") + b"]}"
        if shape == 1:
            return b'{"text":"halo","extra":{"a":[' + many.rstrip(b",") + b"]}}"
        if shape == 2:
            return b'{"text":"' + many + b'"}'
        return data[:at] + many + data[at:]
