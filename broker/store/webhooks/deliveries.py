"""What is done to deliveries, each on the connection of one transaction."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    delete,
    exists,
    func,
    literal,
    select,
    update,
)

from broker.ports.webhooks import Backlog, Delivery, Taken, Tried, Wanted
from broker.store.columns import Moment
from broker.store.webhooks.endpoints import is_held
from broker.store.webhooks.tables import deliveries

LOST_ACKNOWLEDGEMENT: Final = timedelta(hours=1)
"""What was delivered within it and comes back as redelivered is a repeat and nothing else."""
_LONGEST_ANSWER: Final = 200
_AT_ONCE: Final = 500
_WITHOUT_BODY: Final = [each for each in deliveries.columns if each.name != "body"]
_EARLIER: Final = deliveries.alias("earlier")


def take(
    connection: Connection, name: str, holder: str, events: Sequence[Taken], at: datetime
) -> int | None:
    if not is_held(connection, name, holder):
        return None
    for event in events:
        if _is_news(connection, name, event, at):
            connection.execute(deliveries.insert().values(_row(name, event, at)))
    waiting = select(func.count()).where(*_waiting(name))
    return int(connection.execute(waiting).scalar_one())


def due(
    connection: Connection, name: str, now: datetime, most: int, under_way: Collection[str]
) -> list[Delivery]:
    before = exists().where(
        _EARLIER.c.endpoint == name,
        _EARLIER.c.state == "waiting",
        _EARLIER.c.case == deliveries.c.case,
        _EARLIER.c.id < deliveries.c.id,
    )
    wanted = select(deliveries).where(*_waiting(name), deliveries.c.due <= now, ~before)
    if under_way:
        wanted = wanted.where(deliveries.c.case.not_in(under_way))
    wanted = wanted.order_by(deliveries.c.due, deliveries.c.id).limit(most)
    return [_delivery(row, row.body) for row in connection.execute(wanted)]


def tried(connection: Connection, one: Tried) -> bool:
    changed: dict[str, object] = {
        "state": one.state,
        "tries": deliveries.c.tries + 1,
        "first_tried": func.coalesce(deliveries.c.first_tried, literal(one.at, Moment)),
        "tried_at": one.at,
        "answer": one.answer[:_LONGEST_ANSWER],
        "due": one.due,
        "done_at": None if one.state == "waiting" else one.at,
    }
    if one.state == "parked":
        changed["body"] = None  # it lies among the parked messages, whole
    mine = update(deliveries).where(deliveries.c.id == one.id, deliveries.c.state == "waiting")
    return connection.execute(mine.values(changed)).rowcount > 0


def give_back(connection: Connection, ids: Sequence[int]) -> int:
    gone = 0
    for part in _parts(ids):
        mine = (deliveries.c.id.in_(part), deliveries.c.state == "waiting")
        gone += connection.execute(delete(deliveries).where(*mine)).rowcount
    return gone


def backlog(connection: Connection) -> list[Backlog]:
    wanted = (
        select(
            deliveries.c.endpoint,
            func.count(),
            func.min(deliveries.c.taken_at),
            func.min(deliveries.c.due),
        )
        .where(deliveries.c.state == "waiting")
        .group_by(deliveries.c.endpoint)
        .order_by(deliveries.c.endpoint)
    )
    return [Backlog(*row) for row in connection.execute(wanted)]


def listed(
    connection: Connection, wanted: Wanted, most: int, bodies: bool, oldest: bool
) -> list[Delivery]:
    columns = list(deliveries.columns) if bodies else _WITHOUT_BODY
    order = deliveries.c.id.asc() if oldest else deliveries.c.id.desc()
    query = select(*columns).where(*_those(wanted)).order_by(order).limit(most)
    return [_delivery(row, row.body if bodies else None) for row in connection.execute(query)]


def replay(connection: Connection, wanted: Wanted, now: datetime) -> int:
    there = (deliveries.c.state == "delivered", deliveries.c.body.is_not(None))
    again = update(deliveries).where(*_those(wanted), *there)
    afresh = {"state": "waiting", "due": now, "tries": 0, "first_tried": None, "done_at": None}
    return connection.execute(again.values(afresh)).rowcount


def forget_case(connection: Connection, case: str, without_person: Callable[[bytes], bytes]) -> int:
    mine = (deliveries.c.case == case, deliveries.c.body.is_not(None))
    query = select(deliveries.c.id, deliveries.c.body, deliveries.c.state).where(*mine)
    found = connection.execute(query.with_for_update()).all()
    for row in found:
        body = without_person(bytes(row.body)) if row.state == "waiting" else None
        one = update(deliveries).where(deliveries.c.id == row.id)
        connection.execute(one.values(body=body, properties="{}"))
    return len(found)


def forget(connection: Connection, before: datetime, most: int) -> int:
    old = select(deliveries.c.id).where(deliveries.c.done_at < before)
    old = old.order_by(deliveries.c.done_at).limit(most).with_for_update(skip_locked=True)
    return connection.execute(delete(deliveries).where(deliveries.c.id.in_(old))).rowcount


def _is_news(connection: Connection, name: str, event: Taken, at: datetime) -> bool:
    """Whether it is to be kept; what is there of it and is done makes room for it."""
    known = (deliveries.c.endpoint == name, deliveries.c.event_id == event.event_id)
    query = select(deliveries.c.id, deliveries.c.state, deliveries.c.done_at).where(*known)
    row = connection.execute(query).first()
    if row is None:
        return True
    if row.state == "waiting":
        return False
    if row.state == "delivered" and event.redelivered and at - row.done_at < LOST_ACKNOWLEDGEMENT:
        return False
    connection.execute(delete(deliveries).where(deliveries.c.id == row.id))
    return True


def _row(name: str, event: Taken, at: datetime) -> dict[str, object]:
    return {
        "endpoint": name,
        "event_id": event.event_id,
        "case": event.case,
        "type": event.type,
        "body": event.body,
        "properties": event.properties,
        "taken_at": at,
        "state": "waiting",
        "tries": 0,
        "due": at,
    }


def _waiting(name: str) -> tuple[ColumnElement[bool], ...]:
    return (deliveries.c.endpoint == name, deliveries.c.state == "waiting")


def _those(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.endpoint is not None:
        yield deliveries.c.endpoint == wanted.endpoint
    if wanted.state is not None:
        yield deliveries.c.state == wanted.state
    if wanted.event_id is not None:
        yield deliveries.c.event_id == wanted.event_id
    if wanted.since is not None:
        yield deliveries.c.taken_at >= wanted.since


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), _AT_ONCE):
        yield ids[first : first + _AT_ONCE]


def _delivery(row: Row[Any], body: bytes | None) -> Delivery:
    return Delivery(
        id=row.id,
        endpoint=row.endpoint,
        event_id=row.event_id,
        case=row.case,
        type=row.type,
        taken_at=row.taken_at,
        state=row.state,
        tries=row.tries,
        body=None if body is None else bytes(body),
        properties=row.properties,
        first_tried=row.first_tried,
        tried_at=row.tried_at,
        due=row.due,
        answer=row.answer,
        done_at=row.done_at,
    )
