"""What the work needs from outside. Every protocol has at least two implementations.

Ports speak in batches and bytes: nothing above them knows a client library or a database.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from broker.domain.case import Case, Entry, State
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.parking.properties_json import as_json
from broker.messaging.parking.unpark import Parked, Replay

_ALL: Final = 1 << 24
"""Characters: more than the properties of any message have, whose frame is 128 KiB by default."""


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


class Client(Protocol):
    """A plain client, as the author of an adapter or of an agency's system would write one."""

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        *,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: Mapping[str, Any] | None = None,
        message_id: str | None = None,
    ) -> None:
        """Publish one message, persistent and mandatory, and wait until it is confirmed.

        Raises:
            Unroutable: no queue takes it.
            BrokerUnavailable: not confirmed in time.
        """

    async def tap(self, *exchanges: str, key: str = "#") -> str:
        """A queue of its own that gets a copy of whatever passes under ``key`` from now on.

        It goes with the connection. Gives its name.

        Raises:
            NotPermitted: this user may not have a queue of its own, or not listen there.
        """

    def consume(self, queue: str, prefetch: int = 50) -> AsyncIterator[Incoming]:
        """The messages of a queue; each is acknowledged when the next one is asked for."""

    async def waiting(self, queue: str) -> tuple[int, int]:
        """How many messages wait in a queue, and how many consumers it has.

        Raises:
            Unroutable: there is no such queue.
            BrokerUnavailable: no answer in time.
        """


class ParkedMessages(Protocol):
    """The messages that were parked when the reading began: iterate over all of them.

    ``count``: how many there were; ``unseen``: how many the iteration has not come to. What is not
    taken out goes back when the reading ends. Every method may raise BrokerUnavailable.
    """

    count: int
    unseen: int

    def __aiter__(self) -> AsyncIterator[Parked]:
        """Oldest first."""

    async def give_back(self, messages: Sequence[tuple[Replay, Parked]]) -> list[str | None]:
        """Publish messages, and take those that were confirmed out of the queue.

        Args:
            messages: each with the parked one that it was made from; no two with one
                ``message_id``.

        Gives for each why it stayed parked, or None.
        """

    async def discard(self, event: Outgoing, parked: Parked) -> str | None:
        """Publish the event for the audit trail, and only when that is confirmed take the parked
        message out of the queue. Gives why it stayed, or None."""


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
    ) -> dict[UUID, Case]:
        """The cases that exist; ``seen`` holds those of the given causes that were remembered,
        ``lines`` how many lines their history has.

        ``whole``: those that come with their complaint, which may be large; None for all.
        """

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

    async def history(self, complaint: UUID, newest: int | None = None) -> list[Entry]:
        """Its history, in the order in which it was recorded; only the newest lines if so many
        are asked for."""

    async def lines(self, complaint: UUID) -> int:
        """How many lines its history has; 0 where there is no such case."""

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
