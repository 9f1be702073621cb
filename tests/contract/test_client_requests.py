"""What every plain client promises of a request and its answer, by direct reply-to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

import pytest
from yarl import URL

from broker.amqp.client import client
from broker.amqp.topology import apply_topology, broker_version
from broker.errors import BrokerUnavailable, Unroutable
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.reply_to import node_of
from broker.messaging.topology import topology
from broker.ports import Client, Publisher
from tests.contract.gate import gate_to
from tests.contract.test_client_contract import Ways, ways
from tests.support.eventually import PATIENCE, eventually_async

__all__ = ["ways"]  # a fixture

KEY = "agency.dpupr.resolved"


async def ask(one: Client, body: bytes, within: float = PATIENCE) -> Incoming | None:
    return await one.request(
        names.UPDATES, KEY, body, message_id=body.decode(), headers={"n": 1}, within=within
    )


@asynccontextmanager
async def asked(other: Client) -> AsyncIterator[Callable[[], Awaitable[Incoming]]]:
    """Gives the next question that comes under the key, from now on."""
    questions = other.consume(await other.tap(names.UPDATES, key=KEY))

    async def following() -> Incoming:
        async with asyncio.timeout(PATIENCE):
            return await anext(questions)

    async with aclosing(questions):  # type: ignore[type-var] # -- it is a generator
        yield following


def answer(question: Incoming, body: bytes) -> Outgoing:
    properties = question.properties
    return Outgoing(
        names.DEFAULT_EXCHANGE,
        properties.reply_to or "",
        body,
        f"answer-{body.decode()}",
        correlation_id=properties.correlation_id,
        mandatory=False,
    )


async def replies(publisher: Publisher, *some: Outgoing) -> None:
    async with asyncio.timeout(PATIENCE):
        await publisher.publish(some)


async def test_a_request_gets_the_answer_to_it_and_not_to_another(ways: Ways) -> None:
    async with (
        ways.client() as one,
        ways.client() as other,
        asked(other) as question,
        ways.broker.publisher(names.EVENTS) as publisher,
    ):
        first = asyncio.create_task(ask(one, b"first"))
        second = asyncio.create_task(ask(one, b"second"))
        questions = [await question(), await question()]
        assert {each.body for each in questions} == {b"first", b"second"}
        for each in questions:
            assert node_of(each.properties.reply_to or "") is not None
            assert each.properties.headers == {"n": 1}
        # In the other order, and one of them twice.
        back = [answer(each, each.body) for each in reversed(questions)]
        await replies(publisher, *back, answer(questions[0], b"again"))
        for task, body in ((first, b"first"), (second, b"second")):
            found = await task
            assert found is not None
            assert (found.body, found.exchange) == (body, names.DEFAULT_EXCHANGE)


async def test_what_nobody_answers_in_time_has_no_answer_and_a_late_one_harms_nobody(
    ways: Ways,
) -> None:
    async with (
        ways.client() as one,
        ways.client() as other,
        asked(other) as question,
        ways.broker.publisher(names.EVENTS) as publisher,
    ):
        assert await ask(one, b"first", within=0.05) is None
        late = await question()
        await replies(publisher, answer(late, b"late"))
        again = asyncio.create_task(ask(one, b"second"))
        await replies(publisher, answer(late, b"later"), answer(await question(), b"in time"))
        found = await again
        assert found is not None and found.body == b"in time"


async def test_an_answer_to_somebody_who_left_goes_nowhere(ways: Ways) -> None:
    async with (
        ways.client() as other,
        asked(other) as question,
        ways.broker.publisher(names.EVENTS) as publisher,
    ):
        async with ways.client() as one:
            assert await ask(one, b"first", within=0) is None
        gone = await question()
        await replies(publisher, answer(gone, b"x"))
        await replies(publisher, answer(gone, b"and the publisher is still good"))


async def test_a_request_that_no_queue_takes_is_unroutable(ways: Ways) -> None:
    async with ways.client() as one, ways.client() as other, asked(other) as question:
        with pytest.raises(Unroutable):
            await one.request("", "no such queue", b"x", within=PATIENCE)
        assert await ask(one, b"goes on", within=0) is None
        assert (await question()).body == b"goes on"


async def test_a_refused_request_spoils_none_that_comes_after_it(ways: Ways) -> None:
    async with (
        ways.client() as one,
        ways.client() as other,
        asked(other) as question,
        ways.broker.publisher(names.EVENTS) as publisher,
    ):
        with pytest.raises(BrokerUnavailable):
            await one.request("no such exchange", "x", b"x", within=PATIENCE)
        task = asyncio.create_task(ask(one, b"goes on"))
        await replies(publisher, answer(await question(), b"yes"))
        found = await task
        assert found is not None and found.body == b"yes"


async def test_where_the_connection_is_lost_no_answer_is_waited_for(amqp_url: str) -> None:
    """The message is in its queue: that is another thing than one that was not sent."""
    await apply_topology(
        amqp_url, topology(("dpupr",), ("web",), broker_version=await broker_version(amqp_url))
    )
    url = URL(amqp_url)
    async with gate_to(url.host or "", url.port or 0) as gate:
        through = str(url.with_host("127.0.0.1").with_port(gate.port))
        async with client(through, "contract") as one:
            task = asyncio.create_task(ask(one, b"first", within=10 * PATIENCE))
            async with client(amqp_url, "contract, looking") as other:

                async def there() -> bool:
                    return (await other.waiting(names.CASES_QUEUE))[0] == 1

                await eventually_async(there)
            # Its confirm has come when a second one is answered on the same channel.
            assert await ask(one, b"second", within=0) is None
            gate.cut()
            async with asyncio.timeout(PATIENCE):
                assert await task is None
            with pytest.raises(BrokerUnavailable):
                await ask(one, b"third")
