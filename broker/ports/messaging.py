"""To take from a queue and to publish: what the one loop of every consumer needs of a broker."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

from broker.messaging.messages import Incoming, Outgoing

HELD_AT_MOST: Final = 1500.0
"""Seconds, 25 minutes, for which a publish is held while the broker takes none. RabbitMQ closes
the channel of whoever leaves a message unsettled for 30:
https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout"""
PROBE_WITHIN: Final = 5.0
"""Seconds that a probe may take."""


class Publisher(Protocol):
    """Something to publish on, good until the first ``BrokerUnavailable`` but for a probe's and for
    ``NotTaken`` and ``NotPermitted``."""

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        """Publish all and wait until the broker has confirmed all. Calls may be under way side by
        side: what was given first is sent first.

        Without messages: only see whether it is still good.

        While the broker is blocked (``Broker.blocked``) the batch is held and its deadline does
        not run: an alarm ends no session, so nothing comes back with its delivery count one
        higher. What is held for ``HELD_AT_MOST`` seconds is given up. Cancelled while it is held,
        it returns at once, and what was written may still go out.

        Raises:
            NotTaken: the broker refused some, and has the others; this is still good.
            Unroutable: mandatory messages reached no queue; this is still good.
            NotPermitted: this user may not publish there; some may have been taken. This is still
                good: what was not permitted may be granted.
            BrokerUnavailable: not all confirmed in time, some may have been; or held too long.
            Unpublishable: one of them fits into no frame; none was sent.
        """

    async def probe(self) -> None:
        """Find out whether a message could be published now, in at most ``PROBE_WITHIN`` seconds.

        One small message that every version of this program ignores goes into the quorum queue
        ``cases``, or ``router.intake`` for who publishes on the intake (see
        broker.messaging.watermark), and is confirmed, on a channel of its own:
        RabbitMQ remembers on each channel what a user was once permitted. May be called beside
        ``publish``, one probe at a time; one that fails or is cancelled spoils nothing.

        Raises:
            BrokerUnavailable: no confirm in time, blocked (the message says by what), or gone.
            NotPermitted: this user may not publish any more.
            Unroutable: there is no such queue.
        """


class Session(Publisher, Protocol):
    """A subscription to one queue together with a channel to publish on.

    A session is good until the first ``BrokerUnavailable`` but for a probe's and for ``NotTaken``
    and ``NotPermitted``; then its messages go back to the queue and a new session must be opened.
    """

    async def take(self, most: int) -> Sequence[Incoming]:
        """Wait for messages and give what has arrived, at least one and at most ``most``.

        Their bodies are no more than ``limits.BATCH_BYTES``. A redelivered message is given alone:
        if it was the cause of a crash, only it returns; so is one of ``limits.LARGE_MESSAGE``.

        Raises:
            BrokerUnavailable: the connection or the consumer is gone.
        """

    async def whole(self, most: int) -> None:
        """Wait until ``take`` would give as much as it ever does: ``most`` messages, or the bytes
        of a batch, or one that is given alone. Nothing is taken, and it can be cancelled.

        Returns as well where no more will come, or ``take`` would raise.
        """

    async def stop_taking(self) -> None:
        """Have the broker deliver no more; what has arrived is still given by ``take``.

        ``take`` then gives an empty batch once nothing is left.
        """

    async def acknowledge(self, messages: Sequence[Incoming]) -> None:
        """Settle a whole batch as ``take`` gave it; batches in the order they were taken in.

        It gets through while publishers are blocked.
        """


class Broker(Protocol):
    """Where sessions come from."""

    @property
    def blocked(self) -> str | None:
        """Why the broker takes no publishes just now ("memory alarm", "disk alarm"), in words for
        an operator; None where it does, or where nothing is known.

        RabbitMQ tells a connection only once that has tried to publish: a probe does. It is of
        any connection of this object, sessions that are about to begin included.
        """

    def session(self, queue: str, prefetch: int) -> AbstractAsyncContextManager[Session]:
        """Connect, be ready to publish, then subscribe.

        While publishers are blocked it does not subscribe but waits until they are not, so that
        nothing is taken that cannot be published. The wait can be cancelled.

        Raises:
            BrokerUnavailable: RabbitMQ cannot be reached, or the queue is not there.
            NotPermitted: this user may not publish; nothing was subscribed to.
        """

    def publisher(self, exchange: str) -> AbstractAsyncContextManager[Publisher]:
        """Connect and be ready to publish, for whoever consumes nothing. Waits for no alarm.

        Raises:
            BrokerUnavailable: RabbitMQ cannot be reached.
            Unroutable: there is no such exchange.
        """
