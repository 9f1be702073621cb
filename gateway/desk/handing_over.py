"""The open cases of one agency to another: one ``assigned`` of the desk for each.

Whatever stops it, nothing is lost: each update bears an id that is derived from the case as it
stands, so that the same one sent again is a repeat, and a case that went is on no list any more.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from broker.domain.case import Case, CaseFilter, State, handover_id
from broker.ports import Client
from gateway.desk.commands import request
from gateway.desk.indexing import Indexing
from gateway.desk.session import DeskSession
from schemas import verbs
from schemas.receipt import ReceivedData

AT_ONCE: Final = 200
"""Updates on their way at a time: as many as the case consumer takes in one batch."""
_ALL: Final = 1 << 62
_NAMED: Final = 1_000
"""Refusals that are kept with the case's tracking code; the others are counted."""
_OPEN: Final = tuple(state for state in State if state is not State.CLOSED)


@dataclass(frozen=True, slots=True)
class Extent:
    """What there is to hand over, by state; ``supported``: open cases of other agencies in which
    it supports."""

    states: Mapping[State, int]
    supported: int

    def many(self, resolved: bool) -> int:
        """How many go, with those that are resolved or without."""
        return sum(self.states.values()) - (0 if resolved else self.states[State.RESOLVED])


@dataclass(slots=True)
class HandedOver:
    """How it goes. ``sent``: confirmed; ``taken_in``: they count; ``unheard``: in the queue, not
    handled yet; ``refused``: tracking code, reason and detail of the first of them."""

    sent: int = 0
    taken_in: int = 0
    unheard: int = 0
    not_taken: int = 0
    refused: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Handover:
    """``said``: what goes with each, such as a ``note``; ``resolved``: these are handed over too,
    which opens them again; ``within``: seconds to wait for the receipt of each."""

    source: str
    to: str
    by: str
    said: Mapping[str, object]
    resolved: bool
    within: float


async def extent(source: str, office: DeskSession, indexing: Indexing | None = None) -> Extent:
    """Counted before anything is said; with an index for what the store would have to look for in
    every case."""
    how_many = office.store.how_many
    states: dict[State, int] = {}
    for state in _OPEN:
        states[state] = await how_many(CaseFilter(agency=source, state=state))
    supported = CaseFilter(supporting=source)
    if indexing is None:
        return Extent(states, await how_many(supported))
    await indexing.now()
    return Extent(states, sum(1 for _ in indexing.index.fitting(supported)))


async def hand_over(
    what: Handover, office: DeskSession, done: HandedOver, told: Callable[[], None]
) -> None:
    """Say ``assigned`` for each case; ``done`` holds at any time how far it is.

    Raises:
        BrokerUnavailable, Unroutable, StoreUnavailable: the rest is not sent.
    """
    cases = _Shared(office.store.listed(CaseFilter(agency=what.source), most=_ALL))
    async with (
        office.reach() as outside,
        outside.client(f"desk {what.by}") as client,
        asyncio.TaskGroup() as tasks,
    ):
        for _ in range(AT_ONCE):
            tasks.create_task(_speak(what, cases, client, office, done, told))


class _Shared:
    """Cases that several take from, one at a time."""

    def __init__(self, cases: AsyncIterator[Case]) -> None:
        self._cases = cases
        self._turn = asyncio.Lock()

    async def next(self) -> Case | None:
        async with self._turn:
            return await anext(self._cases, None)


async def _speak(
    what: Handover,
    cases: _Shared,
    client: Client,
    office: DeskSession,
    done: HandedOver,
    told: Callable[[], None],
) -> None:
    while (case := await cases.next()) is not None:
        if case.state is State.RESOLVED and not what.resolved:
            continue
        if case.merged_into is not None:
            continue  # it goes with the case that it follows
        # Where one was not answered in time, nobody is waited for any more: all are sent.
        within = 0.0 if done.unheard else what.within
        receipt = await request(
            client,
            case,
            verbs.ASSIGNED,
            {**what.said, "agency": what.to},
            by=what.by,
            id=handover_id(case, what.source, what.to),
            at=office.now(),
            within=within,
        )
        _count(case, receipt, done)
        told()


def _count(case: Case, receipt: ReceivedData | None, done: HandedOver) -> None:
    done.sent += 1
    if receipt is None or receipt.outcome == "waiting":
        done.unheard += 1
    elif receipt.outcome != "refused":
        done.taken_in += 1
    else:
        done.not_taken += 1
        if len(done.refused) < _NAMED:
            done.refused.append((case.tracking, receipt.reason or "", receipt.detail or ""))
