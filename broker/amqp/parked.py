"""The queue ``parked``, read without taking anything out, unless a message is replayed or
discarded: all others go back when the reading ends.

They keep their order as long as all that were in hand before are taken again: what is returned to
a quorum queue lines up behind what was returned to it before, and comes before all that never was
in hand. So every reading holds as many as it may, and all by one consumer: what a consumer had
goes back in the order in which it came, but of two (a get is one too) either may be the first.

A message counts as taken out once the queue has said so. RabbitMQ answers no acknowledgement, and
a channel passes on 33 at a time to a quorum queue: what it keeps back is forgotten when the channel
closes, however well (3.10 to 4.0). So after every few of them the queue is asked for a message by a
get: it answers that only when it has done what came before.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final

import aiormq
from aiormq.abc import AbstractChannel, DeliveredMessage
from pamqp import encode
from pamqp.commands import Basic, Queue

from broker.amqp.codec import incoming
from broker.amqp.old_connection import LIBRARY_ERRORS, connected, said
from broker.errors import BrokerUnavailable
from broker.messaging import fitting, names
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.parking.unpark import Parked, Replay, read_parked
from schemas.properties import Properties

DEADLINE: Final = 30.0
"""Seconds for one answer of the broker."""
QUIET: Final = 5.0
"""Seconds without a message after which the rest is taken to be in somebody else's hands."""
MOST_HELD: Final = 65_535
"""Messages in hand at a time; AMQP has 16 bits for it."""
MOST_UNHEARD: Final = 16
"""Acknowledgements that the queue has not been heard of since: half of what a channel passes on to
a quorum queue without an answer from it (`rabbit_fifo_client`, soft limit 32), so that none waits
in the channel even where those before are just being answered."""
_PAUSE: Final = 0.1
_GIVEN_UP: Final = 0.25
"""Seconds after which RabbitMQ answers for a quorum queue that has not (`rabbit_quorum_queue:stat`,
3.10 to 4.0)."""
_errors = aiormq.exceptions


class RabbitParked:
    """See broker.ports.ParkedMessages.

    What is not taken out stays in hand; when that is as much as a consumer may hold, the iteration
    ends, and ``unseen`` says how many it did not come to.
    """

    def __init__(
        self,
        count: int,
        arrived: "asyncio.Queue[Incoming]",
        reading: AbstractChannel,
        writing: AbstractChannel,
    ) -> None:
        self.count = count
        self.unseen = count
        self._held = 0
        self._arrived = arrived
        self._reading = reading
        self._writing = writing

    async def __aiter__(self) -> AsyncIterator[Parked]:
        while self.unseen and self._held < MOST_HELD:
            try:
                async with asyncio.timeout(QUIET):
                    message = await self._arrived.get()
            except TimeoutError:
                return
            self.unseen -= 1
            self._held += 1
            yield read_parked(message)

    async def give_back(self, messages: Sequence[tuple[Replay, Parked]]) -> list[str | None]:
        """See the port. The client library tells a returned message by its ``message_id``."""
        refusals = await asyncio.gather(
            *(
                self._publish(back.exchange, back.routing_key, back.body, _basic(back.properties))
                for back, _ in messages
            )
        )
        went = zip(refusals, messages, strict=True)
        await self._take_out([parked for refusal, (_, parked) in went if refusal is None])
        return refusals

    async def discard(self, event: Outgoing, parked: Parked) -> str | None:
        """See the port."""
        properties = Basic.Properties(
            content_type=event.content_type,
            delivery_mode=2,
            message_id=event.message_id,
            message_type=event.type,
            headers=dict(event.headers),
        )
        refusal = await self._publish(event.exchange, event.routing_key, event.body, properties)
        if refusal is None:
            await self._take_out([parked])
        return refusal

    async def _publish(
        self, exchange: str, routing_key: str, body: bytes, properties: Basic.Properties
    ) -> str | None:
        try:
            await self._writing.basic_publish(
                body,
                exchange=exchange,
                routing_key=_short(routing_key) or "",
                properties=properties,
                mandatory=True,
                timeout=DEADLINE,
            )
        except _errors.PublishError:
            return "no queue takes it there"
        except _errors.DeliveryError:
            return "the broker did not take it"
        except LIBRARY_ERRORS as why:
            raise BrokerUnavailable(f"not confirmed: {said(why)}") from why
        return None

    async def _take_out(self, messages: Sequence[Parked]) -> None:
        """Acknowledge them, and wait until the queue has let go of all."""
        try:
            async with asyncio.timeout(DEADLINE):
                for start in range(0, len(messages), MOST_UNHEARD):
                    few = messages[start : start + MOST_UNHEARD]
                    for parked in few:
                        await self._reading.basic_ack(parked.message.tag)
                    await self._hear_from_queue()
                    self._held -= len(few)
        except LIBRARY_ERRORS as why:
            raise BrokerUnavailable(f"not acknowledged: {said(why)}") from why

    async def _hear_from_queue(self) -> None:
        """An answer of the queue itself to this channel. There is hardly ever a message in it:
        whatever is ready has been given to the consumer, unless that holds all that it may."""
        message = await self._reading.basic_get(names.PARKED_QUEUE)
        if message.delivery_tag:
            self._arrived.put_nowait(incoming(message))


@asynccontextmanager
async def parked_messages(url: str) -> AsyncIterator[RabbitParked]:
    """Open the queue for reading, alone: two readers would each see a part.

    Args:
        url: AMQP.

    Raises:
        BrokerUnavailable: it cannot be reached, there is no such queue, or somebody else reads.
    """
    async with connected(url, "pintu parked") as connection:
        arrived: asyncio.Queue[Incoming] = asyncio.Queue()
        try:
            async with asyncio.timeout(DEADLINE):
                reading = await connection.channel(publisher_confirms=False)
                writing = await connection.channel()
                await _wait_until_free(reading)
                count = await _begin(reading, arrived)
        except (*LIBRARY_ERRORS, BrokerUnavailable) as why:
            raise BrokerUnavailable(f"queue {names.PARKED_QUEUE}: {said(why)}") from why
        yield RabbitParked(count, arrived, reading, writing)


async def _begin(channel: AbstractChannel, arrived: "asyncio.Queue[Incoming]") -> int:
    """Let all messages arrive; gives how many there are."""

    async def arrive(message: DeliveredMessage) -> None:
        arrived.put_nowait(incoming(message))

    count = (await _counts(channel)).message_count or 0
    # "No limit" would be 2,000 in a quorum queue.
    await channel.basic_qos(prefetch_count=MOST_HELD)
    await channel.basic_consume(names.PARKED_QUEUE, arrive)
    return count


async def _wait_until_free(channel: AbstractChannel) -> None:
    """Quorum queues know no exclusive consumer; so look before. A reader that has just gone is
    still counted for a moment.

    Raises:
        BrokerUnavailable: somebody else reads.
    """
    until = monotonic() + QUIET
    while (await _counts(channel)).consumer_count:
        if monotonic() > until:
            raise BrokerUnavailable("somebody else reads it now")
        await asyncio.sleep(_PAUSE)


async def _counts(
    channel: AbstractChannel, seconds: Callable[[], float] = monotonic
) -> Queue.DeclareOk:
    """How many messages and consumers the queue has.

    A quorum queue that does not answer RabbitMQ within 250 ms is said to have none of either: so
    an answer of nothing is believed only if it came sooner, or where none comes sooner for a while:
    the way to the broker may be as long.
    """
    until = seconds() + QUIET
    while True:
        asked = seconds()
        answer = await channel.queue_declare(names.PARKED_QUEUE, passive=True)
        sure = seconds() - asked < _GIVEN_UP or seconds() > until
        if answer.message_count or answer.consumer_count or sure:
            return answer


def _basic(properties: Properties) -> Basic.Properties:
    """As the client library wants it; what cannot be sent again is left out."""
    return Basic.Properties(
        content_type=_short(properties.content_type),
        content_encoding=_short(properties.content_encoding),
        headers=_sendable(properties.headers),
        delivery_mode=properties.delivery_mode,
        priority=properties.priority,
        correlation_id=_short(properties.correlation_id),
        reply_to=_short(properties.reply_to),
        expiration=_short(properties.expiration),
        message_id=_short(properties.message_id),
        timestamp=_timestamp(properties.timestamp),
        message_type=_short(properties.type),
        user_id=_short(properties.user_id),
        app_id=_short(properties.app_id),
    )


def _sendable(headers: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, value in headers.items():
        try:
            encode.field_table({name: value})
        except (ValueError, TypeError, ArithmeticError, OverflowError, RecursionError):
            continue
        kept[name] = value
    return dict(fitting.headers(kept))


def _timestamp(seconds: int | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _short(text: str | None) -> str | None:
    """What fits into a short string of AMQP; longer than it came in where bytes were replaced."""
    return None if text is None else fitting.short(text)
