"""Requests and their answers, by RabbitMQ's direct reply-to (broker.messaging.reply_to).

An answer goes straight to the channel that asked: there is no queue to declare, and no permission
to ask for. Whoever is asked first and answers late answers nobody, which harms nothing.
"""

import asyncio
from uuid import uuid4

from pamqp.commands import Basic

from broker.amqp.protocol.channel import Channel
from broker.amqp.protocol.connection import Connection
from broker.amqp.protocol.encode import any_publish_frames
from broker.messaging.messages import Incoming
from broker.messaging.reply_to import REPLY_TO


class Requests:
    """Those of one connection, on a channel of their own that is opened for the first one.

    Answers are told apart by the ``correlation_id`` that they bring back.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._channel: Channel | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._awaited: dict[str, asyncio.Future[Incoming | None]] = {}

    async def publish(
        self, exchange: str, routing_key: str, body: bytes, properties: Basic.Properties
    ) -> tuple[dict[str, str], "asyncio.Future[Incoming | None]"]:
        """Publish one request; gives what was refused of it, once it is confirmed, and its answer.

        The answer is None where none can come any more: the channel is gone.

        Raises:
            BrokerUnavailable: it was not confirmed.
        """
        correlation = uuid4().hex
        properties.reply_to, properties.correlation_id = REPLY_TO, correlation
        answer: asyncio.Future[Incoming | None] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(lambda _: self._awaited.pop(correlation, None))
        async with self._one_at_a_time:
            channel = await self._opened()
            frames = any_publish_frames(
                exchange, routing_key, body, properties, channel.number, channel.frame_max
            )
            self._awaited[correlation] = answer
            try:
                refused = await channel.publish([frames], [str(properties.message_id)])
            except BaseException:
                answer.cancel()
                raise
        return refused, answer

    async def close(self) -> None:
        """Hear no more."""
        if self._hearing is not None:
            self._hearing.cancel()
            await asyncio.wait({self._hearing})

    async def _opened(self) -> Channel:
        """A channel that hears answers. What RabbitMQ refuses closes one: then it is another."""
        if self._channel is None or self._channel.closed is not None:
            await self.close()
            channel = await self._connection.channel(confirms=True)
            # Answers are not acknowledged, and come to the channel that consumes them alone.
            hear = Basic.Consume(queue=REPLY_TO, no_ack=True)
            await channel.ask(hear, Basic.ConsumeOk)
            self._channel = channel
            self._hearing = asyncio.create_task(self._hear(channel))
        return self._channel

    async def _hear(self, channel: Channel) -> None:
        arriving = channel.deliveries
        while channel.closed is None and channel.deaf is None:
            while arriving.arrived:
                message = arriving.next()
                answer = self._awaited.get(message.properties.correlation_id or "")
                if answer is not None and not answer.done():
                    answer.set_result(message)
            arriving.news.clear()
            if channel.closed is None and channel.deaf is None:
                await arriving.news.wait()
        for answer in list(self._awaited.values()):
            if not answer.done():
                answer.set_result(None)
