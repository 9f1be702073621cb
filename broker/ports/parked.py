"""The parked messages."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from broker.messaging.messages import Outgoing
from broker.messaging.parking.unpark import Parked, Replay


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

    async def replace(self, event: Outgoing, edited: Replay, parked: Parked) -> str | None:
        """Publish an edited message and the event for the audit trail that says so, in one go, and
        only when both are confirmed take the parked one out of the queue. Gives why it stayed.

        No edited message is ever sent without the event; where no queue takes the message, the
        event has been published all the same. The two bear different ids."""

    async def discard(self, event: Outgoing, parked: Parked) -> str | None:
        """Publish the event for the audit trail, and only when that is confirmed take the parked
        message out of the queue. Gives why it stayed, or None."""
