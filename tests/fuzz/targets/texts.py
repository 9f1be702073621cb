"""Texts of people: masks, decisions, tracking codes, moments."""

import contextlib
from datetime import date
from unittest.mock import patch

import typer

from broker.domain.masking import LOOKED_AT_AGAIN, masked
from broker.domain.privacy import public_update
from broker.domain.routing.decide import Place, Query, decide
from pintu.cli import due as due_command
from schemas.identifiers import normalise_tracking
from tests.fuzz import seeds
from tests.fuzz.mutating import LARGEST, Maker
from tests.fuzz.parts import joined, split
from tests.fuzz.target import Target
from tests.fuzz.targets.world import clocks, rules

_TRACKING = ("7ZZZ-ZZZZ-ZZZ0", "0000-0000-0000", "o0il-1234-ABCD", "*~$=U", "----")
_MOMENTS = ("2025-02-04T16:00", "2025-02-04", "2025-02-04T16:00+07:00", "0001-01-01", "9999-12-31")
_FIELDS = ("title", "category", "agency", "region", "district", "village", "address")
_CODES = ("928", "77", "dishub", "pln", "19.03", "19.03.01.2001", "19.03.01", "32.01", "Toboali")


def _text(part: bytes) -> str:
    return part.decode("utf-8", "replace")


def a_text(maker: Maker) -> bytes:
    return maker.text(seeds.texts()).encode("utf-8", "surrogatepass")[:LARGEST]


def mask(data: bytes) -> None:
    text = data.decode("utf-8", "surrogatepass") if _clean(data) else _text(data)
    once = masked(text)
    if len(text) <= LOOKED_AT_AGAIN:
        assert masked(once) == once, "masked twice differs from once"


def _clean(data: bytes) -> bool:
    with contextlib.suppress(UnicodeDecodeError):
        data.decode("utf-8", "surrogatepass")
        return True
    return False


def mask_update(data: bytes) -> None:
    text = _text(data)
    said = {"note": text, "a": [{"b": text[:50]}], "attachments": [{"url": text[:99]}]}
    shown = public_update(said)
    if len(text) > LOOKED_AT_AGAIN:
        return
    assert public_update(shown) == shown, "masked twice differs from once"


def a_query(maker: Maker) -> bytes:
    random = maker.random
    parts = [a_text(maker)]
    for _ in _FIELDS:
        kind = random.random()
        if kind < 0.6:
            parts.append(b"")
        elif kind < 0.8:
            parts.append(random.choice(_CODES).encode())
        else:
            parts.append(maker.text(_CODES).encode("utf-8", "surrogatepass"))
    return joined(parts)


def decide_it(data: bytes) -> None:
    text, *rest = map(_text, split(data, 1 + len(_FIELDS)))
    title, category, agency, *place = (word or None for word in rest[: len(_FIELDS)])
    where = Place(*place)  # type: ignore[arg-type]  # its four names
    query = Query(text, title, category, agency, where, oversight=bool(title))
    decision = decide(query, rules(), on=date(2026, 1, 15))
    assert decision.agency is None or decision.agency in rules().agencies
    decision.because.encode()


def a_code(maker: Maker) -> bytes:
    return maker.text(_TRACKING).encode("utf-8", "surrogatepass")


def track(data: bytes) -> None:
    code = normalise_tracking(_text(data))
    assert code is None or normalise_tracking(code) == code


def a_deadline(maker: Maker) -> bytes:
    random = maker.random
    days = str(random.choice((1, 2, 5, 60, 10_000, 1 << 40, 10**400)))
    words = [maker.text(_MOMENTS) if random.random() < 0.4 else random.choice(_MOMENTS), days]
    for _ in range(random.randrange(3)):
        words.append(f"{random.choice(_MOMENTS)}..{maker.text(_MOMENTS)}")
    return joined([word.encode("utf-8", "surrogatepass") for word in words])


def due(data: bytes) -> None:
    start, days, *held = map(_text, split(data, 2))
    number = int(days) if days.isdecimal() and len(days) < 500 else 1
    quiet = patch.object(due_command, "clocks_of", lambda _: clocks())
    silent = patch.object(typer, "echo", lambda *_, **__: None)
    with quiet, silent, contextlib.suppress(typer.BadParameter, typer.Exit):
        due_command.due(start, max(number, 1), held or None, None)


# A mask is done twice: it has to be the same.
TARGETS = [
    Target("mask", a_text, mask, seconds=0.1, weight=10),
    Target("mask-update", a_text, mask_update, seconds=0.1, weight=4),
    Target("decision", a_query, decide_it, weight=4),
    Target("tracking", a_code, track, weight=4),
    Target("due", a_deadline, due, weight=1),
]
