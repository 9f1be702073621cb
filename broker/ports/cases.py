"""The case store, its transactions and what they carry."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from broker.domain.case import EVERY_OPEN, Case, CaseFilter, Entry, Said, State
from broker.messaging.messages import Incoming
from broker.messaging.parking.properties_json import as_json
from broker.ports.case_records import CaseRecords
from broker.ports.case_search import CaseSearch, ListPlace
from broker.ports.clock_state import Anchor, ClockState, Mended
from broker.ports.inbox import Inbox
from broker.ports.moves import Moved

Wanted = Callable[[Case], bool] | None
Told = tuple[Case, list[Said]] | None
"""A case and what was said in it."""

_ALL: Final = 1 << 24
"""Characters: more than the properties of any message have, whose frame is 128 KiB by default."""


@dataclass(frozen=True, slots=True)
class CaseChange:
    """What one transaction does to one case: its new value, new lines of history, new causes, and
    what was said in it: no more than there are lines, since whatever is said has one."""

    case: Case
    history: tuple[Entry, ...] = ()
    causes: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()

    def __post_init__(self) -> None:
        if len(self.said) > len(self.history):
            raise ValueError("whatever is said has a line of the history")


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of a case's history, with what was said in it; ``n``: its place, from nought."""

    complaint_id: UUID
    tracking: str
    n: int
    entry: Entry
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Deferred:
    """A message that came before its case: deferred, whole, until ``until``.

    ``key`` is derived from the message, so that the same one is kept once. ``speaker``: who sent
    it, ``agency.<code>`` and the like; empty for an event of ours.
    """

    key: str
    complaint: UUID
    at: datetime
    until: datetime
    message: Incoming
    speaker: str = ""

    @property
    def size(self) -> int:
        """Bytes, with its properties: their headers may be more than the body."""
        return len(self.message.body) + len(as_json(self.message.properties, cap=_ALL))


@dataclass(frozen=True, slots=True)
class Held:
    """How much is deferred of updates: messages, and their bytes with their properties."""

    messages: int = 0
    bytes: int = 0


class CaseTransaction(Protocol):
    """One transaction on the cases; what it loaded nobody else changes until it ends."""

    async def load(
        self,
        complaints: Collection[UUID],
        causes: Mapping[UUID, Collection[str]] | None = None,
        *,
        whole: Collection[UUID] | None = None,
        told: Collection[UUID] = (),
    ) -> dict[UUID, Case]:
        """The cases that exist; ``seen`` holds those of the given causes that were remembered,
        ``lines`` how many lines their history has.

        ``whole``: those that come with their complaint, which may be large; None for all.
        ``told``: those that come with as much of their conversation as is passed on
        (``broker.domain.case.newest``).
        """

    async def named(self, codes: Collection[str]) -> dict[str, set[UUID]]:
        """The ids of the cases that have these tracking codes; more than one where several have
        the same: they are hashes. A code that no case has is left out."""

    async def due(self, watermark: datetime, most: int) -> list[Case]:
        """Open cases whose ``next_due`` is not after ``watermark``, oldest first.

        Those that another transaction holds are passed over. They come without their complaint.
        """

    async def outdated(self, calendar: str, most: int) -> list[Case]:
        """Open cases whose deadlines were computed on another version of the calendar.

        Those that another transaction holds are passed over. They come without their complaint.
        """

    async def save(self, changes: Sequence[CaseChange]) -> None:
        """Write new values, history and causes, all or nothing.

        A case that this transaction has not given out is new. A case keeps the complaint that it
        has where the new value comes without: also when it is closed, see ``forget_words``.

        Raises:
            StoreUnavailable: another transaction began one of the cases at the same time.
        """

    async def defer(self, early: Sequence[Deferred]) -> None:
        """Defer messages; those that are kept already stay as they are."""

    async def deferred(self, complaints: Collection[UUID]) -> list[Deferred]:
        """What is deferred for these complaints, in the order in which it came."""

    async def deferred_until(self, watermark: datetime, most: int) -> list[Deferred]:
        """What has waited long enough: ``until`` is before ``watermark``; in order of ``until``.

        At most ``most``, and no more than ``limits.DEFERRED_STEP_BYTES`` of them, but one.
        """

    async def held(
        self, complaints: Collection[UUID], speakers: Collection[str]
    ) -> tuple[dict[UUID, Held], dict[str, Held]]:
        """How many updates are deferred for these complaints, and of these speakers.

        No body is read. Events of ours are not counted.
        """

    async def deferred_keys(self, keys: Collection[str]) -> set[str]:
        """Those of these keys that are deferred; no body is read."""

    async def forget_deferred(self, keys: Collection[str]) -> None:
        """It was decided."""

    async def advance_watermark(self, moment: datetime) -> None:
        """Everything was read up to that moment; it never goes back."""


class CaseStore(CaseSearch, Protocol):
    """Cases, their clocks and their history. Every method may raise StoreUnavailable."""

    @property
    def inbox(self) -> Inbox:
        """What an agency's inbox asks."""

    @property
    def records(self) -> CaseRecords:
        """Very many of them at a time, for figures."""

    def transaction(self) -> AbstractAsyncContextManager[CaseTransaction]:
        """Commits when the block ends well; a block that raises, or dies, changes nothing."""

    async def watermark(self) -> datetime | None:
        """The last moment at which everything had been read; None before the first."""

    async def next_due(self) -> datetime | None:
        """When the next case falls due; costs the same however many are open."""

    async def find(self, complaint: UUID) -> Case | None:
        """One case, for reading."""

    async def find_tracking(self, tracking: str) -> Case | None:
        """One case by its tracking code; of two with one code (they are hashes) the newest."""

    async def with_conversation(self, tracking: str, newest: int, wanted: Wanted = None) -> Told:
        """``find_tracking`` and the ``conversation`` of what it finds, as of one moment and for
        the price of one question. Of a case that ``wanted`` (asked in another thread) does
        not want, nothing that was said is read."""

    async def history(self, complaint: UUID, newest: int | None = None) -> list[Entry]:
        """Its history, in the order in which it was recorded; only the newest lines if so many
        are asked for."""

    async def conversation(self, complaint: UUID, newest: int | None = None) -> list[Said]:
        """What was said in it, oldest first; only the newest if so many are asked for. Nothing
        once its words were dropped."""

    async def find_event(self, event: str) -> Case | None:
        """The case that an event of this system was about, by the event's id: the router's that
        began it or took it further, or one that was published of it. It goes through all that there
        is, and may take a while. Of changes that a version before this one made, only the router's
        events are known."""

    async def conversations(self, complaints: Collection[UUID]) -> dict[UUID, tuple[Said, ...]]:
        """Of each of these as much of what was said as goes with a case that moves, oldest first;
        a case in which nothing was said is left out."""

    async def happened(
        self, channel: str, since: datetime, until: datetime, most: int
    ) -> list[Happened]:
        """Lines of the histories of a channel's cases that were recorded from ``since`` until
        before ``until``, in the order in which they were recorded, at most so many.

        Costs what is open, and what was closed since.
        """

    async def moves(self, since: datetime, until: datetime, most: int) -> list[Moved]:
        """The lines ``returned`` and ``assigned`` of all histories that were recorded from
        ``since`` until before ``until``, the newest first, at most so many. Goes through what is
        open, and what was closed since."""

    async def lines(self, complaint: UUID) -> int:
        """How many lines its history has; 0 where there is no such case."""

    def listed(
        self,
        wanted: CaseFilter = EVERY_OPEN,
        *,
        most: int = 1000,
        after: ListPlace | None = None,
    ) -> AsyncIterator[Case]:
        """The cases that are wanted, at most so many: oldest first, unless the newest are wanted
        first; only those that come behind ``after``, the place of the last one of a page.

        Read as they are asked for, a page at a time: however many there are, few are in memory.
        """

    async def how_many(self, wanted: CaseFilter = EVERY_OPEN) -> int:
        """How many cases ``listed`` would give if there were no end to it."""

    async def counts(self) -> list[tuple[str | None, State, int]]:
        """How many cases each agency has in each state, as of at most a minute ago."""

    async def overdue(self, at: datetime) -> list[tuple[str | None, str, int]]:
        """How many open cases each agency (None: the desk) is late with, by clock.

        As of at most a minute ago.
        """

    async def oldest_in_triage(self) -> datetime | None:
        """Since when the case is there that has waited longest for the desk's decision; None where
        none waits. A case on hold waits for its reporter. As of at most a minute ago."""

    async def forget(self, closed_before: datetime, most: int) -> int:
        """Remove at most ``most`` cases closed before a moment; gives how many. What operators said
        of clocks before it goes too."""

    async def forget_words(self, closed_before: datetime, most: int, now: datetime) -> int:
        """Drop the words of at most ``most`` cases closed before a moment: complaint, conversation,
        and what people wrote in the history; gives how many. Codes and moments stay."""

    async def erase(
        self, complaint: UUID, line: Entry, waiting: Collection[UUID], now: datetime
    ) -> bool:
        """Remove the marks of a person from a closed case: its words, the id at its channel, what
        it follows; and what is deferred for it (``waiting``: further ids under which that is).

        ``line``: says in the history who did it, and why. False, and nothing changed, where the
        case is open or not there.
        """

    async def vacuum(self) -> str | None:
        """Write the files of the store anew, without what was removed; why not, where that could
        not be done now. Whoever works on the store waits meanwhile."""

    async def began(self, moment: datetime) -> datetime:
        """When the fast clock of a demonstration began: the first who asks sets it."""

    async def clock_state(self) -> ClockState:
        """What is remembered of clocks, and what the database's own shows now."""

    async def anchor(self, anchor: Anchor) -> None:
        """This moment is believed on that machine; what was remembered before is gone."""

    async def mend_clock(self, mended: Mended) -> Mended:
        """An operator says what time it is: ``vouched`` from now on, kept with the reason.

        A watermark that lies ahead is set back to it, the only way in which one ever goes back.
        Gives it with the watermark as it stood before.
        """

    async def mends(self, newest: int) -> list[Mended]:
        """What operators said of clocks, the newest first."""

    async def check(self) -> None:
        """Raises StoreUnavailable unless the store can be written now."""

    async def close(self) -> None: ...
