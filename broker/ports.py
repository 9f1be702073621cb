"""What the work needs from outside. Every protocol has at least two implementations.

Ports speak in batches and bytes: nothing above them knows a client library or a database.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from broker.domain.case import Case, Entry, State
from broker.messaging.messages import Incoming, Outgoing


class Publisher(Protocol):
    """Something to publish on, good until the first ``BrokerUnavailable``."""

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        """Publish all and wait until the broker has confirmed all. One call at a time.

        Without messages: only see whether it is still good.

        Raises:
            BrokerUnavailable: not all confirmed in time; some may have been.
            Unroutable: a mandatory message reached no queue.
            Unpublishable: one of them fits into no frame; none was sent.
        """


class Session(Publisher, Protocol):
    """A subscription to one queue together with a channel to publish on.

    A session is good until the first ``BrokerUnavailable``; then its messages go back to the
    queue and a new session must be opened.
    """

    async def take(self, most: int) -> Sequence[Incoming]:
        """Wait for messages and give what has arrived, at least one and at most ``most``.

        Their bodies are no more than ``limits.BATCH_BYTES``. A redelivered message is given alone:
        if it was the cause of a crash, only it returns; so is one of ``limits.LARGE_MESSAGE``.

        Raises:
            BrokerUnavailable: the connection or the consumer is gone.
        """

    async def stop_taking(self) -> None:
        """Have the broker deliver no more; what has arrived is still given by ``take``.

        ``take`` then gives an empty batch once nothing is left.
        """

    async def acknowledge(self, messages: Sequence[Incoming]) -> None:
        """Settle a whole batch as ``take`` gave it; batches in the order they were taken in."""


class Broker(Protocol):
    """Where sessions come from."""

    def session(self, queue: str, prefetch: int) -> AbstractAsyncContextManager[Session]:
        """Connect, subscribe and be ready to publish.

        Raises:
            BrokerUnavailable: RabbitMQ cannot be reached or blocks publishers.
        """

    def publisher(self, exchange: str) -> AbstractAsyncContextManager[Publisher]:
        """Connect and be ready to publish, for whoever consumes nothing.

        Raises:
            BrokerUnavailable: RabbitMQ cannot be reached.
            Unroutable: there is no such exchange.
        """


class Journal(Protocol):
    """What was routed: ids and when, with a retention period."""

    def recording(
        self, complaints: Sequence[UUID], at: datetime
    ) -> AbstractAsyncContextManager[frozenset[UUID]]:
        """Claim complaints, give those that are new, and record them when the block ends well.

        The claim is exclusive: another router that has the same complaint in hand waits for
        this one to end. A block that raises, or a process that dies, records nothing.

        Raises:
            StoreUnavailable: on entry or on recording.
        """

    async def forget(self, before: datetime, most: int) -> int:
        """Remove at most ``most`` entries recorded before a moment; gives how many."""

    async def check(self) -> None:
        """Raises StoreUnavailable unless the journal can be written now."""

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class CaseChange:
    """What one transaction does to one case: its new value, new lines of history, new causes."""

    case: Case
    history: tuple[Entry, ...] = ()
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deferred:
    """A message that came before its case: deferred, whole, until ``until``.

    ``key`` is derived from the message, so that the same one is kept once.
    """

    key: str
    complaint: UUID
    at: datetime
    until: datetime
    message: Incoming


class CaseTransaction(Protocol):
    """One transaction on the cases; what it loaded nobody else changes until it ends."""

    async def load(
        self, complaints: Collection[UUID], causes: Mapping[UUID, Collection[str]] | None = None
    ) -> dict[UUID, Case]:
        """The cases that exist; ``seen`` holds those of the given causes that were remembered."""

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

        A case that this transaction has not given out is new. A closed case loses its complaint;
        an open one keeps what it has where the new value comes without.

        Raises:
            StoreUnavailable: another transaction began one of the cases at the same time.
        """

    async def defer(self, early: Sequence[Deferred]) -> None:
        """Defer messages; those that are kept already stay as they are."""

    async def deferred(self, complaints: Collection[UUID]) -> list[Deferred]:
        """What is deferred for these complaints, in the order in which it came."""

    async def deferred_until(self, watermark: datetime, most: int) -> list[Deferred]:
        """What has waited long enough: ``until`` is before ``watermark``; in order of ``until``."""

    async def forget_deferred(self, keys: Collection[str]) -> None:
        """It was decided."""

    async def advance_watermark(self, moment: datetime) -> None:
        """Everything was read up to that moment; it never goes back."""


class CaseStore(Protocol):
    """Cases, their clocks and their history. Every method may raise StoreUnavailable."""

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

    async def history(self, complaint: UUID) -> list[Entry]:
        """Its history, in the order in which it was recorded."""

    def listed(
        self,
        *,
        state: State | None = None,
        agency: str | None = None,
        overdue_at: datetime | None = None,
        most: int = 1000,
    ) -> AsyncIterator[Case]:
        """Open cases (closed ones where ``state`` asks for them), oldest first.

        ``overdue_at``: only those that owe something whose deadline lies before that moment.
        """

    async def counts(self) -> list[tuple[str | None, State, int]]:
        """How many cases each agency has in each state, as of at most a minute ago."""

    async def overdue(self, at: datetime) -> list[tuple[str | None, str, int]]:
        """How many open cases each agency (None: the desk) is late with, by clock.

        As of at most a minute ago.
        """

    async def forget(self, closed_before: datetime, most: int) -> int:
        """Remove at most ``most`` cases closed before a moment; gives how many."""

    async def began(self, moment: datetime) -> datetime:
        """When the fast clock of a demonstration began: the first who asks sets it."""

    async def check(self) -> None:
        """Raises StoreUnavailable unless the store can be written now."""

    async def close(self) -> None: ...


class TimeSource(Protocol):
    """Time, given by the wiring: the system's, or a fast one for demonstrations."""

    def now(self) -> datetime:
        """Aware, UTC."""
