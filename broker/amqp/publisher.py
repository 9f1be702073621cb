"""A channel to publish on, which holds a batch while RabbitMQ takes none."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import Final, TypeVar

from pamqp.commands import Queue

from broker.amqp.protocol.channel import Channel
from broker.amqp.protocol.confirms import NOT_TAKEN
from broker.amqp.protocol.connection import Connection
from broker.amqp.protocol.encode import publish_frames
from broker.amqp.protocol.line import ChannelClosed
from broker.errors import BrokerUnavailable, NotPermitted, Unpublishable, Unroutable
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.messaging.watermark import probe
from broker.ports.messaging import HELD_AT_MOST, PROBE_WITHIN

PUBLISH_DEADLINE: Final = 30.0
"""Seconds for a batch to be confirmed, while RabbitMQ takes publishes."""
_ACCESS_REFUSED: Final = 403
_NOT_FOUND: Final = 404
_PROBES_WAITING: Final = 100
"""Messages for a case consumer that is away; then probes go nowhere, to leave no more."""

T = TypeVar("T")


class RabbitPublisher:
    """See broker.ports.Publisher."""

    def __init__(self, connection: Connection, channel: Channel, deadline: float) -> None:
        self._connection = connection
        self._channel = channel
        self._deadline = deadline

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        """See the port."""
        if self._channel.closed is not None:
            raise _told(self._channel.closed)
        if not messages:
            return
        number, frame_max = self._channel.number, self._channel.frame_max
        frames = [_frames(message, number, frame_max) for message in messages]
        ids = [message.message_id for message in messages]
        refused = await self._held(self._channel.publish(frames, ids))
        if refused:
            if NOT_TAKEN in refused.values():
                raise BrokerUnavailable("the broker refused a message (nack)")
            raise Unroutable("; ".join(sorted(set(refused.values()))[:3]))

    async def probe(self) -> None:
        """See the port."""
        if self._connection.blocked:
            raise BrokerUnavailable(f"publishers are blocked: {self._connection.blocked}")
        channel: Channel | None = None
        try:
            async with asyncio.timeout(PROBE_WITHIN):
                channel = await self._connection.channel(confirms=True)
                await _probe(channel)
                await channel.close()
        except TimeoutError:
            blocked = self._connection.blocked
            raise BrokerUnavailable(
                f"publishers are blocked: {blocked}"
                if blocked
                else f"a probe was not confirmed within {PROBE_WITHIN:g} s"
            ) from None
        except ChannelClosed as why:
            if why.code == _NOT_FOUND:
                raise Unroutable(f"there is no queue {names.CASES_QUEUE}") from why
            raise _told(why) from why
        finally:
            if channel is not None:
                channel.give_up()

    async def until_free(self) -> None:
        """Return once RabbitMQ takes publishes: a message that reaches no queue is confirmed.

        Raises:
            BrokerUnavailable: the connection is gone, or no answer came and no alarm was told of.
        """
        with suppress(NotPermitted):  # nothing of ours goes there: it was read, which is enough
            await self._held(self._publish_nowhere(), most=float("inf"))

    async def _publish_nowhere(self) -> None:
        channel = await self._connection.channel(confirms=True)
        nowhere = Outgoing(names.DEFAULT_EXCHANGE, "", b"", "probe", mandatory=False)
        try:
            frames = publish_frames(nowhere, channel.number, channel.frame_max)
            await channel.publish([frames], ["probe"])
        finally:
            channel.give_up()

    async def _held(self, work: Awaitable[T], most: float = HELD_AT_MOST) -> T:
        """Await what the broker confirms; its deadline does not run while publishers are blocked.

        ``most``: seconds for which it is held then.
        """
        now = asyncio.get_running_loop().time
        held_until = now() + most
        try:
            async with asyncio.timeout(self._deadline) as limit:

                def reschedule() -> None:
                    if not limit.expired():
                        blocked = self._connection.blocked
                        until = held_until if blocked else min(now(), held_until) + self._deadline
                        limit.reschedule(until)

                if self._connection.blocked:
                    reschedule()
                self._connection.on_change.append(reschedule)
                try:
                    return await work
                finally:
                    self._connection.on_change.remove(reschedule)
        except TimeoutError:
            raise BrokerUnavailable(self._late()) from None
        except ChannelClosed as why:
            raise _told(why) from why

    def _late(self) -> str:
        if self._connection.blocked:
            return f"publishers are blocked: {self._connection.blocked}"
        return f"not confirmed within {self._deadline:g} s"


async def _probe(channel: Channel) -> None:
    seen = await channel.ask(Queue.Declare(queue=names.CASES_QUEUE, passive=True), Queue.DeclareOk)
    message = probe()
    if (seen.message_count or 0) > _PROBES_WAITING:
        message = Outgoing(names.DEFAULT_EXCHANGE, "", b"", message.message_id, mandatory=False)
    frames = publish_frames(message, channel.number, channel.frame_max)
    refused = await channel.publish([frames], [message.message_id])
    for why in refused.values():
        raise BrokerUnavailable(why)


def _told(why: BrokerUnavailable) -> BrokerUnavailable:
    """What RabbitMQ's reason for closing a channel means."""
    if isinstance(why, ChannelClosed) and why.code == _ACCESS_REFUSED:
        return NotPermitted(f"may not publish: {why}")
    return BrokerUnavailable(f"the channel closed: {why}")


def _frames(message: Outgoing, channel: int, frame_max: int) -> bytes:
    try:
        return publish_frames(message, channel, frame_max)
    except Exception as why:  # whatever an encoder makes of a value
        raise Unpublishable(message.message_id, type(why).__name__) from why
