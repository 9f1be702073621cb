"""A gateway in memory with parked messages."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from broker.memory import MemoryBroker
from broker.memory.parked import memory_parked
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.messaging.parking.park import park
from broker.ports import ParkedMessages
from gateway.desk.parked_room import ParkedRoom
from schemas.properties import Properties
from tests.unit.gateway.door import NOW, MemoryDoor

PLACE = "/meja/parkir"
BROKEN = b'{"text": "Lampu jalan mati",, "title": "<b>x</b>"}'
MENDED = json.dumps({"text": "Lampu jalan mati"})


@dataclass
class Parking:
    """The queue of what is parked, beside a door."""

    broker: MemoryBroker
    room: ParkedRoom
    fails: Exception | None = None
    """Why it cannot be opened."""

    async def add(
        self, body: bytes = BROKEN, reason: str = "broken-json", key: str = "web", id: str = "m"
    ) -> None:
        message = Incoming(body, names.INTAKE, key, Properties(message_id=id), False, 1)
        async with self.broker.publisher(names.PARKED_EXCHANGE) as publisher:
            await publisher.publish([park(message, reason, "line 1 <i>", NOW)])

    def bodies(self, queue: str) -> list[bytes]:
        return [message.body for message in self.broker.queues[queue].ready]

    async def ids(self) -> list[str]:
        listing = await self.room.listing(5.0, anew=True)
        assert listing is not None
        return [line.id for line in listing.lines]


def parking(door: MemoryDoor, broker: MemoryBroker) -> Parking:
    """Give a door its room for parked messages."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[ParkedMessages]:
        if made.fails is not None:
            raise made.fails
        async with memory_parked(broker) as messages:
            yield messages

    room = ParkedRoom(opened, lambda: NOW)
    door.world.parked = lambda: room
    made = Parking(broker, room)
    return made


async def audited(parked: Parking) -> list[dict[str, object]]:
    return [json.loads(body)["data"] for body in parked.bodies(names.AUDIT_STREAM)]


async def group_of(parked: Parking) -> tuple[str, str]:
    await parked.ids()
    listing = await parked.room.listing()
    assert listing is not None
    [group] = listing.groups.values()
    return f"{PLACE}/kelompok/{group.key}", group.mark
