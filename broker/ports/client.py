"""A plain client of a broker, for commands, tools and tests."""

from collections.abc import AsyncIterator
from typing import Protocol

from broker.messaging.messages import Incoming
from schemas.properties import Headers


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
        headers: Headers | None = None,
        message_id: str | None = None,
    ) -> None:
        """Publish one message, persistent and mandatory, and wait until it is confirmed.

        Raises:
            Unroutable: no queue takes it.
            BrokerUnavailable: not confirmed in time.
        """

    async def request(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        *,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: Headers | None = None,
        message_id: str | None = None,
        within: float,
    ) -> Incoming | None:
        """Publish one message as ``publish`` does, then wait so many seconds for the answer to it.

        The answer comes by direct reply-to (broker.messaging.reply_to), to this request and to no
        other, which may be under way at the same time; nobody needs a permission for it. Gives
        None where none came in time, or none can come any more: the message is in its queue all
        the same.

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
