"""An aiormq channel that takes and publishes whole batches.

A delivery is put on a deque, a batch of publishes is one write, and its confirms are counted off
together (aiormq: a task a delivery; a future, a lock and a queue entry a publish).
"""

import asyncio
from collections import deque
from collections.abc import Sequence

import aiormq
from aiormq.abc import ChannelFrame
from aiormq.channel import Channel
from pamqp import commands

from broker.amqp.protocol import decode
from broker.amqp.protocol.decode import BadFrame
from broker.amqp.protocol.encode import ack_frame, publish_frames
from broker.amqp.protocol.lane import LaneReader
from broker.errors import BrokerUnavailable, Unpublishable, Unroutable
from broker.messaging.messages import Incoming, Outgoing
from schemas import limits
from schemas.properties import Properties

_METHOD, _HEADER, _BODY = 1, 2, 3
_BARE_HEADER = 14
"""Bytes of a content header without properties."""
_ANSWERS = 64
"""Frames for the library that wait to be read; it asks for one answer at a time."""
_NAMED = 100
"""Returned messages that are remembered."""


class BatchChannel(Channel):
    """Deliveries in ``arrived``; ``publish_batch`` awaits its confirms together.

    It is a lane (see broker.amqp.protocol.lane): its deliveries, returns and confirms never
    reach the library.
    """

    def __init__(self, connection: aiormq.abc.AbstractConnection, number: int) -> None:
        super().__init__(connection, number, publisher_confirms=True, frame_buffer=_ANSWERS)
        self.arrived: deque[Incoming] = deque()
        self.arrived_bytes = 0
        """Of their bodies and properties."""
        self._sizes: deque[int] = deque()
        self.reader: LaneReader | None = None
        self.holding_back = False
        """Whether nothing is read from the connection until some of what arrived is taken."""
        self._left = False
        self.news = asyncio.Event()
        self.deaf: str | None = None
        self._delivery: tuple[int, bool, str, str] | None = None
        self._returning = False
        self._missing: int | None = None
        """Bytes of the body that are to come; None before its header is there."""
        self._properties = Properties()
        self._properties_bytes = 0
        self._body: bytes | bytearray = b""
        self._unconfirmed: deque[int] = deque()
        self._confirmed_early: set[int] = set()
        self._refused: list[str] = []
        self._all_confirmed: asyncio.Future[None] | None = None
        self.on_consumer_cancel_callbacks.add(self._cancelled)

    async def publish_batch(self, messages: Sequence[Outgoing]) -> None:
        """One write, then all confirms. One batch at a time.

        Raises:
            Unpublishable: one of them cannot be put into frames; nothing was written.
            BrokerUnavailable: the channel closed, or the broker refused a message (nack).
            Unroutable: a mandatory message was returned.
        """
        frame_max = self.connection.connection_tune.frame_max or limits.FRAME
        payload = b"".join([_frames(m, self.number, frame_max) for m in messages])
        first = self.delivery_tag + 1
        self.delivery_tag += len(messages)
        self._unconfirmed.extend(range(first, self.delivery_tag + 1))
        self._refused.clear()
        done = self._all_confirmed = self.create_future()
        await self.write_queue.put(ChannelFrame(payload=payload, should_close=False))
        await done
        if self._refused:
            raise Unroutable(f"no queue takes {', '.join(sorted(set(self._refused))[:3])}")

    def next(self) -> Incoming:
        """Take the first of what has arrived; IndexError where nothing has."""
        first = self.arrived.popleft()
        self.arrived_bytes -= self._sizes.popleft()
        if self.arrived_bytes <= limits.ARRIVED_BYTES // 2:
            self._read_on()
        return first

    def leave(self) -> None:
        """Take nothing more: what arrives from now on, until it is closed, is let go."""
        self._left = True
        self.arrived.clear()
        self._sizes.clear()
        self._read_on()

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

    def takes(self, kind: int, payload: bytes) -> bool:
        """See broker.amqp.protocol.lane.Lane."""
        if kind == _METHOD:
            return self._method(payload)
        if self._delivery is None and not self._returning:
            raise BadFrame("content without its method")
        if kind == _HEADER:
            if self._missing is not None:
                raise BadFrame("two headers of one content")
            self._missing, self._properties = decode.content_header(payload)
            self._properties_bytes = len(payload) - _BARE_HEADER
        elif kind == _BODY:
            self._missing = self._more(payload)
        else:
            raise BadFrame(f"a frame of kind {kind} on a channel")
        if self._missing == 0:
            self._complete()
        return True

    def _more(self, payload: bytes) -> int:
        """Keep a part of a body; how much of it is missing then."""
        if self._missing is None:
            raise BadFrame("a body without its header")
        missing = self._missing - len(payload)
        if missing < 0:
            raise BadFrame("a body that is larger than was announced")
        if not self._body and missing == 0:
            self._body = payload  # nearly every body is one frame
        else:
            if not isinstance(self._body, bytearray):
                self._body = bytearray()
            self._body += payload
        return missing

    def _method(self, payload: bytes) -> bool:
        if self._delivery is not None or self._returning:
            raise BadFrame("a method where content was to come")
        method = payload[:4]
        if method == decode.DELIVER:
            self._delivery = decode.delivery(payload)
        elif method == decode.ACK:
            self._confirmed(*decode.confirmed(payload))
        elif method == decode.NACK:
            self._fail(BrokerUnavailable("the broker refused a message (nack)"))
        elif method == decode.RETURN:
            where = decode.returned(payload)
            if len(self._refused) < _NAMED:
                self._refused.append(where)
            self._returning = True
        else:
            return False
        return True

    def _complete(self) -> None:
        body = bytes(self._body)
        self._body = b""
        if self._delivery is not None and not self._left:
            tag, redelivered, exchange, key = self._delivery
            self.arrived.append(Incoming(body, exchange, key, self._properties, redelivered, tag))
            self._sizes.append(len(body) + self._properties_bytes)
            self.arrived_bytes += self._sizes[-1]
            if len(self.arrived) > limits.ARRIVED_MESSAGES:
                raise BadFrame(f"more than {limits.ARRIVED_MESSAGES} messages ahead")
            self._hold_back()
            self.news.set()
        self._delivery = None
        self._returning = False
        self._missing = None

    def _hold_back(self) -> None:
        if self.arrived_bytes > limits.ARRIVED_BYTES and not self.holding_back and self.reader:
            self.holding_back = True
            self.reader.pause()

    def _read_on(self) -> None:
        if self.holding_back and self.reader:
            self.holding_back = False
            self.reader.resume()

    def _confirmed(self, tag: int, multiple: bool) -> None:
        waiting = self._unconfirmed
        if multiple:
            while waiting and waiting[0] <= tag:
                self._confirmed_early.discard(waiting.popleft())
        elif waiting and waiting[0] <= tag <= waiting[-1]:
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


def _frames(message: Outgoing, channel: int, frame_max: int) -> bytes:
    try:
        return publish_frames(message, channel, frame_max)
    except Exception as why:  # whatever the library's encoder makes of a value
        raise Unpublishable(message.message_id, type(why).__name__) from why
