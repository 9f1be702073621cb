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
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final, Protocol, TypeVar

from pamqp import encode
from pamqp.commands import Basic, Queue

from broker.amqp.address import parse_address
from broker.amqp.protocol.channel import Channel
from broker.amqp.protocol.confirms import NOT_TAKEN
from broker.amqp.protocol.connecting import connected
from broker.amqp.protocol.connection import Connection
from broker.amqp.protocol.encode import any_publish_frames, publish_frames
from broker.amqp.protocol.line import in_words
from broker.errors import BrokerUnavailable
from broker.messaging import fitting, names
from broker.messaging.messages import Outgoing
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

T = TypeVar("T")


class RabbitParked:
    """See broker.ports.ParkedMessages.

    What is not taken out stays in hand; when that is as much as a consumer may hold, the iteration
    ends, and ``unseen`` says how many it did not come to.
    """

    def __init__(self, count: int, reading: Channel, writing: Channel) -> None:
        self.count = count
        self.unseen = count
        self._held = 0
        self._reading = reading
        self._writing = writing

    async def __aiter__(self) -> AsyncIterator[Parked]:
        arriving = self._reading.deliveries
        while self.unseen and self._held < MOST_HELD:
            try:
                async with asyncio.timeout(QUIET):
                    await arriving.wait()
            except TimeoutError:
                return
            if not arriving.arrived:
                raise self._reading.closed or BrokerUnavailable(str(self._reading.deaf))
            self.unseen -= 1
            self._held += 1
            yield read_parked(arriving.next())

    async def give_back(self, messages: Sequence[tuple[Replay, Parked]]) -> list[str | None]:
        """See the port. A returned message is told by its ``message_id``."""
        frames = [self._frames(back) for back, _ in messages]
        ids = [str(_short(back.properties.message_id)) for back, _ in messages]
        refusals = await self._publish(frames, ids)
        went = zip(refusals, messages, strict=True)
        await self._take_out([parked for refusal, (_, parked) in went if refusal is None])
        return refusals

    async def replace(self, event: Outgoing, edited: Replay, parked: Parked) -> str | None:
        """See the port. What is written in one go arrives in that order or not at all."""
        said = publish_frames(event, self._writing.number, self._writing.frame_max)
        ids = [event.message_id, str(_short(edited.properties.message_id))]
        refusals = await self._publish([said, self._frames(edited)], ids)
        refusal = next((why for why in refusals if why is not None), None)
        if refusal is None:
            await self._take_out([parked])
        return refusal

    async def discard(self, event: Outgoing, parked: Parked) -> str | None:
        """See the port."""
        frames = publish_frames(event, self._writing.number, self._writing.frame_max)
        [refusal] = await self._publish([frames], [event.message_id])
        if refusal is None:
            await self._take_out([parked])
        return refusal

    def _frames(self, back: Replay) -> bytes:
        return any_publish_frames(
            back.exchange,
            _short(back.routing_key) or "",
            back.body,
            _basic(back.properties),
            self._writing.number,
            self._writing.frame_max,
        )

    async def _publish(self, frames: Sequence[bytes], ids: Sequence[str]) -> list[str | None]:
        if not ids:
            return []
        refused = await _within(self._writing.publish(frames, ids), "not confirmed")
        return [_refusal(refused.get(message_id)) for message_id in ids]

    async def _take_out(self, messages: Sequence[Parked]) -> None:
        """Acknowledge them, and wait until the queue has let go of all."""
        for start in range(0, len(messages), MOST_UNHEARD):
            few = messages[start : start + MOST_UNHEARD]
            await _within(self._take_out_few(few), "not acknowledged")
            self._held -= len(few)

    async def _take_out_few(self, messages: Sequence[Parked]) -> None:
        for parked in messages:
            await self._reading.acknowledge(parked.message.tag, multiple=False)
        # There is hardly ever a message in the answer: whatever is ready has been given to the
        # consumer, unless that holds all that it may.
        await self._reading.get(names.PARKED_QUEUE)


def _refusal(why: str | None) -> str | None:
    return why if why in (None, NOT_TAKEN) else "no queue takes it there"


async def _within(work: Awaitable[T], what: str) -> T:
    try:
        async with asyncio.timeout(DEADLINE):
            return await work
    except TimeoutError:
        raise BrokerUnavailable(f"{what}: no answer within {DEADLINE:g} s") from None
    except BrokerUnavailable as why:
        raise in_words(what, why) from why


@asynccontextmanager
async def parked_messages(url: str) -> AsyncIterator[RabbitParked]:
    """Open the queue for reading, alone: two readers would each see a part.

    Args:
        url: AMQP.

    Raises:
        BrokerUnavailable: it cannot be reached, there is no such queue, or somebody else reads.
    """
    async with connected(parse_address(url), "pintu parked") as connection:
        reading, writing, count = await _within(_open(connection), f"queue {names.PARKED_QUEUE}")
        yield RabbitParked(count, reading, writing)


async def _open(connection: Connection) -> tuple[Channel, Channel, int]:
    """A channel to read on, on which all messages arrive, one to write on, and how many there
    are."""
    reading = await connection.channel()
    writing = await connection.channel(confirms=True)
    await _wait_until_free(reading)
    count = (await _counts(reading)).message_count or 0
    # All of them are in hand until they go back; "no limit" would be 2,000 in a quorum queue.
    reading.deliveries.bounded = False
    await reading.consume(names.PARKED_QUEUE, MOST_HELD)
    return reading, writing, count


async def _wait_until_free(channel: Channel) -> None:
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


class Asking(Protocol):
    """A channel that can be asked."""

    async def ask(self, method: Queue.Declare, answer: type[Queue.DeclareOk]) -> Queue.DeclareOk:
        """See Channel."""


async def _counts(channel: Asking, seconds: Callable[[], float] = monotonic) -> Queue.DeclareOk:
    """How many messages and consumers the queue has.

    A quorum queue that does not answer RabbitMQ within 250 ms is said to have none of either: so
    an answer of nothing is believed only if it came sooner, or where none comes sooner for a while:
    the way to the broker may be as long.
    """
    until = seconds() + QUIET
    question = Queue.Declare(queue=names.PARKED_QUEUE, passive=True)
    while True:
        asked = seconds()
        answer = await channel.ask(question, Queue.DeclareOk)
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
