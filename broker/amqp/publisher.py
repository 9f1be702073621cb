"""A channel to publish on, which holds a batch while RabbitMQ takes none."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Final, TypeVar

from pamqp.commands import Queue

from broker.amqp.patience import Patience
from broker.amqp.protocol.channel import Channel
from broker.amqp.protocol.confirms import NOT_TAKEN
from broker.amqp.protocol.connection import Connection
from broker.amqp.protocol.encode import publish_frames
from broker.amqp.protocol.line import ChannelClosed, ChannelRefused
from broker.errors import BrokerUnavailable, NotPermitted, NotTaken, Unpublishable, Unroutable
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.messaging.watermark import OF_CASES, Probe
from broker.ports.messaging import HELD_AT_MOST, PROBE_WITHIN

PUBLISH_DEADLINE: Final = 30.0
"""Seconds for a batch to be confirmed at first, while RabbitMQ takes publishes."""
_NOT_FOUND: Final = 404
_BEHIND: Final = 100
"""Messages that wait for the case consumer; then a probe need not go through its queue as well."""
_NOWHERE: Final = Outgoing(names.DEFAULT_EXCHANGE, "", b"", "probe", mandatory=False)
"""Reaches no queue, and is confirmed all the same."""

T = TypeVar("T")


class RabbitPublisher:
    """See broker.ports.Publisher."""

    def __init__(
        self,
        connection: Connection,
        channel: Channel,
        patience: Patience,
        probe: Probe = OF_CASES,
    ) -> None:
        self._connection = connection
        self._probe = probe
        self._channel = channel
        self._patience = patience
        self._opening = asyncio.Lock()

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        """See the port."""
        async with self._opening:
            if self._channel.closed is not None:
                await self._open_again(self._channel.closed)
        if not messages:
            return
        number, frame_max = self._channel.number, self._channel.frame_max
        frames = [_frames(message, number, frame_max) for message in messages]
        ids = [message.message_id for message in messages]
        refused = await self._held(self._channel.publish(frames, ids), self._patience)
        self._patience.rewarded()
        if refused:
            why = "; ".join(sorted(set(refused.values()))[:3])
            kind = NotTaken if NOT_TAKEN in refused.values() else Unroutable
            raise kind(why, refused)

    async def _open_again(self, closed: BrokerUnavailable) -> None:
        """RabbitMQ closes a channel on which something was not permitted, and nothing else."""
        if not _not_permitted(closed) or self._connection.closed is not None:
            raise _told(closed)
        try:
            async with asyncio.timeout(PUBLISH_DEADLINE):
                self._channel = await self._connection.channel(confirms=True)
        except TimeoutError:
            raise BrokerUnavailable("no channel is opened") from None

    async def probe(self) -> None:
        """See the port."""
        if self._connection.blocked:
            raise BrokerUnavailable(f"publishers are blocked: {self._connection.blocked}")
        channel: Channel | None = None
        try:
            async with asyncio.timeout(PROBE_WITHIN):
                channel = await self._connection.channel(confirms=True)
                await _send_probe(channel, self._probe)
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
                raise Unroutable(f"there is no queue {self._probe.queue}") from why
            raise _told(why) from why
        finally:
            if channel is not None:
                channel.give_up()

    async def until_free(self) -> None:
        """Return once RabbitMQ takes publishes: a message that reaches no queue is confirmed.

        Raises:
            BrokerUnavailable: the connection is gone, or no answer came and no alarm was told of.
            NotPermitted: this user may not publish.
        """
        patience = Patience(min(self._patience.seconds, PUBLISH_DEADLINE))
        await self._held(self._publish_nowhere(), patience, most=float("inf"))

    async def _publish_nowhere(self) -> None:
        channel = await self._connection.channel(confirms=True)
        try:
            frames = publish_frames(_NOWHERE, channel.number, channel.frame_max)
            await channel.publish([frames], [_NOWHERE.message_id])
        finally:
            channel.give_up()

    async def _held(self, work: Awaitable[T], patience: Patience, most: float = HELD_AT_MOST) -> T:
        """Await what the broker confirms; its deadline does not run while publishers are blocked.

        ``most``: seconds for which it is held then.
        """
        now = asyncio.get_running_loop().time
        held_until = now() + most
        within = patience.seconds
        try:
            async with asyncio.timeout(within) as limit:

                def reschedule() -> None:
                    if not limit.expired():
                        blocked = self._connection.blocked
                        until = held_until if blocked else min(now(), held_until) + within
                        limit.reschedule(until)

                if self._connection.blocked:
                    reschedule()
                self._connection.on_change.append(reschedule)
                try:
                    return await work
                finally:
                    self._connection.on_change.remove(reschedule)
        except TimeoutError:
            if self._connection.blocked:
                why = f"publishers are blocked: {self._connection.blocked}"
            else:
                why = f"not confirmed within {within:g} s"
                patience.spent()
            raise BrokerUnavailable(why) from None
        except ChannelClosed as why:
            raise _told(why) from why


async def _send_probe(channel: Channel, probe: Probe) -> None:
    seen = await channel.ask(Queue.Declare(queue=probe.queue, passive=True), Queue.DeclareOk)
    message = probe.message
    waiting = seen.message_count or 0
    # Where nobody reads the queue one probe is left there, not one every few seconds. A queue that
    # has lost its quorum says that it has neither messages nor consumers: it is asked for real.
    if waiting > _BEHIND or (waiting and not seen.consumer_count):
        if message.exchange != names.DEFAULT_EXCHANGE:
            return  # it may publish nowhere else; that the queue tells what is in it says enough
        message = _NOWHERE
    frames = publish_frames(message, channel.number, channel.frame_max)
    refused = await channel.publish([frames], [message.message_id])
    for why in refused.values():
        raise BrokerUnavailable(why)


def _not_permitted(why: BrokerUnavailable) -> bool:
    return isinstance(why, ChannelRefused)


def _told(why: BrokerUnavailable) -> BrokerUnavailable:
    """What RabbitMQ's reason for closing a channel means."""
    if _not_permitted(why):
        return NotPermitted(f"may not publish: {why}")
    return BrokerUnavailable(f"the channel closed: {why}")


def _frames(message: Outgoing, channel: int, frame_max: int) -> bytes:
    try:
        return publish_frames(message, channel, frame_max)
    except Exception as why:  # whatever an encoder makes of a value
        raise Unpublishable(message.message_id, type(why).__name__) from why
