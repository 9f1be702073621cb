"""Complaints under load: publish them, note which were confirmed, find them again."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from broker.amqp.client import client
from broker.amqp.session import RabbitBroker
from broker.amqp.topology import apply_topology, broker_version
from broker.errors import BrokerUnavailable
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.messaging.topology import topology
from config.loading import load_rules
from schemas.complaint import SUBMITTED
from schemas.identifiers import complaint_id
from tests.acceptance.program import TOWN, Program
from tests.support.builders import an_event
from tests.support.eventually import eventually_async

CHANNEL = "web"
_BATCH = 250
Running = TypeVar("Running", bound=Program)
_TEXTS = ("sampah menumpuk", "jalan rusak parah", "lampu jalan mati", "halo apa kabar")


@dataclass(slots=True)
class Found:
    """Where complaints were found, and under which event ids."""

    events: dict[str, set[str]] = field(default_factory=dict)
    copies: Counter[str] = field(default_factory=Counter)
    parked: int = 0

    @property
    def duplicates(self) -> int:
        return sum(self.copies.values()) - len(self.copies)


def submitted(number: int) -> Outgoing:
    event = an_event(str(number), CHANNEL, text=f"{_TEXTS[number % len(_TEXTS)]} di Rias {number}")
    return Outgoing(names.INTAKE, CHANNEL, json.dumps(event).encode(), f"load-{number}", SUBMITTED)


def ids(numbers: Iterable[int]) -> set[str]:
    return {str(complaint_id(f"/channels/{CHANNEL}", str(number))) for number in numbers}


async def declare(url: str) -> None:
    rules = load_rules(TOWN)
    version = await broker_version(url)
    await apply_topology(url, topology(rules.agencies, rules.channels, broker_version=version))


async def publish(url: str, numbers: range, confirmed: set[int], pause: float = 0.0) -> None:
    """Publish in batches; through an outage it tries the same batch again, like any adapter."""
    rest = [list(numbers[start : start + _BATCH]) for start in range(0, len(numbers), _BATCH)]
    broker = RabbitBroker(url, name="load")
    while rest:
        try:
            async with broker.publisher(names.INTAKE) as outgoing:
                while rest:
                    await outgoing.publish([submitted(number) for number in rest[0]])
                    confirmed.update(rest.pop(0))
                    await asyncio.sleep(pause)
        except BrokerUnavailable:
            await asyncio.sleep(0.2)


async def find_all(url: str, config: Path = TOWN) -> Found:
    """Empty every queue that a complaint may be in."""
    found = Found()
    rules = load_rules(config)
    broker = RabbitBroker(url, name="finder")
    queues = [names.agency_queue(agency) for agency in rules.agencies] + [names.TRIAGE_QUEUE]
    async with client(url, "depths") as counting:
        depths = {queue: await counting.depth(queue) for queue in [*queues, names.PARKED_QUEUE]}
    found.parked = depths.pop(names.PARKED_QUEUE)
    for queue, depth in depths.items():
        if not depth:
            continue
        async with broker.session(queue, 1000) as session:
            seen = 0
            while seen < depth:
                batch = await session.take(1000)
                await session.acknowledge(batch)
                seen += len(batch)
                for message in batch:
                    event = json.loads(message.body)
                    if event["data"].get("role") == "lead":
                        found.copies[event["subject"]] += 1
                        found.events.setdefault(event["subject"], set()).add(event["id"])
    return found


async def depth(url: str, queue: str) -> int:
    async with client(url, "depth") as counting:
        return await counting.depth(queue)


async def intake_is_empty(url: str) -> bool:
    return await depth(url, names.ROUTER_QUEUE) == 0


async def stopped_at_the_end(
    url: str, running: Running, start: Callable[[], Running], within: float = 90
) -> Running:
    """Stop it once everything is routed; gives the one that was.

    Where little time is left to it on a busy machine, what it had in hand comes back when it has
    stopped: then it is started once more.
    """
    while True:
        await eventually_async(lambda: intake_is_empty(url), within=within)
        await asyncio.to_thread(running.stop)
        if await intake_is_empty(url):
            return running
        running = await asyncio.to_thread(start)
