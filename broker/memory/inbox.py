"""The port ``Inbox`` on the cases that a store in memory keeps."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime

from broker.domain.case import Case, mentions, said_in
from broker.domain.case.inbox import Place, Tab, owed_at, place_in, tabs_of
from broker.memory.kept_cases import KeptCases


class MemoryInbox:
    """``kept``: what the store keeps now, or the refusal of one that is away."""

    def __init__(self, kept: Callable[[], Awaitable[KeptCases]]) -> None:
        self._kept = kept

    async def counts(self, agency: str, at: datetime) -> Mapping[Tab, int]:
        """See the port."""
        kept = await self._kept()
        tabs = [tab for case in kept.cases.values() for tab in tabs_of(case, agency, at)]
        return {tab: tabs.count(tab) for tab in Tab}

    async def page(
        self, agency: str, tab: Tab, at: datetime, most: int, after: Place | None = None
    ) -> Sequence[Case]:
        """See the port."""
        kept = await self._kept()
        found = [case for case in kept.cases.values() if tab in tabs_of(case, agency, at)]
        backwards = tab is Tab.CLOSED
        placed = {place_in(case, agency, tab): case for case in found}
        order = sorted(placed, reverse=backwards)
        if after is not None:
            order = [one for one in order if (one < after if backwards else one > after)]
        return [placed[one] for one in order[:most]]

    async def mentioning(self, agency: str, words: str, most: int) -> Sequence[Case]:
        """See the port."""
        kept = await self._kept()
        found = [
            case
            for case in _open_to(kept.cases.values(), agency)
            if mentions(case.complaint, words)
            or said_in(kept.conversation.get(case.complaint_id, ()), words)
        ]
        order = sorted(found, key=lambda case: (case.opened_at, case.complaint_id), reverse=True)
        return order[:most]


def _open_to(cases: Iterable[Case], agency: str) -> list[Case]:
    return [
        case
        for case in cases
        if case.open and (case.agency == agency or owed_at(case, agency) is not None)
    ]
