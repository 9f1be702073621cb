"""An aiormq channel that takes and publishes whole batches.

aiormq makes a task for each delivery, and a future, a lock and a queue entry for each publish
(0.3 ms a message); here a delivery is put on a deque, a batch is one write, and its
confirms are counted off together.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import cast

import aiormq
from aiormq.abc import ChannelFrame, ConfirmationFrameType
from aiormq.channel import Channel
from pamqp import commands
from pamqp.header import ContentHeader

from broker.amqp.codec import incoming
from broker.amqp.frames import ack_frame, publish_frames
from broker.domain.errors import BrokerUnavailable, Unroutable
from broker.domain.outcome import Incoming, Outgoing


class BatchChannel(Channel):
    """Deliveries in ``arrived``; ``publish_batch`` awaits its confirms together."""

    def __init__(self, connection: aiormq.abc.AbstractConnection, number: int) -> None:
        super().__init__(connection, number, publisher_confirms=True)
        self.arrived: deque[Incoming] = deque()
        self.news = asyncio.Event()
        self.delivered = 0
        """The tag of the last delivery: they count from 1."""
        self.deaf: str | None = None
        self._unconfirmed: deque[int] = deque()
        self._confirmed_early: set[int] = set()
        self._refused: list[str] = []
        self._all_confirmed: asyncio.Future[None] | None = None
        self.on_consumer_cancel_callbacks.add(self._cancelled)

    async def publish_batch(self, messages: Sequence[Outgoing]) -> None:
        """One write, then all confirms. One batch at a time.

        Raises:
            BrokerUnavailable: the channel closed, or the broker refused a message (nack).
            Unroutable: a mandatory message was returned.
        """
        frame_max = self.connection.connection_tune.frame_max
        payload = b"".join(publish_frames(m, self.number, frame_max) for m in messages)
        first = self.delivery_tag + 1
        self.delivery_tag += len(messages)
        self._unconfirmed.extend(range(first, self.delivery_tag + 1))
        self._refused.clear()
        done = self._all_confirmed = self.create_future()
        await self.write_queue.put(ChannelFrame(payload=payload, should_close=False))
        await done
        if self._refused:
            raise Unroutable(f"no queue takes {', '.join(sorted(set(self._refused))[:3])}")

    async def acknowledge_up_to(self, tag: int) -> None:
        """Settle every delivery up to and including ``tag``.

        Waits until it is written: closing a connection drops what is still queued.
        """
        written = self.create_future()
        frame = ChannelFrame(
            payload=ack_frame(tag, self.number), should_close=False, drain_future=written
        )
        await self.write_queue.put(frame)
        await written

    async def _on_deliver_frame(self, frame: commands.Basic.Deliver) -> None:
        header = cast(ContentHeader, await self._get_frame())  # one follows every deliver
        message = await self._read_content(frame, header)
        self.arrived.append(incoming(message))
        self.delivered = frame.delivery_tag or 0
        self.news.set()

    async def _on_return_frame(self, frame: commands.Basic.Return) -> None:
        header = cast(ContentHeader, await self._get_frame())  # one follows every return
        await self._read_content(frame, header)
        self._refused.append(f"{frame.exchange}: {frame.routing_key}")

    async def _on_confirm_frame(self, frame: ConfirmationFrameType) -> None:
        tag = frame.delivery_tag or 0
        if isinstance(frame, commands.Basic.Nack):
            self._fail(BrokerUnavailable("the broker refused a message (nack)"))
            return
        waiting = self._unconfirmed
        if isinstance(frame, commands.Basic.Ack) and frame.multiple:
            while waiting and waiting[0] <= tag:
                self._confirmed_early.discard(waiting.popleft())
        else:
            self._confirmed_early.add(tag)
        while waiting and waiting[0] in self._confirmed_early:
            self._confirmed_early.discard(waiting.popleft())
        done = self._all_confirmed
        if not waiting and done is not None and not done.done():
            done.set_result(None)

    def _fail(self, why: BrokerUnavailable) -> None:
        done = self._all_confirmed
        if done is not None and not done.done():
            done.set_exception(why)

    def _cancelled(self, _: commands.Basic.Cancel) -> None:
        self.deaf = "the broker cancelled the consumer (was the queue deleted?)"
        self.news.set()
