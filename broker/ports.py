"""What the work needs from outside. Every protocol has at least two implementations.

Ports speak in batches and bytes: nothing above them knows a client library or a database.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from broker.domain.outcome import Incoming, Outgoing


class Session(Protocol):
    """A subscription to one queue together with a channel to publish on.

    A session is good until the first ``BrokerUnavailable``; then its messages go back to the
    queue and a new session must be opened.
    """

    async def take(self, most: int) -> Sequence[Incoming]:
        """Wait for messages and give what has arrived, at least one and at most ``most``.

        A redelivered message is given alone: if it was the cause of a crash, only it returns.

        Raises:
            BrokerUnavailable: the connection or the consumer is gone.
        """

    async def stop_taking(self) -> None:
        """Have the broker deliver no more; what has arrived is still given by ``take``.

        ``take`` then gives an empty batch once nothing is left.
        """

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        """Publish all and wait until the broker has confirmed all.

        Raises:
            BrokerUnavailable: not all confirmed in time; some may have been.
            Unroutable: a mandatory message reached no queue.
        """

    async def acknowledge(self, messages: Sequence[Incoming]) -> None:
        """Settle messages, a whole batch as ``take`` gave it."""


class Broker(Protocol):
    """Where sessions come from."""

    def session(self, queue: str, prefetch: int) -> AbstractAsyncContextManager[Session]:
        """Connect, subscribe and be ready to publish.

        Raises:
            BrokerUnavailable: RabbitMQ cannot be reached or blocks publishers.
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


class Clock(Protocol):
    """Time, given by the wiring: the system's, or a fast one for demonstrations."""

    def now(self) -> datetime:
        """Aware, UTC."""
