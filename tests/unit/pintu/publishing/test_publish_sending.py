"""Batches on their way: what an outage, a refusal or an interruption leaves behind."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

import pytest

from broker.errors import BrokerUnavailable, NotPermitted, Unroutable
from broker.messaging.messages import Outgoing
from config.csv_file import BadFile
from pintu.publishing.arriving import Arriving
from pintu.publishing.complaints import Item, Ready
from pintu.publishing.records import Place, Skipped
from pintu.publishing.sending import MOST, Sending
from pintu.publishing.tally import Lines, Tally


def a_line(number: int) -> Ready:
    message = Outgoing("complaints.intake", "sms", b"{}", str(number))
    return Ready(Place(number, number, number * 10), message, ())


def lines(number: int) -> list[Item]:
    return [a_line(n + 1) for n in range(number)]


@dataclass
class Intake:
    """Takes what is published; ``trouble`` is asked before each batch, and may raise."""

    trouble: Callable[[int], None] = lambda _: None
    batches: list[list[str]] = field(default_factory=list)
    connections: int = 0
    asked: int = 0

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["Intake"]:
        self.connections += 1
        yield self

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        self.asked += 1
        self.trouble(self.asked)
        await asyncio.sleep(0)
        self.batches.append([message.message_id for message in messages])

    async def probe(self) -> None:
        """Nobody asks for one here."""

    @property
    def ids(self) -> list[int]:
        return [int(i) for batch in self.batches for i in batch]


@dataclass
class Heard:
    """What the user is told."""

    said: list[str] = field(default_factory=list)

    def confirmed(self, tally: Tally) -> None:
        pass

    def skipped(self, item: Skipped) -> None:
        self.said.append(f"skipped {item.place.line}")

    def noted(self, sentence: str) -> None:
        self.said.append(sentence)

    def waiting(self, why: Exception, seconds: float) -> None:
        self.said.append(f"waiting: {why}")

    def going_on(self) -> None:
        self.said.append("going on")


async def send(
    intake: Intake, items: Iterable[Item], stop: asyncio.Event | None = None
) -> tuple[Sending, Heard]:
    heard = Heard()
    sending = Sending(Arriving(items), intake.connect, heard, stop or asyncio.Event(), Tally())
    await sending.run()
    return sending, heard


def on(times: Iterable[int], error: Exception) -> Callable[[int], None]:
    def trouble(asked: int) -> None:
        if asked in times:
            raise error

    return trouble


async def test_everything_is_published_once_and_in_order() -> None:
    intake = Intake()
    sending, _ = await send(intake, lines(5_000))
    assert intake.ids == list(range(1, 5_001))
    assert max(map(len, intake.batches)) <= MOST
    assert (sending.tally.published, sending.tally.go_on, sending.tally.read) == (
        5_000,
        5_001,
        50_000,
    )


async def test_a_batch_that_was_not_confirmed_is_published_again_to_the_letter() -> None:
    intake = Intake(on({3, 4}, BrokerUnavailable("gone")))
    sending, heard = await send(intake, lines(3_000))
    assert intake.ids == list(range(1, 3_001))
    assert sending.tally.published == 3_000
    assert intake.connections == 3
    assert heard.said == ["waiting: gone", "waiting: gone", "going on"]


async def test_a_broker_without_its_queues_yet_is_waited_for() -> None:
    intake = Intake(on({2}, Unroutable("no queue")))
    await send(intake, lines(1_500))
    assert intake.ids == list(range(1, 1_501))


@pytest.mark.parametrize("error", [BrokerUnavailable("gone"), Unroutable("no queue")])
async def test_a_broker_that_is_away_from_the_start_is_an_error(error: Exception) -> None:
    with pytest.raises(type(error)):
        await send(Intake(on({1}, error)), lines(3))


async def test_a_refusal_ends_it_at_once() -> None:
    intake = Intake(on({2}, NotPermitted("may not publish")))
    heard = Heard()
    sending = Sending(Arriving(lines(2_000)), intake.connect, heard, asyncio.Event(), Tally())
    with pytest.raises(NotPermitted):
        await sending.run()
    assert sending.tally.go_on == len(intake.ids) + 1


async def test_lines_that_are_no_complaints_are_told_in_their_place() -> None:
    bad = Skipped(Place(2, 2, 20), "no-text", "text: empty")
    sending, heard = await send(Intake(), [a_line(1), bad, a_line(3)])
    assert heard.said == ["skipped 2"]
    assert sending.tally.skipped == {"no-text": Lines(1, [2])}
    assert (sending.tally.published, sending.tally.go_on) == (2, 4)


async def test_an_interruption_finishes_the_batch_in_hand_and_says_where_to_go_on() -> None:
    stop = asyncio.Event()

    def interrupt(asked: int) -> None:
        if asked == 3:
            stop.set()

    intake = Intake(interrupt)
    sending, _ = await send(intake, (a_line(n) for n in count(1)), stop)
    assert len(intake.batches) == 3
    assert sending.tally.go_on == sending.tally.published + 1 == len(intake.ids) + 1


async def test_an_interruption_ends_the_wait_for_a_broker() -> None:
    stop = asyncio.Event()

    def away(asked: int) -> None:
        if asked > 1:
            asyncio.get_running_loop().call_soon(stop.set)
            raise BrokerUnavailable("gone")

    intake = Intake(away)
    async with asyncio.timeout(15):
        sending, _ = await send(intake, lines(1_000), stop)
    assert sending.tally.go_on == len(intake.ids) + 1


async def test_an_interruption_ends_the_wait_for_a_pipe() -> None:
    stop, never = asyncio.Event(), asyncio.Event()

    def pipe() -> Iterator[Item]:
        yield a_line(1)
        asyncio.run_coroutine_threadsafe(never.wait(), loop).result(20)

    loop = asyncio.get_running_loop()
    loop.call_later(0.2, stop.set)
    async with asyncio.timeout(15):
        sending, _ = await send(Intake(), pipe(), stop)
    never.set()
    assert sending.tally.go_on == 2


async def test_what_comes_through_a_slow_pipe_is_published_as_it_comes() -> None:
    intake, seen = Intake(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def pipe() -> Iterator[Item]:
        yield a_line(1)
        asyncio.run_coroutine_threadsafe(seen.wait(), loop).result(20)
        yield a_line(2)

    def watch(asked: int) -> None:
        seen.set()

    intake.trouble = watch
    await send(intake, pipe())
    assert intake.batches == [["1"], ["2"]]


async def test_a_file_that_turns_out_bad_is_told_after_what_was_good() -> None:
    def half() -> Iterator[Item]:
        yield a_line(1)
        raise BadFile("is broken")

    intake = Intake()
    with pytest.raises(BadFile):
        await send(intake, half())
    assert intake.ids == [1]


async def test_no_more_is_read_ahead_than_asked() -> None:
    read: list[int] = []

    def source() -> Iterator[int]:
        for number in range(1_000):
            read.append(number)
            yield number

    arriving = Arriving(source(), ahead=10)
    taken: list[int] = []
    while batch := await arriving.take(3):
        taken += batch
        assert len(read) - len(taken) <= 12
    assert taken == list(range(1_000))
