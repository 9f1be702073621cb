"""One channel: questions with their answers, deliveries, and publishes with their confirms."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final, TypeVar, cast

from pamqp import base, commands
from pamqp.commands import Basic
from pamqp.common import FieldTable

from broker.amqp.protocol import decode
from broker.amqp.protocol.confirms import Confirms, end_waiting
from broker.amqp.protocol.decode import BadFrame
from broker.amqp.protocol.deliveries import Deliveries
from broker.amqp.protocol.encode import ack_frame
from broker.amqp.protocol.line import Line, closed_by
from broker.errors import BrokerUnavailable
from broker.messaging.messages import Incoming
from schemas.properties import Properties

_METHOD, _HEADER, _BODY = 1, 2, 3
_BARE_HEADER: Final = 14
"""Bytes of a content header without properties."""
_PASSED_ON: Final = 16
"""Acknowledgements that a channel passes on to a quorum queue in any case: half of
`rabbit_fifo_client`'s soft limit. What it keeps back until the queue has answered is forgotten
when the channel closes (3.10 to 4.0)."""
_A_MOMENT: Final = 0.25
"""Seconds in which a queue has answered, where nothing can be asked of it."""

Answer = TypeVar("Answer", bound=base.Frame)


class Channel:
    """Open until ``closed`` says why it is not. A BrokerUnavailable is raised by whatever is asked
    of it then."""

    def __init__(self, line: Line, number: int) -> None:
        self.number = number
        self.closed: BrokerUnavailable | None = None
        self.deaf: str | None = None
        """Why a consumer of it gets nothing more."""
        self.deliveries = Deliveries(line.pause_reading, line.resume_reading)
        self.confirms = Confirms()
        self._line = line
        self._asking = asyncio.Lock()
        self._questions: deque[tuple[asyncio.Future[base.Frame], type[base.Frame]]] = deque()
        """Sent and not answered yet, each with the answer that is due, in their order; a future
        that is done is of somebody who waits no more."""
        self._begun = False
        """Something was sent on it."""
        self._leaving = False
        """channel.close was sent."""
        self._consumer: str | None = None
        self._unheard = 0
        """Acknowledgements since the queue was last asked anything."""
        self._delivery: tuple[int, bool, str, str] | None = None
        self._returning: str | None = None
        self._missing: int | None = None
        """Bytes of the body that are to come; None before its header is there."""
        self._properties = Properties()
        self._properties_bytes = 0
        self._body: bytes | bytearray = b""
        self._routes = decode.Routes()

    @property
    def frame_max(self) -> int:
        return self._line.frame_max

    async def ask(self, method: base.Frame, answer: type[Answer]) -> Answer:
        """Send a method and wait for the one that answers it.

        Raises:
            ChannelClosed: RabbitMQ refused, and closed the channel.
            BrokerUnavailable: the connection is gone.
        """
        async with self._asking:
            await self._line.ready_to_write()
            self._open()
            answered: asyncio.Future[base.Frame] = asyncio.get_running_loop().create_future()
            self._questions.append((answered, answer))
            self._begun = True
            self._leaving = isinstance(method, commands.Channel.Close)
            if isinstance(method, Basic.Cancel):
                self._consumer, self._unheard = None, 0
            self._line.send(self.number, method)
            return cast(Answer, await answered)

    async def publish(self, frames: Sequence[bytes], ids: Sequence[str]) -> dict[str, str]:
        """One write, then all confirms. Several batches may be under way side by side.

        Args:
            frames: of each message.
            ids: its ``message_id``; no two alike.

        Gives the ids of those that did not arrive, with why.

        Raises:
            ChannelClosed, BrokerUnavailable: not all were confirmed; some may have arrived.
        """
        await self._line.ready_to_write()
        self._open()
        done = self.confirms.expect(ids)
        self._line.write(b"".join(frames))
        return dict(await done)

    async def acknowledge(self, tag: int, *, multiple: bool = True) -> None:
        """Settle a delivery, and every one before it where ``multiple``.

        RabbitMQ has read it once it has answered anything that was asked after it.
        """
        await self._line.ready_to_write()
        self._open()
        self._unheard += 1
        self._line.write(ack_frame(tag, self.number, multiple=multiple))

    async def consume(self, queue: str, prefetch: int, arguments: FieldTable | None = None) -> str:
        """Have a queue delivered; gives the tag of the consumer. Raises as ``ask`` does."""
        await self.ask(Basic.Qos(prefetch_count=prefetch), Basic.QosOk)
        answer = await self.ask(Basic.Consume(0, queue, arguments=arguments), Basic.ConsumeOk)
        self._consumer = str(answer.consumer_tag)
        return self._consumer

    async def get(self, queue: str) -> bool:
        """Ask a queue for one message, which then arrives like any other; whether it had one.

        It is the queue itself that answers, when it has done what was asked of it before on this
        channel.
        """
        # Either answers: it is told apart here, since the first has content of its own.
        answer: base.Frame = await self.ask(Basic.Get(queue=queue), base.Frame)
        return isinstance(answer, Basic.GetOk)

    async def close(self) -> None:
        """In good order: what was acknowledged has been read by the queue when this returns."""
        self.deliveries.leave()
        if self.closed is None and not self._leaving:
            await self._pass_on()
            goodbye = commands.Channel.Close(200, "Normal shutdown", 0, 0)
            await self.ask(goodbye, commands.Channel.CloseOk)

    async def _pass_on(self) -> None:
        """Have the queue get the last acknowledgements, before the channel forgets them.

        A cancel is answered by the queue, after what it was given before; with that the channel
        gives it the rest.
        """
        if self._unheard > _PASSED_ON:
            if self._consumer is not None:
                await self.ask(Basic.Cancel(self._consumer), Basic.CancelOk)
            else:
                await asyncio.sleep(_A_MOMENT)

    def give_up(self) -> None:
        """Close it without waiting: an answer may be long in coming."""
        self.deliveries.leave()
        if self.closed is not None:
            return
        self.fail(BrokerUnavailable("the channel was given up"))
        if not self._begun:
            self._line.forget(self.number)
        elif not self._leaving:  # a second one would be an error of ours
            self._leaving = True
            self._line.send(self.number, commands.Channel.Close(200, "Given up", 0, 0))

    def fail(self, why: BrokerUnavailable) -> None:
        """It is over, for this reason; the first one counts."""
        if self.closed is not None:
            return
        self.closed = why
        for answered, _ in self._questions:
            end_waiting(answered, why)
        self._questions.clear()
        self.confirms.fail(why)
        self.deliveries.news.set()

    def _open(self) -> None:
        if self.closed is not None:
            raise self.closed
        if self._leaving:
            raise BrokerUnavailable("the channel is being closed")

    # --- what comes in ---------------------------------------------------------------------

    def frame(self, kind: int, payload: bytes) -> None:
        """A frame of this channel.

        Raises:
            BadFrame: no RabbitMQ sends it, or not here.
        """
        if self.closed is not None:
            self._after_the_end(kind, payload)
            return
        if kind == _METHOD:
            self._method(payload)
            return
        if self._delivery is None and self._returning is None:
            raise BadFrame("content without its method")
        if kind == _BODY:
            self._missing = self._more(payload)
        elif kind == _HEADER:
            if self._missing is not None:
                raise BadFrame("two headers of one content")
            self._missing, self._properties = decode.content_header(payload)
            self._properties_bytes = len(payload) - _BARE_HEADER
        else:
            raise BadFrame(f"a frame of kind {kind} on a channel")
        if self._missing == 0:
            self._complete()

    def _after_the_end(self, kind: int, payload: bytes) -> None:
        """What RabbitMQ sent before it read that the channel is given up; then it may be reused."""
        if kind == _METHOD and payload[:4] == decode.CHANNEL_CLOSE_OK:
            self._line.forget(self.number)
        elif kind == _METHOD and payload[:4] == decode.CHANNEL_CLOSE:
            self._line.send(self.number, commands.Channel.CloseOk())

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

    def _complete(self) -> None:
        body = self._body if isinstance(self._body, bytes) else bytes(self._body)
        self._body = b""
        self._missing = None
        if self._delivery is not None:
            tag, redelivered, exchange, key = self._delivery
            self._delivery = None
            self.deliveries.add(
                Incoming(body, exchange, key, self._properties, redelivered, tag),
                len(body) + self._properties_bytes,
            )
        elif self._returning is not None:
            self.confirms.returned(self._properties.message_id, self._returning)
            self._returning = None

    def _method(self, payload: bytes) -> None:
        if self._delivery is not None or self._returning is not None:
            raise BadFrame("a method where content was to come")
        method = payload[:4]
        if method == decode.DELIVER:
            self._delivery = self._read_delivery(payload, *decode.delivery(payload))
        elif method == decode.ACK:
            tag, multiple = decode.confirmed(payload)
            self.confirms.settled(tag, multiple=multiple, taken=True)
        elif method == decode.NACK:
            tag, multiple = decode.confirmed(payload)
            self.confirms.settled(tag, multiple=multiple, taken=False)
        elif method == decode.RETURN:
            self._returning = f"no queue takes {decode.returned(payload)}"
        elif method == decode.GET_OK:
            self._delivery = self._read_delivery(payload, *decode.got(payload))
            self._rare(decode.method(payload))
        else:
            self._rare(decode.method(payload))

    def _read_delivery(
        self, payload: bytes, tag: int, redelivered: bool, place: int
    ) -> tuple[int, bool, str, str]:
        return tag, redelivered, *self._routes.at(payload, place)

    def _rare(self, method: base.Frame) -> None:
        if isinstance(method, commands.Channel.Close):
            self._line.send(self.number, commands.Channel.CloseOk())
            self.fail(closed_by(method.reply_code or 0, str(method.reply_text)))
            if not self._leaving:  # else the answer to our own goodbye is still to come
                self._line.forget(self.number)
        elif isinstance(method, Basic.Cancel):
            self.deaf = "the broker cancelled the consumer (was the queue deleted?)"
            self.deliveries.news.set()
        elif isinstance(method, commands.Channel.Flow):
            self._line.send(self.number, commands.Channel.FlowOk(method.active))
        else:
            self._answered(method)

    def _answered(self, method: base.Frame) -> None:
        if not self._questions:
            raise BadFrame(f"{method.name}, which nobody asked for")
        answered, due = self._questions.popleft()
        if not isinstance(method, due):
            end_waiting(answered, BrokerUnavailable(f"RabbitMQ answered with {method.name}"))
            raise BadFrame(f"{method.name} where {due.__name__} was due")
        if not answered.done():
            answered.set_result(method)
        if isinstance(method, commands.Channel.CloseOk):
            self.fail(BrokerUnavailable("the channel was closed"))
            self._line.forget(self.number)
