"""Whoever asks is told what became of an update, once it is recorded, and nobody else is."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from broker.errors import BrokerUnavailable
from broker.memory import MemoryBroker
from broker.memory.client import MemoryClient, memory_client
from broker.memory.session import MemoryPublisher
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.messaging.reply_to import PREFIX, made_up
from schemas.properties import Properties
from schemas.receipt import ReceivedData
from tests.support.eventually import PATIENCE, eventually_async
from tests.unit.broker.domain.case.story import HOUR, MONDAY, NOTHING, ROAD
from tests.unit.consumers.cases.office import Office


async def asks(
    client: MemoryClient, complaint: UUID | str, key: str, *, id: str = "u-1", **data: Any
) -> dict[str, Any]:
    """The data of the receipt of an update."""
    found = await client.request(
        names.UPDATES, key, body_of(complaint, key, id, data), within=PATIENCE
    )
    assert found is not None
    return told(found)


def body_of(complaint: UUID | str, key: str, id: str, data: dict[str, Any]) -> bytes:
    event = {
        "specversion": "1.0",
        "id": id,
        "source": f"/{key}",
        "type": f"complaint.{key.rpartition('.')[2]}.v1",
        "subject": str(complaint),
        "time": MONDAY.isoformat(),
        "data": data,
    }
    return json.dumps(event).encode()


def told(message: Incoming) -> dict[str, Any]:
    event = json.loads(message.body)
    assert event["type"] == message.properties.type == "complaint.received.v1"
    assert event["id"] == message.properties.message_id
    data: dict[str, Any] = event["data"]
    assert set(data) == set(ReceivedData.model_fields)
    ReceivedData.model_validate(data)
    return data


@asynccontextmanager
async def at_work(office: Office) -> AsyncIterator[MemoryClient]:
    async with office.keeping(), memory_client(office.broker) as client:
        yield client


async def test_what_counts_is_told_when_the_case_is_as_the_receipt_says(office: Office) -> None:
    complaint = office.routes(ROAD)
    async with at_work(office) as client:
        await office.becomes(complaint, "routed")
        receipt = await asks(client, complaint, "agency.dpupr.responded")
        case = await office.case(complaint)
    assert case.state == "responded"
    assert receipt == {
        "outcome": "accepted",
        "reason": None,
        "detail": None,
        "state": "responded",
        "agency": "dpupr",
        "complaint_id": str(complaint),
        "tracking": case.tracking,
        "warnings": [],
    }


async def test_a_repeat_is_told_to_be_one(office: Office) -> None:
    complaint = office.routes(ROAD)
    async with at_work(office) as client:
        await office.becomes(complaint, "routed")
        both = [await asks(client, complaint, "agency.dpupr.responded") for _ in range(2)]
    assert [each["outcome"] for each in both] == ["accepted", "repeated"]
    assert both[1]["state"] == "responded"


@pytest.mark.parametrize(
    ("key", "data", "reason"),
    [
        ("agency.dpupr.returned", {}, "bad-data"),
        ("agency.dpupr.dismissed", {"reason": "x"}, "wrong-speaker"),
        ("desk.sri.assigned", {"agency": "nobody"}, "unknown-agency"),
    ],
)
async def test_what_is_refused_is_told_with_the_reason_and_where_the_case_stands(
    office: Office, key: str, data: dict[str, Any], reason: str
) -> None:
    complaint = office.routes(ROAD)
    async with at_work(office) as client:
        await office.becomes(complaint, "routed")
        receipt = await asks(client, complaint, key, **data)
    assert (receipt["outcome"], receipt["reason"]) == ("refused", reason)
    assert receipt["detail"]
    assert (receipt["state"], receipt["agency"]) == ("routed", "dpupr")


async def test_an_agency_that_hands_a_case_back_hears_where_it_went(office: Office) -> None:
    complaint = office.routes(ROAD)
    async with at_work(office) as client:
        await office.becomes(complaint, "routed")
        key = "agency.dpupr.returned"
        receipt = await asks(client, complaint, key, reason="bukan kami", suggest="dlh")
        again = await asks(client, complaint, key, id="u-2", reason="bukan kami")
    assert (receipt["outcome"], receipt["agency"]) == ("accepted", "dlh")
    # From then on it is another's.
    assert (again["reason"], again["state"], again["agency"]) == ("not-your-case", None, None)


@pytest.mark.parametrize("key", ["agency.pln.resolved", "channel.sms.withdrawn"])
async def test_a_stranger_learns_nothing_of_the_case(office: Office, key: str) -> None:
    complaint = office.routes(ROAD)
    async with at_work(office) as client:
        await office.becomes(complaint, "routed")
        office.clock.moment += HOUR  # its word cannot have overtaken what makes the case its own
        receipt = await asks(client, complaint, key, note="x")
    assert (receipt["outcome"], receipt["reason"]) == ("refused", "not-your-case")
    assert (receipt["state"], receipt["agency"], receipt["tracking"]) == (None, None, None)


async def test_what_speaks_for_nobody_is_told_so(office: Office) -> None:
    complaint = office.routes(ROAD)
    async with at_work(office) as client:
        await office.becomes(complaint, "routed")
        receipt = await asks(client, complaint, "agency.resolved")
    assert (receipt["outcome"], receipt["reason"]) == ("refused", "bad-key")
    assert (receipt["state"], receipt["complaint_id"]) == (None, None)


async def test_what_waits_for_its_case_is_told_so_and_then_what_became_of_it(
    office: Office,
) -> None:
    complaint = office.routes(ROAD)
    echoes = list(office.broker.queues[names.CASES_QUEUE].ready)
    office.broker.queues[names.CASES_QUEUE].ready.clear()
    heard: list[dict[str, Any]] = []
    name = made_up(7)
    office.broker.askers[name] = lambda m: heard.append(json.loads(m.body)["data"])
    key = "agency.dpupr.responded"
    asking = Properties(reply_to=name, correlation_id="c")
    async with office.keeping():
        office.broker.put(names.UPDATES, key, body_of(complaint, key, "u-1", {}), asking)
        await eventually_async(lambda: [one["outcome"] for one in heard] == ["waiting"])
        for m in echoes:
            office.broker.put(m.exchange, m.routing_key, m.body, m.properties)
        await eventually_async(lambda: len(heard) == 2)
    assert [one["state"] for one in heard] == [None, "responded"]
    assert [one["outcome"] for one in heard] == ["waiting", "accepted"]


async def test_what_waited_in_vain_is_told_so(office: Office) -> None:
    heard: list[dict[str, Any]] = []
    name = made_up(7)
    office.broker.askers[name] = lambda m: heard.append(json.loads(m.body)["data"])
    asking = Properties(reply_to=name)
    key = "agency.dpupr.responded"
    async with office.keeping():
        office.broker.put(names.UPDATES, key, body_of(uuid4(), key, "u-1", {}), asking)
        await eventually_async(lambda: len(heard) == 1)
        await office.catches_up()
        office.clock.moment += HOUR
        await eventually_async(lambda: len(heard) == 2)
    assert [(one["outcome"], one["reason"]) for one in heard] == [
        ("waiting", None),
        ("refused", "unknown-case"),
    ]


async def test_a_message_on_which_the_program_fails_is_answered_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    complaint = office.routes(ROAD)
    async with at_work(office) as client:
        await office.becomes(complaint, "routed")
        monkeypatch.setattr("consumers.cases.batch.apply", fails)
        receipt = await asks(client, complaint, "agency.dpupr.responded")
    assert (receipt["outcome"], receipt["reason"]) == ("refused", "internal-error")


class Watched(MemoryBroker):
    """Keeps what is published straight to queues, and how often somebody connects to publish."""

    def __init__(self, office: Office) -> None:
        self.__dict__ = office.broker.__dict__
        self.straight: list[str] = []
        self.connected = 0

    def put(self, exchange: str, routing_key: str, body: bytes, properties: Properties) -> bool:
        if exchange == names.DEFAULT_EXCHANGE and routing_key != names.CASES_QUEUE:
            self.straight.append(routing_key)
        return super().put(exchange, routing_key, body, properties)

    @asynccontextmanager
    async def publisher(self, exchange: str) -> AsyncIterator[MemoryPublisher]:
        self.connected += 1
        async with super().publisher(exchange) as publisher:
            yield publisher


HOSTILE = [
    *(names.ROUTER_QUEUE, names.CASES_QUEUE, names.PARKED_QUEUE, "agency.dlh", "channel.web"),
    *("", "amq.rabbitmq.reply-to", PREFIX, PREFIX + "x", PREFIX + "!!!.x", PREFIX + "é.ü"),
    *(PREFIX + "a" * 230, PREFIX + "YQ==.YQ==", made_up(1) + ".x", made_up(1) + "\n", "\udcff"),
    *("\x1b[31m", "x" * 255, "amq.rabbitmq.reply-to.g1h2.\0"),
]


async def test_nothing_is_published_to_a_name_that_the_broker_has_not_made(office: Office) -> None:
    office.broker = watched = Watched(office)
    complaint = office.routes(ROAD)
    key = "agency.dpupr.acknowledged"
    async with office.keeping():
        for number, name in enumerate(HOSTILE):
            body = body_of(complaint, key, f"u-{number}", {})
            watched.put(names.UPDATES, key, body, Properties(reply_to=name, correlation_id=name))
        await eventually_async(
            lambda: (
                office.value("pintu_updates_total", verb="acknowledged", outcome="accepted")
                == len(HOSTILE)
            )
        )
    assert watched.straight == []
    assert watched.connected == 0


@pytest.mark.parametrize("correlation", ["", "x" * 255, "é" * 127, "\ufffd" * 255, "\udcff", "\0"])
async def test_whatever_the_correlation_id_is_the_receipt_can_be_published(
    office: Office, correlation: str
) -> None:
    heard: list[str | None] = []
    name = made_up(7)
    office.broker.askers[name] = lambda m: heard.append(m.properties.correlation_id)
    complaint = office.routes(ROAD)
    key = "agency.dpupr.acknowledged"
    async with office.keeping():
        await office.becomes(complaint, "routed")
        asking = Properties(reply_to=name, correlation_id=correlation)
        office.broker.put(names.UPDATES, key, body_of(complaint, key, "u-1", {}), asking)
        await eventually_async(lambda: len(heard) == 1)
    assert heard[0] is not None
    assert len(heard[0].encode()) <= 255
    if len(correlation.encode("utf-8", "replace")) <= 255 and correlation != "\udcff":
        assert heard == [correlation]


async def test_an_event_of_ours_is_not_answered(office: Office) -> None:
    office.broker = watched = Watched(office)
    complaint = office.routes(ROAD)
    queue = office.broker.queues[names.CASES_QUEUE].ready
    asking = [replace(m, properties=replace(m.properties, reply_to=made_up(1))) for m in queue]
    queue.clear()
    bad = replace(asking[0], body=b"{}")
    async with office.keeping():
        for m in (*asking, bad):
            watched.put(m.exchange, m.routing_key, m.body, m.properties)
        await office.becomes(complaint, "routed")
        await eventually_async(lambda: len(office.heard(names.PARKED_QUEUE)) == 1)
    assert watched.connected == 0


async def test_receipts_that_cannot_be_sent_hold_up_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fails(Watched):
        @asynccontextmanager
        async def publisher(self, exchange: str) -> AsyncIterator[MemoryPublisher]:
            async with super().publisher(exchange) as publisher:
                if self.connected == 1:
                    raise BrokerUnavailable("refused")
                yield publisher

    office.broker = Fails(office)
    complaint = office.routes(NOTHING)
    async with at_work(office) as client:
        await office.becomes(complaint, "triage")
        first = asyncio.create_task(
            asks(client, complaint, "desk.sri.assigned", agency="dpupr", id="u-1")
        )
        await office.becomes(complaint, "routed", "dpupr")
        assert (await first)["outcome"] == "accepted"
