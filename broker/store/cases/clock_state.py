"""What the store remembers of clocks. All of it runs in the database's thread."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from broker.ports import Anchor, ClockState, Mended
from broker.store.cases.tables import case_mends, case_progress, cases


def clock_state(connection: Connection) -> ClockState:
    """See the port."""
    row = connection.execute(select(case_progress)).first()
    holds = bool(connection.scalar(select(exists(select(cases.c.complaint_id)))))
    database, elsewhere = _server(connection)
    if row is None:
        return ClockState(holds_cases=holds, database=database, elsewhere=elsewhere)
    anchor = None
    if row.boot is not None and row.boot_seconds is not None and row.boot_moment is not None:
        anchor = Anchor(row.boot, row.boot_seconds, row.boot_moment)
    return ClockState(row.reached, row.vouched, anchor, row.began, holds, database, elsewhere)


def anchor(connection: Connection, anchor: Anchor) -> None:
    """See the port."""
    _progress(
        connection,
        boot=anchor.boot,
        boot_seconds=anchor.seconds,
        boot_moment=anchor.moment,
    )


def began(moment: datetime, connection: Connection) -> datetime:
    """See the port."""
    insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert
    first = insert(case_progress).values(one=1, began=moment)
    connection.execute(
        first.on_conflict_do_update(
            index_elements=["one"],
            set_={"began": first.excluded.began},
            where=case_progress.c.began.is_(None),
        )
    )
    found: datetime | None = connection.scalar(select(case_progress.c.began))
    return found or moment


def mend(connection: Connection, mended: Mended) -> Mended:
    """See the port."""
    _progress(connection, vouched=mended.at)
    locked = select(case_progress.c.reached).with_for_update()
    before: datetime | None = connection.scalar(locked)
    if before is not None and before > mended.at:
        _progress(connection, reached=mended.at)
    mended = replace(mended, watermark=before)
    said = {"at": mended.at, "by": mended.by, "reason": mended.reason, "watermark": before}
    connection.execute(case_mends.insert().values(**said))
    return mended


def mends(newest: int, connection: Connection) -> list[Mended]:
    """See the port."""
    rows = connection.execute(select(case_mends).order_by(case_mends.c.n.desc()).limit(newest))
    return [Mended(row.at, row.by, row.reason, row.watermark) for row in rows]


def _server(connection: Connection) -> tuple[datetime | None, bool]:
    """The server's clock, and whether it is that of another machine: by a socket of the file
    system neither side has an address, over loopback both have the same."""
    if connection.dialect.name == "sqlite":
        return None, False
    elsewhere = func.inet_server_addr().is_distinct_from(func.inet_client_addr())
    moment, other = connection.execute(select(func.clock_timestamp(), elsewhere)).one()
    return moment.astimezone(UTC), bool(other)


def _progress(connection: Connection, **columns: Any) -> None:
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(case_progress).values(one=1, **columns)
    excluded = {name: insert.excluded[name] for name in columns}
    connection.execute(insert.on_conflict_do_update(index_elements=["one"], set_=excluded))
