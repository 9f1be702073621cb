"""What the desk says and hears, and what it does with parked messages, without RabbitMQ."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from broker.errors import NotPermitted
from broker.memory import MemoryBroker
from broker.memory.client import MemoryClient, memory_client
from broker.memory.journal import MemoryJournal
from broker.memory.parked import memory_parked
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.messaging.parking.park import park
from consumers.cases.receipts import Receipts
from consumers.runtime.broker_address import BrokerAddress
from consumers.runtime.outside import Outside
from gateway.desk import parked as work
from gateway.desk.commands import Accepted, Rejected, Unchanged, Unheard, say, send_again
from gateway.desk.session import DeskSession
from schemas import verbs
from schemas.properties import Properties
from tests.support.eventually import PATIENCE, eventually_async
from tests.unit.broker.domain.case.story import NOTHING, RULES
from tests.unit.consumers.cases.office import Office

NOW = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)


def a_desk(office: Office) -> DeskSession:
    journal = MemoryJournal()

    async def routed_before() -> MemoryJournal:
        return journal

    async def unused() -> None:
        raise AssertionError("the desk opens no store of its own")

    @asynccontextmanager
    async def reach() -> AsyncIterator[Outside]:
        yield Outside(
            BrokerAddress("memory:", None, private=False),
            broker=lambda _: office.broker,
            client=lambda _: memory_client(office.broker),
            open_cases=unused,  # type: ignore[arg-type]  # never called
            open_journal=routed_before,
            open_parked=unused,  # type: ignore[arg-type]  # never called
            open_gateway=unused,  # type: ignore[arg-type]  # never called
            open_mail=unused,  # type: ignore[arg-type]  # never called
            open_webhooks=unused,  # type: ignore[arg-type]  # never called
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


async def test_the_store_is_not_asked_again_and_again_while_nobody_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = Office()
    async with office.open():
        desk = a_desk(office)
        case = await desk.find(str(await in_triage(office)))
    assert case is not None
    asked: list[str] = []
    for question in ("lines", "history", "find"):
        monkeypatch.setattr(office.store, question, counting(office.store, question, asked))
    data = {"reason": "ganda"}
    assert await say(desk, case, verbs.DISMISSED, data, by="sri", within=0.5) == Unheard()
    assert len(asked) <= 3


def counting(store: object, name: str, asked: list[str]) -> Callable[..., Any]:
    question = getattr(store, name)

    def ask(*args: object) -> Any:
        asked.append(name)
        return question(*args)

    return ask


async def test_a_desk_that_may_not_listen_hears_why_it_was_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refused(*_: object, **__: object) -> str:
        raise NotPermitted("may not listen")

    monkeypatch.setattr(MemoryClient, "tap", refused)
    office = Office()
    async with office.open():
        desk = a_desk(office)
        case = await desk.find(str(await in_triage(office)))
        assert case is not None
        data = {"agency": "no-such-agency"}
        answer = await say(desk, case, verbs.ASSIGNED, data, by="sri", within=5.0)
    assert isinstance(answer, Rejected)


async def test_a_case_consumer_that_gives_no_receipts_is_found_out_from_the_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Receipts, "__call__", lambda *_: None)
    office = Office()
    async with office.open():
        desk = a_desk(office)
        case = await desk.find(str(await in_triage(office)))
        assert case is not None
        answer = await say(desk, case, verbs.ASSIGNED, {"agency": "dpupr"}, by="sri", within=0.5)
    assert isinstance(answer, Accepted)
    assert answer.case.agency == "dpupr"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"data": {"outcome": "repeated"}}', Accepted),
        (b'{"data": {"outcome": "unchanged"}}', Unchanged),
        (b'{"data": {"outcome": "refused", "reason": "closed"}}', Rejected),
        (b'{"data": {"outcome": "waiting"}}', Unheard),
        (b'{"data": {"outcome": "something new"}}', Unheard),
        (b"{", Unheard),
    ],
)
async def test_whatever_a_receipt_says_is_understood(
    data: bytes, expected: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answered(*_: object, **__: object) -> Incoming:
        return Incoming(data, "", "", Properties(), False, 0)

    office = Office()
    async with office.open():
        desk = a_desk(office)
        case = await desk.find(str(await in_triage(office)))
    assert case is not None
    monkeypatch.setattr(MemoryClient, "request", answered)
    answer = await say(desk, case, verbs.DISMISSED, {"reason": "x"}, by="sri", within=1)
    assert isinstance(answer, expected)


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


async def test_several_parked_messages_are_discarded_at_once_and_no_other() -> None:
    broker: MemoryBroker = Office().broker
    for number in range(4):
        message = Incoming(
            b"{", names.INTAKE, "web", Properties(message_id=f"m-{number}"), False, 1
        )
        async with broker.publisher(names.PARKED_EXCHANGE) as publisher:
            await publisher.publish([park(message, "broken-json", "line 1", NOW)])
    async with memory_parked(broker) as messages:
        rows, _ = await work.rows(messages, work.having(None), 9)
    ids = [str(row["id"]) for row in rows]
    async with memory_parked(broker) as messages:
        done, failed = await work.discard(messages, work.bearing(*ids[1:]), "test", "sri", NOW)
        assert (done, sum(failed.values())) == (3, 0)
    async with memory_parked(broker) as messages:
        rows, _ = await work.rows(messages, work.having(None), 9)
        assert [row["id"] for row in rows] == ids[:1]
