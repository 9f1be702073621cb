"""Inputs made of seeds: bytes, texts and JSON, bent as strangers and attackers bend them.

The same state of the random source gives the same input. Most inputs are small, since most faults
need little; one in a few hundred is large, for what costs more than its length.
"""

import json
from collections.abc import Sequence
from copy import deepcopy
from random import Random
from typing import Any, Final

LARGEST: Final = 1 << 20
"""Bytes: the largest message that is read."""
_MEDIUM: Final = 1 / 150
_LARGE: Final = 1 / 1500

NASTY: Final = (
    *("", " ", "\t", "\n", "\r\n", "\0", "\x1b[31m", "\x7f", "\x85", "\ufeff", "\u2028"),
    *("\u200b", "\u202e", "\u00ad", "\u2066", "\ufffd", "\ud800", "\udfff", "\U0010ffff"),
    *("\u0301", "\u0315", "\u0300\u0315", "a\u0345\u0301", "\u1100\u1161\u11a8", "\ufdfa"),
    *("\u0660\u0661", "\uff10", "\u00b2", "\u2160", "\u00df", "\u0130", "\ufb03", "\uff20"),
    *(
        "0812-3456-7890",
        "0 8 1 2 3 4 5 6 7",
        "3201010101010001",
        "(+62)",
        "1.000.000",
        "12/12/2024",
    ),
    *("a@b.co", "@", "(at)", " at ", "(dot)", ".", "。", "․", "[", "]", "(", "{", "nol satu dua"),
    *("=1+1", "@SUM(A1)", "-", '"', "'", ",", ";", "\\", "\\u0000", "$text", "$bytes", "x-death"),
    *("null", "true", "NaN", "1e999", "-0", "1e-400", "9" * 400, "0x10", "../..", "%s", "{}"),
    *("2025-02-30T25:61", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2025-W01-1"),
    *("desa", "jalan", "lampu jalan mati", "Rias", "bukan", "kecamatan Toboali", "nama saya"),
)
VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1 << 31, 1 << 63, 1 << 64, -(1 << 70), 0.1, -0.0, 1e308, 5e-324),
    *("", " ", [], {}, [[]], {"": ""}, [None], {"text": "x"}, {"url": 1}, [1, "a", None]),
)
_HOLE: Final = "@@hole@@"


class Maker:
    """Makes inputs from one random source."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.room = 0

    def begin(self, number: int) -> None:
        """From here on what is made depends on this number alone."""
        self.random.seed(number)
        at = self.random.random()
        if at < _LARGE:
            self.room = self.random.randrange(1 << 16, LARGEST)
        elif at < _LARGE + _MEDIUM:
            self.room = self.random.randrange(1 << 12, 1 << 16)
        else:
            self.room = 400

    def bent_bytes(self, seed: bytes) -> bytes:
        """One to four changes of bytes."""
        random = self.random
        data = bytearray(seed)
        for _ in range(random.randrange(1, 5)):
            end = len(data)
            at = random.randrange(end + 1)
            match random.randrange(8):
                case 0 if at < end:
                    data[at] ^= 1 << random.randrange(8)
                case 1:
                    data[at:at] = random.randbytes(random.randrange(1, 5))
                case 2:
                    del data[at : at + random.randrange(1, 9)]
                case 3:
                    data[at : at + 1] = b"\xff" * random.randrange(1, 20)
                case 4:
                    data[at:at] = data[at : at + 40] * random.randrange(1, 4)
                case 5:
                    data[at:at] = random.choice(NASTY).encode("utf-8", "surrogatepass")
                case 6:
                    del data[at:]
                case _:
                    unit = bytes(data[at : at + random.randrange(1, 8)]) or b"\xff"
                    data[at:at] = unit * (self.room // (8 * len(unit)) + 1)
        return bytes(data[:LARGEST])

    def text(self, seeds: Sequence[str]) -> str:
        """Words of the seeds and nasty ones; a run of something where there is room."""
        random = self.random
        parts: list[str] = []
        for _ in range(random.randrange(1, 7)):
            match random.randrange(7):
                case 0 | 1:
                    parts.append(random.choice(seeds))
                case 2 | 3:
                    parts.append(random.choice(NASTY))
                case 4:
                    parts.append(chr(random.randrange(0x110000)))
                case 5:
                    parts.append(self.run())
                case _:
                    seed = random.choice(seeds)
                    at = random.randrange(len(seed) + 1)
                    parts.append(seed[:at] + random.choice(NASTY) + seed[at:])
        return random.choice(("", " ", "")).join(parts)[:LARGEST]

    def run(self) -> str:
        """Something many times over: what is quadratic, or worse, shows by it."""
        random = self.random
        words = [random.choice(NASTY) or "a" for _ in range(random.randrange(1, 4))]
        if random.random() < 0.3:
            words[0] = chr(random.choice((0x300, 0x61, 0x40, 0x28, 0x1100)) + random.randrange(80))
        unit = "".join(word[:40] * random.choice((1, 1, 2, 31, 32)) for word in words)
        return unit * (self.room // max(len(unit.encode("utf-8", "surrogatepass")), 1))

    def value(self, seeds: Sequence[str], depth: int = 2) -> Any:
        """A value of JSON of any kind."""
        random = self.random
        kind = random.randrange(6)
        if kind < 2:
            return deepcopy(random.choice(VALUES))
        if kind == 2 or depth == 0:
            return self.text(seeds)
        if kind == 3:
            return random.randrange(-10, 10) if random.random() < 0.5 else random.random() * 200
        items = [self.value(seeds, depth - 1) for _ in range(random.randrange(3))]
        if kind == 4:
            return items
        return {self.text(seeds)[:40]: item for item in items}

    def bent_json(self, seed: Any, seeds: Sequence[str], known: Sequence[str] = ()) -> bytes:
        """A document with one to three of its parts changed, as bytes; now and then no JSON."""
        random = self.random
        document = json.loads(json.dumps(seed))
        raw = b""
        for _ in range(random.randrange(1, 4)):
            place = self._some_place(document)
            if place is None:
                document = self.value(seeds)
                continue
            holder, key = place
            match random.randrange(7):
                case 0:
                    del holder[key]
                case 1 | 2:
                    holder[key] = self.value(seeds)
                case 3 if isinstance(holder, dict):
                    holder[random.choice(known or NASTY)] = self.value(seeds)
                case 4:
                    holder[key] = self.text(seeds)
                case 5 if isinstance(holder, dict) and len(holder) > 1:
                    holder[key] = holder[random.choice(sorted(holder))]
                case _:
                    holder[key] = _HOLE
                    raw = self._large()
        written = json.dumps(document, ensure_ascii=random.random() < 0.7)
        body = written.encode("utf-8", "surrogatepass")
        if raw:
            body = body.replace(b'"' + _HOLE.encode() + b'"', raw, 1)
        if random.random() < 0.1:
            body = self.bent_bytes(body)
        return body[:LARGEST]

    def _some_place(self, document: Any) -> tuple[Any, Any] | None:
        """A part of a document, by what holds it."""
        random = self.random
        found = None
        while isinstance(document, dict | list) and document:
            if found and random.random() < 0.35:
                break
            holder = document
            key = (
                random.choice(list(holder))
                if isinstance(holder, dict)
                else random.randrange(len(holder))
            )
            found, document = (holder, key), holder[key]
        return found

    def _large(self) -> bytes:
        """JSON, or nearly, that is deep, wide, long or twofold."""
        random, room = self.random, self.room
        match random.randrange(10):
            case 0:
                depth = random.choice((10, 190, 200, 201, 250, 1000, room // 2 + 1))
                return b"[" * depth + b"]" * depth
            case 1:
                depth = random.choice((10, 190, 200, 201, 250, room // 6 + 1))
                return b'{"a":' * depth + b"1" + b"}" * depth
            case 2:
                return b"[" + b"1," * (room // 2) + b"1]"
            case 3:
                return b"[" + b"{}," * (room // 3) + b"{}]"
            case 4:
                return b"{" + b",".join(b'"k%d":[]' % n for n in range(room // 10 + 1)) + b"}"
            case 5:
                return b"{" + b'"a":1,' * (room // 6) + b'"a":2}'
            case 6:
                return b"-" * random.randrange(2) + b"9" * random.choice(
                    (20, 310, 4300, 4301, room)
                )
            case 7:
                return random.choice(
                    (b"NaN", b"Infinity", b"1e999", b"-1e400", b"1E+9999999", b"01")
                )
            case 8:
                return json.dumps(self.run()).encode()
            case _:
                return b'[{"url":' + b'"x"},{"url":' * (room // 12) + b"1}]"
