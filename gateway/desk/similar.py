"""Complaints that may be about the same thing: by words that are rare, and by place.

The newest open cases and those closed lately are kept as sets of words, for a minute: however many
cases there are, a page looks at so many at most.

This is for what waits, which has no topic that one could trust. What stands beside a decided case,
of whatever age, is on the same topic at the same place: `gateway.desk.one_case`.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

from broker.domain.case import Case, CaseFilter, State
from broker.domain.routing.language.text import words
from broker.errors import StoreUnavailable
from gateway.desk.session import DeskSession
from gateway.desk.told_similar import for_few_eyes, told_similar

OPEN: Final = 500
CLOSED: Final = 100
LATELY: Final = timedelta(days=30)
FRESH_FOR: Final = 60.0
"""Seconds."""
WAITS: Final = 0.1
"""Seconds."""
MOST: Final = 4
_SHORTEST: Final = 4
"""Letters of a word that tells two complaints apart."""
_LEAST_WORDS: Final = 3
_LEAST_SHARE: Final = 0.35
"""Of the weight of the shorter one's words that both have."""
_SAME_PLACE: Final = 0.15
"""How much a share grows by one place of both."""
_MOST_WORDS: Final = 120


class _Seen(NamedTuple):
    complaint: UUID
    anonymous: bool
    words: frozenset[str]
    place: str | None


@dataclass(frozen=True, slots=True)
class Similar:
    """Another case, and how much of it is in this one: from 0 to 1."""

    case: Case
    share: float


class SimilarCases:
    """Of one process. ``now``: seconds of a clock that never goes back."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen: list[_Seen] = []
        self._common: Counter[str] = Counter()
        self._good_until = 0.0
        self._looking: asyncio.Task[None] | None = None

    async def like(self, case: Case, office: DeskSession) -> list[Similar]:
        """Those that seem to be about the same, first those that the router named, then the
        nearest; as they are now."""
        if self._now() > self._good_until and self._looking is None:
            self._looking = asyncio.create_task(self._look(office))
        if self._looking is not None:
            # No page waits for it longer than that: the next one has what was found.
            await asyncio.wait([self._looking], timeout=WAITS)
        own = _seen(case)
        told = await told_similar(office.store, case)
        named = {one.complaint_id for one in told} | {own.complaint}
        found = [
            (share, other.complaint)
            for other in self._seen
            if other.complaint not in named and (share := self._share(own, other))
        ]
        best = sorted(found, key=lambda pair: (-pair[0], pair[1]))[:MOST]
        cases = [(share, await office.store.find(complaint)) for share, complaint in best]
        sure = [Similar(one, max(self._share(own, _seen(one)), _LEAST_SHARE)) for one in told]
        other = [Similar(one, share) for share, one in cases if one is not None]
        return [*sure, *other][:MOST]

    async def _look(self, office: DeskSession) -> None:
        try:
            await self._read(office)
        except StoreUnavailable:
            pass  # what was known before stands; the page itself says that the store is away
        finally:
            self._good_until = self._now() + FRESH_FOR
            self._looking = None

    async def _read(self, office: DeskSession) -> None:
        newest = CaseFilter(newest_first=True)
        closed = replace(newest, state=State.CLOSED, since=office.now() - LATELY)
        cases = [case async for case in office.store.listed(newest, most=OPEN)]
        cases += [case async for case in office.store.listed(closed, most=CLOSED)]
        seen = [_seen(case) for case in cases if not for_few_eyes(case)]
        self._common = Counter(word for one in seen for word in one.words)
        self._seen = seen

    def _share(self, one: _Seen, other: _Seen) -> float:
        """Nought where they are not alike. A word that many have says little."""
        both = one.words & other.words
        if one.anonymous is not other.anonymous:
            return 0.0  # nobody is to find who an anonymous reporter is by what else he reported
        if len(both) < _LEAST_WORDS:
            return 0.0
        least = min(map(self._weight, (one.words, other.words)))
        share = self._weight(both) / least if least else 0.0
        if one.place and one.place == other.place:
            share += _SAME_PLACE
        return min(share, 1.0) if share >= _LEAST_SHARE else 0.0

    def _weight(self, some: frozenset[str]) -> float:
        return sum(1 / self._common[word] if self._common[word] > 1 else 1.0 for word in some)


def _seen(case: Case) -> _Seen:
    complaint = case.complaint
    if complaint is None:
        return _Seen(case.complaint_id, case.anonymous, frozenset(), None)
    said = words(f"{complaint.get('title') or ''} {complaint['text']}")
    kept = [word for word in dict.fromkeys(said) if len(word) >= _SHORTEST]
    some = frozenset(kept[:_MOST_WORDS])
    return _Seen(case.complaint_id, case.anonymous, some, case.decision.region)
