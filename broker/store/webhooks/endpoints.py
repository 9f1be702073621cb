"""What is done to endpoints, each on the connection of one transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from broker.ports.webhooks import Endpoint, EndpointState
from broker.store.webhooks.tables import deliveries, endpoints

_LONGEST_WHY = 200


def add(connection: Connection, one: Endpoint) -> bool:
    if connection.execute(_of(one.name)).first() is not None:
        return False
    connection.execute(
        insert(endpoints).values(
            name=one.name,
            url=one.url,
            secret=one.secret,
            old_secret=one.old_secret,
            old_until=one.old_until,
            state=one.state,
            since=one.since,
            why=one.why,
            made_at=one.made_at,
            holder=one.holder,
            beat=one.beat,
        )
    )
    return True


def found(connection: Connection, name: str | None) -> list[Endpoint]:
    wanted = select(endpoints).order_by(endpoints.c.name) if name is None else _of(name)
    return [_endpoint(row) for row in connection.execute(wanted)]


def move(connection: Connection, name: str, url: str) -> bool:
    return connection.execute(_change(name).values(url=url)).rowcount > 0


def pause(connection: Connection, name: str, state: EndpointState, why: str, at: datetime) -> bool:
    changed = _change(name).where(endpoints.c.state == "active")
    return (
        connection.execute(changed.values(state=state, why=why[:_LONGEST_WHY], since=at)).rowcount
        > 0
    )


def resume(connection: Connection, name: str, at: datetime) -> bool:
    changed = _change(name).values(state="active", why=None, since=at)
    if not connection.execute(changed).rowcount:
        return False
    afresh = {"due": at, "tries": 0, "first_tried": None}
    waiting = (deliveries.c.endpoint == name, deliveries.c.state == "waiting")
    connection.execute(update(deliveries).where(*waiting).values(afresh))
    return True


def rotate(connection: Connection, name: str, secret: bytes, old_until: datetime) -> bool:
    changed = _change(name).values(
        old_secret=endpoints.c.secret, secret=secret, old_until=old_until
    )
    return connection.execute(changed).rowcount > 0


def end_old(connection: Connection, name: str) -> bool:
    changed = _change(name).where(endpoints.c.old_secret.is_not(None))
    return connection.execute(changed.values(old_secret=None, old_until=None)).rowcount > 0


def remove(connection: Connection, name: str) -> int | None:
    if connection.execute(_of(name).with_for_update()).first() is None:
        return None
    here = deliveries.c.endpoint == name
    waiting = select(func.count()).where(here, deliveries.c.state == "waiting")
    if many := connection.execute(waiting).scalar_one():
        return int(many)
    connection.execute(delete(deliveries).where(here))
    connection.execute(delete(endpoints).where(endpoints.c.name == name))
    return 0


def acquire(connection: Connection, name: str, holder: str, beat: int) -> bool:
    mine = _change(name).where(endpoints.c.state == "active", endpoints.c.beat == beat)
    return connection.execute(mine.values(holder=holder, beat=beat + 1)).rowcount > 0


def renew(connection: Connection, holder: str, names: Collection[str]) -> set[str]:
    held = select(endpoints.c.name).where(endpoints.c.name.in_(names), endpoints.c.holder == holder)
    mine = sorted(connection.scalars(held.order_by(endpoints.c.name).with_for_update()))
    if mine:
        beating = update(endpoints).where(endpoints.c.name.in_(mine))
        connection.execute(beating.values(beat=endpoints.c.beat + 1))
    return set(mine)


def release(connection: Connection, holder: str, names: Collection[str]) -> None:
    held = update(endpoints).where(endpoints.c.name.in_(names), endpoints.c.holder == holder)
    connection.execute(held.values(holder=None, beat=endpoints.c.beat + 1))


def is_held(connection: Connection, name: str, holder: str) -> bool:
    """Whether it is the holder's, and stays so until the transaction ends."""
    held = select(endpoints.c.holder).where(endpoints.c.name == name).with_for_update()
    return connection.scalars(held).first() == holder


def _of(name: str) -> Any:
    return select(endpoints).where(endpoints.c.name == name)


def _change(name: str) -> Any:
    return update(endpoints).where(endpoints.c.name == name)


def _endpoint(row: Row[Any]) -> Endpoint:
    return Endpoint(
        name=row.name,
        url=row.url,
        secret=bytes(row.secret),
        made_at=row.made_at,
        state=row.state,
        since=row.since,
        why=row.why,
        old_secret=None if row.old_secret is None else bytes(row.old_secret),
        old_until=row.old_until,
        holder=row.holder,
        beat=row.beat,
    )
