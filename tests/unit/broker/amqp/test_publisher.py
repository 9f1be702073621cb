"""A publisher while RabbitMQ takes nothing: held beyond its deadline, given up in the end."""

import asyncio

import pytest
from pamqp import base, commands
from pamqp.commands import Basic

from broker.amqp import publisher as publisher_module
from broker.amqp.patience import Patience
from broker.amqp.publisher import RabbitPublisher
from broker.errors import BrokerUnavailable, NotPermitted, Unroutable
from broker.messaging.messages import Outgoing
from tests.support import amqp_frames as frames
from tests.support.amqp_wire import Wire, agreeable

DEADLINE = 0.1
ALARM = r"publishers are blocked: memory or disk alarm \(low\)"
MESSAGE = Outgoing("e", "k", b"x", "id")


class Blocking:
    """A RabbitMQ under an alarm: it says so to whoever publishes, and confirms nothing."""

    def __init__(self) -> None:
        self.alarm = True
        self.refuses: dict[type[base.Frame], int] = {}
        self.published = 0
        self.wire = Wire(self._reply)

    def _reply(self, channel: int, asked: base.Frame) -> bytes:
        if (code := self.refuses.get(type(asked))) is not None:
            return frames.method(commands.Channel.Close(code, "NO", 0, 0), channel)
        if not isinstance(asked, Basic.Publish):
            return agreeable(channel, asked)
        self.published += 1
        if self.alarm:
            return frames.method(commands.Connection.Blocked("low"), 0)
        return frames.confirm(1, channel=channel)

    def free(self) -> None:
        self.alarm = False
        self.wire.hears(frames.method(commands.Connection.Unblocked(), 0))

    async def publisher(self, deadline: float = DEADLINE) -> RabbitPublisher:
        channel = await self.wire.channel(confirms=True)
        return RabbitPublisher(self.wire.connection, channel, Patience(deadline))


async def test_a_publish_is_held_beyond_its_deadline_and_goes_on() -> None:
    rabbit = Blocking()
    publisher = await rabbit.publisher()
    publishing = asyncio.ensure_future(publisher.publish([MESSAGE]))
    await asyncio.sleep(3 * DEADLINE)
    assert not publishing.done()
    rabbit.free()
    rabbit.wire.hears(frames.confirm(1))
    await publishing
    assert not rabbit.wire.connection.on_change


async def test_what_is_held_too_long_is_given_up_and_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(RabbitPublisher._held, "__defaults__", (3 * DEADLINE,))
    rabbit = Blocking()
    publisher = await rabbit.publisher()
    with pytest.raises(BrokerUnavailable, match=ALARM):
        async with asyncio.timeout(20):
            await publisher.publish([MESSAGE])


async def test_once_it_is_free_again_its_deadline_runs() -> None:
    rabbit = Blocking()
    publisher = await rabbit.publisher()
    publishing = asyncio.ensure_future(publisher.publish([MESSAGE]))
    await asyncio.sleep(2 * DEADLINE)
    rabbit.free()
    with pytest.raises(BrokerUnavailable, match=r"not confirmed within 0\.1 s"):
        async with asyncio.timeout(20):
            await publishing


async def test_who_publishes_while_it_is_blocked_already_is_held_too() -> None:
    rabbit = Blocking()
    publisher = await rabbit.publisher()
    rabbit.wire.hears(frames.method(commands.Connection.Blocked("low"), 0))
    publishing = asyncio.ensure_future(publisher.publish([MESSAGE]))
    await asyncio.sleep(2 * DEADLINE)
    assert not publishing.done()
    publishing.cancel()
    await asyncio.gather(publishing, return_exceptions=True)
    assert publishing.cancelled()
    assert not rabbit.wire.connection.on_change


async def test_a_lost_connection_ends_what_is_held() -> None:
    rabbit = Blocking()
    publishing = asyncio.ensure_future((await rabbit.publisher()).publish([MESSAGE]))
    await asyncio.sleep(2 * DEADLINE)
    rabbit.wire.lost()
    with pytest.raises(BrokerUnavailable, match="RabbitMQ closed it"):
        await publishing


@pytest.mark.parametrize("known", [True, False])
async def test_a_probe_says_that_there_is_an_alarm(
    known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher_module, "PROBE_WITHIN", DEADLINE)
    rabbit = Blocking()
    publisher = await rabbit.publisher()
    if known:
        rabbit.wire.hears(frames.method(commands.Connection.Blocked("low"), 0))
    with pytest.raises(BrokerUnavailable, match=ALARM):
        await publisher.probe()
    rabbit.free()
    await publisher.probe()


async def test_probes_that_nobody_answers_leave_no_channels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publisher_module, "PROBE_WITHIN", 0.02)
    rabbit = Blocking()
    publisher = await rabbit.publisher()
    rabbit.wire.reply = lambda channel, asked: (
        agreeable(channel, asked) if isinstance(asked, commands.Channel.Close) else b""
    )
    for _ in range(5):
        with pytest.raises(BrokerUnavailable, match="not confirmed within"):
            await publisher.probe()
    await asyncio.sleep(0)
    assert list(rabbit.wire.connection.channels) == [1]


@pytest.mark.parametrize(
    ("step", "code", "error"),
    [
        (commands.Queue.Declare, 404, Unroutable),
        (commands.Queue.Declare, 405, BrokerUnavailable),
        (Basic.Publish, 403, NotPermitted),
    ],
)
async def test_a_probe_tells_what_is_refused(
    step: type[base.Frame], code: int, error: type[Exception]
) -> None:
    rabbit = Blocking()
    rabbit.alarm = False
    publisher = await rabbit.publisher()
    rabbit.refuses[step] = code
    with pytest.raises(error):
        await publisher.probe()
    rabbit.refuses.clear()
    await publisher.probe()


async def test_until_it_is_free_waits_for_as_long_as_the_alarm_lasts() -> None:
    rabbit = Blocking()
    waiting = asyncio.ensure_future((await rabbit.publisher()).until_free())
    await asyncio.sleep(3 * DEADLINE)
    assert not waiting.done()
    rabbit.free()
    rabbit.wire.hears(frames.confirm(1, channel=2))
    await waiting


async def test_until_it_is_free_ends_where_nothing_answers() -> None:
    rabbit = Blocking()
    publisher = await rabbit.publisher()
    rabbit.wire.reply = None
    with pytest.raises(BrokerUnavailable, match="not confirmed within"):
        async with asyncio.timeout(20):
            await publisher.until_free()


async def test_who_may_not_publish_does_not_begin() -> None:
    """It would take messages and give them back, each time with a higher delivery count."""
    rabbit = Blocking()
    rabbit.refuses[Basic.Publish] = 403
    with pytest.raises(NotPermitted):
        await (await rabbit.publisher()).until_free()
