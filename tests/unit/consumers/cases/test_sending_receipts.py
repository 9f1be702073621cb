"""Receipts go beside the work: what cannot be sent is let go, and the others go on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from broker.errors import BrokerUnavailable, NotPermitted
from broker.messaging.messages import Outgoing
from broker.messaging.reply_to import made_up
from consumers.cases import receipts as sending
from consumers.cases.receipts import Receipts
from schemas import limits
from tests.support.eventually import eventually_async

HERE = made_up(1)
AWAY = HERE.replace("g1h2AAdyZXBseUAw", "g1h2AAdyZXBseUAx")  # reply@1


class Away:
    """A broker that ends the connection of whoever answers a client of ``reply@1``."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.connected = 0
        self.away = False
        self.refuses = False
        self.holds: asyncio.Event | None = None

    @asynccontextmanager
    async def publisher(self, _: str) -> AsyncIterator["Away"]:
        if self.away:
            raise BrokerUnavailable("away")
        self.connected += 1
        yield self

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        if self.holds is not None:
            await self.holds.wait()
        if any(message.routing_key == AWAY for message in messages):
            raise BrokerUnavailable("INTERNAL_ERROR")
        if self.refuses:
            raise NotPermitted("may not publish")
        self.sent += [message.message_id for message in messages]


def a_receipt(id: str, to: str = HERE) -> Outgoing:
    return Outgoing("", to, b"{}", id, mandatory=False)


def recorded(*receipts: Outgoing) -> Any:
    """A batch that was, with these."""
    return SimpleNamespace(done=SimpleNamespace(case_batch=SimpleNamespace(receipts=receipts)))


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Away:
    monkeypatch.setattr(sending, "_AGAIN_AFTER", 0.001)
    return Away()


async def test_nothing_is_connected_before_the_first_receipt(broker: Away) -> None:
    receipts = Receipts(broker)  # type: ignore[arg-type] # -- as much of one as is needed
    async with receipts.sending():
        receipts(recorded())
        receipts(SimpleNamespace(done=None))  # type: ignore[arg-type] # -- of a batch
        await asyncio.sleep(0)
    assert broker.connected == 0


async def test_what_waits_is_sent_before_the_process_leaves(broker: Away) -> None:
    receipts = Receipts(broker)  # type: ignore[arg-type] # -- as much of one as is needed
    async with receipts.sending():
        receipts(recorded(*(a_receipt(f"r-{n}") for n in range(1_200))))
    assert broker.sent == [f"r-{n}" for n in range(1_200)]
    assert broker.connected == 1


async def test_one_that_ends_the_connection_takes_no_other_along(broker: Away) -> None:
    receipts = Receipts(broker)  # type: ignore[arg-type] # -- as much of one as is needed
    async with receipts.sending():
        receipts(recorded(a_receipt("bad-1", AWAY), a_receipt("r-1"), a_receipt("bad-2", AWAY)))
        await eventually_async(lambda: broker.sent == ["r-1"])
        receipts(recorded(a_receipt("bad-3", AWAY), a_receipt("r-2")))
        await eventually_async(lambda: broker.sent == ["r-1", "r-2"])
    assert broker.connected == 2


async def test_an_outage_keeps_those_that_wait(broker: Away) -> None:
    receipts = Receipts(broker)  # type: ignore[arg-type] # -- as much of one as is needed
    broker.away = True
    async with receipts.sending():
        receipts(recorded(a_receipt("r-1")))
        await asyncio.sleep(0)
        broker.away = False
        await eventually_async(lambda: broker.sent == ["r-1"])


async def test_what_is_refused_is_let_go(broker: Away) -> None:
    receipts = Receipts(broker)  # type: ignore[arg-type] # -- as much of one as is needed
    broker.refuses = True
    async with receipts.sending():
        receipts(recorded(a_receipt("r-1")))
        await eventually_async(lambda: receipts._many == 0)
        broker.refuses = False
        receipts(recorded(a_receipt("r-2")))
        await eventually_async(lambda: broker.sent == ["r-2"])


async def test_while_rabbitmq_holds_them_no_more_than_so_many_are_kept(
    broker: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RECEIPTS", 10)
    receipts = Receipts(broker)  # type: ignore[arg-type] # -- as much of one as is needed
    broker.holds = asyncio.Event()
    async with receipts.sending():
        for n in range(1_000):
            receipts(recorded(a_receipt(f"r-{n}")))
        assert receipts._many == 10
        broker.holds.set()
        await eventually_async(lambda: broker.sent == [f"r-{n}" for n in range(10)])


async def test_a_process_that_leaves_while_they_are_held_leaves_in_time(
    broker: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_FINISH_WITHIN", 0.01)
    receipts = Receipts(broker)  # type: ignore[arg-type] # -- as much of one as is needed
    broker.holds = asyncio.Event()
    async with receipts.sending():
        receipts(recorded(a_receipt("r-1")))
    assert broker.sent == []
