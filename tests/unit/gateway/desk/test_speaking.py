"""What the desk says and hears, and what it does with parked messages, without RabbitMQ."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

from broker.memory import MemoryBroker
from broker.memory.client import memory_client
from broker.memory.parked import memory_parked
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.messaging.parking.park import park
from consumers.runtime.broker_address import BrokerAddress
from consumers.runtime.outside import Outside
from gateway.desk import parked as work
from gateway.desk.commands import Accepted, Rejected, Unheard, say, send_again
from gateway.desk.session import DeskSession
from schemas import verbs
from schemas.properties import Properties
from tests.support.eventually import PATIENCE, eventually_async
from tests.unit.broker.domain.case.story import NOTHING, RULES
from tests.unit.consumers.cases.office import Office

NOW = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)


def a_desk(office: Office) -> DeskSession:
    async def unused() -> None:
        raise AssertionError("the desk opens no store of its own")

    @asynccontextmanager
    async def reach() -> AsyncIterator[Outside]:
        yield Outside(
            BrokerAddress("memory:", None, private=False),
            broker=lambda _: office.broker,
            client=lambda _: memory_client(office.broker),
            open_cases=unused,  # type: ignore[arg-type]  # never called
            open_journal=unused,  # type: ignore[arg-type]  # never called
        )

    return DeskSession(RULES, office.clocks, office.store, office.clock, "memory", reach)


async def in_triage(office: Office) -> UUID:
    complaint = office.routes(NOTHING)

    async def known() -> bool:
        return await office.store.find(complaint) is not None

    await eventually_async(known)
    return complaint


async def test_what_counts_is_answered_with_the_case_as_it_is_now() -> None:
    office = Office()
    async with office.open():
        desk = a_desk(office)
        case = await desk.find(str(await in_triage(office)))
        assert case is not None
        answer = await say(
            desk, case, verbs.ASSIGNED, {"agency": "dpupr"}, by="sri", within=PATIENCE
        )
        assert isinstance(answer, Accepted)
        assert answer.case.agency == "dpupr"


async def test_what_is_refused_is_answered_with_the_reason() -> None:
    office = Office()
    async with office.open():
        desk = a_desk(office)
        case = await desk.find(str(await in_triage(office)))
        assert case is not None
        data = {"agency": "no-such-agency"}
        answer = await say(desk, case, verbs.ASSIGNED, data, by="sri", within=PATIENCE)
    assert answer == Rejected("unknown-agency", "agency: no agency has this code")


async def test_what_nobody_handles_in_time_is_said_so() -> None:
    office = Office()
    async with office.open():
        desk = a_desk(office)
        case = await desk.find(str(await in_triage(office)))
    assert case is not None
    answer = await say(desk, case, verbs.DISMISSED, {"reason": "ganda"}, by="sri", within=0.05)
    assert answer == Unheard()


async def test_what_is_sent_again_goes_to_its_queue_under_the_id_it_had() -> None:
    office = Office()
    async with office.open():
        desk = a_desk(office)
        case = await desk.find(str(await in_triage(office)))
        assert case is not None
        message = await send_again(desk, case)
    assert message is not None
    assert message.message_id == case.event_id


async def test_parked_messages_are_listed_given_back_and_discarded() -> None:
    broker: MemoryBroker = Office().broker
    for number, key in enumerate(("web", "sms")):
        message = Incoming(b"{", names.INTAKE, key, Properties(message_id=f"m-{number}"), False, 1)
        async with broker.publisher(names.PARKED_EXCHANGE) as publisher:
            await publisher.publish([park(message, "broken-json", "line 1", NOW)])
    async with memory_parked(broker) as messages:
        rows, more = await work.rows(messages, work.having("broken-json"), 1)
        assert ([row["from"] for row in rows], more) == (["complaints.intake/web"], 1)
    async with memory_parked(broker) as messages:
        done, failed = await work.give_back(messages, work.bearing(str(rows[0]["id"])))
        assert (done, sum(failed.values())) == (1, 0)
    async with memory_parked(broker) as messages:
        done, _ = await work.discard(messages, work.having(None), "test", "sri", NOW)
        assert done == 1
    async with memory_parked(broker) as messages:
        assert messages.count == 0
