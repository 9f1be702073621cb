"""Whether the store is older than what lies in RabbitMQ: a backup that was restored.

The audit trail says what the case consumer did. What it did after the moment up to which the
store was read, and the store does not know, the store has lost: the queues do not have it any more,
answers to it would be parked as `unknown-case`, and rungs would fire twice.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from broker.amqp.stream import AuditStream, audit_stream
from broker.errors import NotPermitted, Unroutable
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.ports import CaseStore
from consumers.runtime.outside import Outside
from consumers.runtime.service import Service
from schemas import verbs
from schemas.envelope import CASES

log = structlog.get_logger()

MEND: Final = "pintu audit replay"
OLDER: Final = (
    f"the store is older than the audit trail: a backup was restored, or another store is in its"
    f" place. Nothing is read until it was brought up to date: {MEND}"
)
_LOOK_AGAIN: Final = 5.0
_READ: Final = 2_000
"""Messages at the end of the trail that are looked through."""
_NEWEST: Final = 50
"""Of what the case consumer did, so much is compared."""
_QUIET: Final = 0.1
_EMPTY: Final = 0.25
"""Seconds: the very end of the trail does not matter here, and whoever starts waits for it."""
_TRIES: Final = 2
"""A batch that was published and not recorded (a crash) lies in the queue, and its messages come
again one by one: so many moments of handling may be unknown while it is not empty."""
_SAID: Final = frozenset(
    (verbs.OPENED, verbs.MOVED, *verbs.AGENCY_UPDATES, *verbs.DESK_UPDATES, *verbs.CHANNEL_UPDATES)
)


@dataclass(frozen=True, slots=True)
class Done:
    """Something that the case consumer did to a case, and when."""

    complaint: UUID
    at: datetime


async def is_up_to_date(service: Service, outside: Outside, store: CaseStore) -> bool:
    """Wait until the store is not older than the audit trail; False where the process is told to
    stop first.

    An empty store is told of and taken: it may be meant to be. In a demonstration nobody looks,
    whose clock RabbitMQ does not have.
    """
    if service.settings.clock_speed != 1:
        return True
    said = False
    while not service.stop.is_set():
        behind = await service.patiently(lambda: _behind(outside, store), "store")
        if not behind:
            if said:
                log.info("store.up_to_date")
            return behind is not None
        if not (await store.clock_state()).holds_cases:
            log.warning("store.empty", note=f"the audit trail has cases; were they lost: {MEND}")
            return True
        service.health.fails("store", OLDER)
        if not said:
            log.error("store.older", error=OLDER, mend=MEND, http=service.url)
        said = True
        await service.sleep(_LOOK_AGAIN)
    return False


async def _behind(outside: Outside, store: CaseStore) -> bool:
    """Raises BrokerUnavailable, StoreUnavailable."""
    reached = await store.watermark()
    try:
        async with (
            audit_stream(outside.address.url, "pintu cases, age") as stream,
            outside.client("pintu cases, age") as client,
        ):
            waiting, consumers = await client.waiting(names.CASES_QUEUE)
            if consumers:
                return False  # another instance works, on this store or on its own
            done = await _done_since(stream, reached)
    except Unroutable:
        return False  # the topology is told of elsewhere
    except NotPermitted as why:
        log.warning("store.not_compared", error=str(why))
        return False
    unknown = [one for one in done if not await _known(store, one)]
    return lacks(done, unknown, waiting)


def lacks(done: Sequence[Done], unknown: Sequence[Done], waiting: int) -> bool:
    """Whether the store has lost what it does not know of all that was done: ``waiting`` messages
    in the queue of the cases may be what a crash left of it."""
    if 2 * len(unknown) <= len(done):
        return False
    return not waiting or len({one.at for one in unknown}) > _TRIES


async def _done_since(stream: AuditStream, moment: datetime | None) -> Sequence[Done]:
    """The newest of what was done after that moment."""
    newest = await stream.newest(_QUIET, _EMPTY)
    if newest is None:
        return ()
    found: dict[str, Done] = {}
    async for some in stream.read(max(newest - _READ, 0), upto=newest):
        for one in some:
            event = _done(one.message)
            if event is not None and (moment is None or event[1].at > moment):
                # What is said again was done then.
                found.pop(event[0], None)
                found[event[0]] = event[1]
        while len(found) > _NEWEST:
            del found[next(iter(found))]
    return list(found.values())


def _done(message: Incoming) -> tuple[str, Done] | None:
    if message.exchange != names.EVENTS or message.routing_key.partition(".")[0] not in _SAID:
        return None
    try:
        event = json.loads(message.body)
        if event["source"] != CASES:
            return None
        done = Done(UUID(event["data"]["complaint_id"]), datetime.fromisoformat(event["time"]))
        return str(event["id"]), done
    except (ValueError, KeyError, TypeError):
        return None


async def _known(store: CaseStore, done: Done) -> bool:
    return any(line.recorded_at == done.at for line in await store.history(done.complaint))
