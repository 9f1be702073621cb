"""Endpoints that hear of events by POST, and what is on its way to them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

EndpointState = Literal["active", "paused", "off"]
DeliveryState = Literal["waiting", "delivered", "parked"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the events of one queue go.

    ``name``: the queue, ``agency.<code>`` or ``channel.<channel>``. ``secret``: with which is
    signed; ``old_secret``: with which is signed too, up to ``old_until``. ``state``: ``paused`` by
    an operator, ``off`` since the endpoint said so; ``since`` and ``why`` tell of it. ``holder``:
    the process that serves it; ``beat`` grows while that one lives.
    """

    name: str
    url: str
    secret: bytes = field(repr=False)
    made_at: datetime
    state: EndpointState = "active"
    since: datetime | None = None
    why: str | None = None
    old_secret: bytes | None = field(default=None, repr=False)
    old_until: datetime | None = None
    holder: str | None = None
    beat: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """An event as it came out of its queue.

    ``case``: events with the same one stay in order. ``properties``: what it came with, as JSON
    (broker.messaging.parking.properties_json). ``redelivered``: RabbitMQ had given it out before.
    """

    event_id: str
    case: str
    type: str
    body: bytes
    properties: str
    redelivered: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to an endpoint, or there.

    ``body``: None once it is not kept any more. ``first_tried``: from which the days are counted
    after which it is parked. ``due``: when it is tried next, None where it waits for nothing.
    ``answer``: what the last try came to, in words.
    """

    id: int
    endpoint: str
    event_id: str
    case: str
    type: str
    taken_at: datetime
    state: DeliveryState = "waiting"
    tries: int = 0
    body: bytes | None = None
    properties: str = "{}"
    first_tried: datetime | None = None
    tried_at: datetime | None = None
    due: datetime | None = None
    answer: str | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """What one try came to: ``state`` afterwards; ``due``: the next try of what waits on."""

    id: int
    at: datetime
    state: DeliveryState
    answer: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for one endpoint: how many events, since when the oldest, and when the first
    of them is due."""

    endpoint: str
    waiting: int
    oldest: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries: of one endpoint, in one state, of one event, taken since a moment."""

    endpoint: str | None = None
    state: DeliveryState | None = None
    event_id: str | None = None
    since: datetime | None = None


class WebhookStore(Protocol):
    """Every method may raise StoreUnavailable."""

    async def add(self, endpoint: Endpoint) -> bool:
        """Keep a new endpoint; False where there is one of that name."""

    async def endpoint(self, name: str) -> Endpoint | None:
        """One of them."""

    async def endpoints(self) -> list[Endpoint]:
        """All of them, by name."""

    async def move(self, name: str, url: str) -> bool:
        """It is reached at another address from now on; False where there is none."""

    async def pause(self, name: str, state: EndpointState, why: str, at: datetime) -> bool:
        """It gets nothing from now on: ``paused`` or ``off``. False where it was not active."""

    async def resume(self, name: str, at: datetime) -> bool:
        """It is active; what waits is due now, and is tried as if for the first time. False where
        there is none."""

    async def rotate(self, name: str, secret: bytes, old_until: datetime) -> bool:
        """Sign with another secret, and up to then with the present one too; False for none."""

    async def end_old(self, name: str) -> bool:
        """Sign with the present secret alone; False where that was so, or there is none."""

    async def remove(self, name: str) -> int | None:
        """Remove an endpoint and what was delivered to it, unless something waits: gives how many
        events do, 0 once it is gone, None where there is none."""

    async def acquire(self, name: str, holder: str, beat: int) -> bool:
        """Serve an endpoint, for as long as ``renew`` says so: it is active, and nobody has moved
        its ``beat`` since that was read."""

    async def renew(self, holder: str, names: Collection[str]) -> set[str]:
        """Which of these the holder has still; their ``beat`` grows."""

    async def release(self, holder: str, names: Collection[str]) -> None:
        """Others may serve these at once."""

    async def take(
        self, name: str, holder: str, events: Sequence[Taken], at: datetime
    ) -> int | None:
        """Keep events behind those that wait, all in one transaction; gives how many wait then.

        None, and nothing is kept, where the endpoint is not the holder's any more. An event that
        waits already is not kept twice. One that was delivered goes out again, unless it was
        delivered not long before and comes back only because its acknowledgement was lost; one
        that was parked goes out again.
        """

    async def due(
        self, name: str, now: datetime, most: int, under_way: Collection[str] = ()
    ) -> list[Delivery]:
        """What is to be tried now, in order: of each case only what nothing waits before, and
        nothing of the cases that are ``under_way``."""

    async def tried(self, tried: Tried) -> bool:
        """Record a try; False where it does not wait any more."""

    async def give_back(self, ids: Sequence[int]) -> int:
        """Drop deliveries that wait: they are in their queue again."""

    async def backlog(self) -> list[Backlog]:
        """Of every endpoint for which something waits."""

    async def deliveries(
        self, wanted: Wanted, most: int, *, bodies: bool = False, oldest: bool = False
    ) -> list[Delivery]:
        """Deliveries, newest first unless the ``oldest`` are to be; without bodies unless these
        are asked for."""

    async def replay(self, wanted: Wanted, now: datetime) -> int:
        """What was delivered, and is still kept, waits again, due now; gives how many."""

    async def forget_case(self, case: str, without_person: Callable[[bytes], bytes]) -> int:
        """What waits of a case goes out as ``without_person`` leaves it; of the rest no body
        stays. Gives how many deliveries had one."""

    async def vacuum(self) -> str | None:
        """Write anew what was removed from, so that nothing of it stays on the disk; why that could
        not be done just now, None where it was."""

    async def forget(self, before: datetime, most: int) -> int:
        """Drop at most ``most`` deliveries that were done before then; gives how many."""

    async def check(self) -> None:
        """Raises StoreUnavailable unless the store can be written now."""

    async def close(self) -> None: ...
