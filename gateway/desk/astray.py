"""Cases that were not where they belonged: what the desk decided or reassigned, what agencies
handed back, by topic and by where from and where to. Codes only, no word of a citizen's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from broker.ports import CaseStore, Moved
from schemas import verbs

Kind = Literal["decided", "reassigned", "returned", "left"]
"""``decided``: the desk named an agency where the rules were not sure; ``reassigned``: it took a
case from one agency to another; ``returned``: an agency handed it back; ``left``: an agency that
was to support handed its part back."""
KINDS: Final[tuple[Kind, ...]] = ("reassigned", "returned", "left", "decided")
PERIOD: Final = timedelta(days=30)
MOST: Final = 5_000
"""Moves that are looked at: more than that nobody reads one by one."""
_EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """``times``: how often cases of a topic (None: nothing was seen in them) went from one agency
    (None: the desk) to another; ``examples``: tracking codes, the newest first."""

    kind: Kind
    topic: str | None
    left: str | None
    got: str | None
    times: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Astray:
    """``counts``: moves by kind; ``cases``: how many cases they were; ``pairs``: the most frequent
    first; ``whole``: whether all moves of the time were looked at."""

    since: datetime
    until: datetime
    counts: Mapping[Kind, int]
    cases: int
    pairs: tuple[Pair, ...]
    whole: bool


async def astray(store: CaseStore, now: datetime, period: timedelta = PERIOD) -> Astray:
    """Of the time before a moment. Raises StoreUnavailable."""
    since = now - period
    found = await store.moves(since, now, MOST + 1)
    return summed(found[:MOST], since, now, whole=len(found) <= MOST)


def summed(found: Iterable[Moved], since: datetime, until: datetime, *, whole: bool) -> Astray:
    """What these moves come to."""
    examples: dict[tuple[Kind, str | None, str | None, str | None], list[str]] = {}
    counts: dict[Kind, int] = dict.fromkeys(KINDS, 0)
    cases = set()
    for one in found:
        kind, left, got = _kind(one)
        if left == got:
            continue
        counts[kind] += 1
        cases.add(one.complaint_id)
        examples.setdefault((kind, one.topic, left, got), []).append(one.tracking)
    pairs = [
        Pair(*key, len(codes), tuple(dict.fromkeys(codes))[:_EXAMPLES])
        for key, codes in examples.items()
    ]
    pairs.sort(key=lambda p: (-p.times, KINDS.index(p.kind), p.topic or "", p.left or ""))
    return Astray(since, until, counts, len(cases), tuple(pairs), whole)


def _kind(moved: Moved) -> tuple[Kind, str | None, str | None]:
    entry = moved.entry
    if entry.what == verbs.RETURNED:
        if supporting := entry.detail.get("supporting"):
            return "left", supporting, None
        return "returned", entry.agency_from, entry.agency_to
    kind: Kind = "decided" if entry.agency_from is None else "reassigned"
    return kind, entry.agency_from, entry.agency_to
