"""Events while the webhooks, the receiver and RabbitMQ are killed in turn: each comes at least
once, in order for its case. Two processes on one PostgreSQL part the endpoints.

`WEBHOOK_EVENTS`: how many for each endpoint; more on demand.
"""

import asyncio
import json
import os
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from broker.amqp.client import client
from broker.ports.webhooks import Endpoint, Wanted
from broker.store.webhooks import open_webhook_store
from tests.acceptance.program import Program
from tests.chaos.load import declare, depth
from tests.support.eventually import eventually_async
from tests.support.nodes import OwnRabbit
from tests.support.receiver import Got, Receiver, Reply

EVENTS: Final = int(os.environ.get("WEBHOOK_EVENTS", "150"))
CASES: Final = 12
NAMES: Final = ("agency.dlh", "agency.dishub")


async def test_every_event_comes_at_least_once_and_in_order(
    own_rabbitmq: OwnRabbit, postgres_url: str, tmp_path: Path
) -> None:
    url, database = own_rabbitmq.url, postgres_url
    await declare(url)
    for name in (*NAMES, "parked"):
        await asyncio.to_thread(own_rabbitmq.wait_until_saved, name)
    sent = {name: events_of(name) for name in NAMES}
    # The first tries of some fail by themselves.
    receiver = Receiver(fails_now_and_then()).__enter__()
    store = await open_webhook_store(database)
    for name in NAMES:
        await store.add(Endpoint(name, f"{receiver.url}/{name}", b"s" * 32, datetime.now(UTC)))
    settings = {"DATABASE_URL": database, "MANAGEMENT_URL": own_rabbitmq.management_url or ""}

    async def started(name: str) -> Program:
        return await asyncio.to_thread(Program, "webhooks", url, tmp_path / name, **settings)

    receivers, programs = [receiver], [await started("one"), await started("two")]
    try:
        for number, part in enumerate(("program", "receiver", "rabbitmq", "program")):
            for name in NAMES:
                quarter = slice(number * EVENTS // 4, (number + 1) * EVENTS // 4)
                await publish(url, name, sent[name][quarter])
            await eventually_async(lambda: bool(receivers[-1].got), within=120)
            if part == "program":
                programs[0].kill()
                programs.append(await started(f"three-{number}"))
                programs.pop(0)
            elif part == "receiver":
                receivers[-1].close()
                again = Receiver(fails_now_and_then(), port=receiver.port).__enter__()
                receivers.append(again)
            else:
                await asyncio.to_thread(own_rabbitmq.kill)
                await asyncio.to_thread(own_rabbitmq.start)

        def all_came() -> bool:
            came = {got.id for one in receivers for got in one.got}
            return came == {id for name in NAMES for id, _ in sent[name]}

        await eventually_async(all_came, within=300)
        await eventually_async(lambda: nothing_waits(url, database), within=120)
        for one in programs:
            await asyncio.to_thread(one.stop)
        taken = {
            name: {
                one.event_id: one.id for one in await store.deliveries(Wanted(endpoint=name), 9_999)
            }
            for name in NAMES
        }
    finally:
        await store.close()
        receivers[-1].close()
        for one in programs:
            one.kill()
    for name in NAMES:
        order: dict[str, list[int]] = defaultdict(list)
        seen = set[str]()
        for got in (got for one in receivers for got in one.got if got.path.endswith(name)):
            if got.id not in seen:
                seen.add(got.id)
                order[got.event["subject"]].append(taken[name][got.id])
        # As they came out of the queue: RabbitMQ 3.10 may give again late what a dead consumer had.
        assert all(numbers == sorted(numbers) for numbers in order.values()), order
    assert await depth(url, "parked") == 0


def events_of(name: str) -> list[tuple[str, bytes]]:
    """Id and body of each."""
    made = []
    for n in range(EVENTS):
        id = str(uuid5(NAMESPACE_URL, f"{name} {n}"))
        event = {
            "specversion": "1.0",
            "id": id,
            "source": "/pintu/cases",
            "type": "complaint.routed.v1",
            "subject": str(uuid5(NAMESPACE_URL, f"{name} case {n % CASES}")),
            "data": {"n": n},
        }
        made.append((id, json.dumps(event).encode()))
    return made


async def publish(url: str, name: str, events: list[tuple[str, bytes]]) -> None:
    async with client(url, "test") as ours:
        for id, body in events:
            await ours.publish("", name, body, message_id=id)


def fails_now_and_then() -> Callable[[Got], Reply]:
    asked = 0

    def answer(_: Got) -> Reply:
        nonlocal asked
        asked += 1
        return Reply(503 if asked % 17 == 0 else 204)

    return answer


async def nothing_waits(url: str, database: str) -> bool:
    store = await open_webhook_store(database)
    try:
        waits = await store.deliveries(Wanted(state="waiting"), 1)
    finally:
        await store.close()
    return not waits and not any([await depth(url, name) for name in NAMES])
