"""Questions to the case store outside of any transaction. They run in the database's thread."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, DateTime, Select, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from broker.domain.case import Case, Entry, State
from broker.store.cases.rows import case_of, digest, entry_of
from broker.store.cases.tables import (
    case_causes,
    case_history,
    case_owed,
    case_progress,
    case_texts,
    cases,
)

_WHOLE: Final = select(cases.c.record, case_texts.c.complaint).join(
    case_texts, case_texts.c.complaint_id == cases.c.complaint_id, isouter=True
)


def watermark(connection: Connection) -> datetime | None:
    return connection.scalar(select(case_progress.c.reached))


def next_due(connection: Connection) -> datetime | None:
    """The beginning of an index: ``min`` over a partial one is not always seen as that."""
    query = select(cases.c.next_due).where(cases.c.next_due.is_not(None))
    return connection.scalar(query.order_by(cases.c.next_due).limit(1))


def find(complaint: UUID, connection: Connection) -> Case | None:
    return _first(connection, _WHOLE.where(cases.c.complaint_id == complaint))


def find_tracking(tracking: str, connection: Connection) -> Case | None:
    query = _WHOLE.where(cases.c.tracking == tracking)
    return _first(connection, query.order_by(cases.c.opened_at.desc()).limit(1))


def find_event(event: str, connection: Connection) -> Case | None:
    """No index leads there: it is asked by hand, seldom, and goes through all that there is."""
    cause = select(case_causes.c.complaint_id).where(case_causes.c.cause == digest(event))
    found = connection.scalar(cause.limit(1))
    if found is None:
        place = func.strpos if connection.dialect.name == "postgresql" else func.instr
        line = select(case_history.c.complaint_id)
        line = line.where(place(case_history.c.line, f'"{event}"') > 0)
        found = connection.scalar(line.limit(1))
    return None if found is None else find(found, connection)


def history(complaint: UUID, newest: int | None, connection: Connection) -> list[Entry]:
    query = select(case_history.c.line).where(case_history.c.complaint_id == complaint)
    if newest is None:
        return [entry_of(line) for line in connection.scalars(query.order_by(case_history.c.n))]
    last = query.order_by(case_history.c.n.desc()).limit(newest)
    return [entry_of(line) for line in connection.scalars(last)][::-1]


def lines(complaint: UUID, connection: Connection) -> int:
    query = select(cases.c.lines).where(cases.c.complaint_id == complaint)
    return connection.scalar(query) or 0


def counts(connection: Connection) -> list[tuple[str | None, State, int]]:
    """One walk along an index that holds all that is asked for."""
    query = select(cases.c.agency, cases.c.state, func.count())
    rows = connection.execute(query.group_by(cases.c.agency, cases.c.state))
    return [(agency, State(state), count) for agency, state, count in rows]


def overdue(at: datetime, connection: Connection) -> list[tuple[str | None, str, int]]:
    """Costs what is overdue, not what is open."""
    query = select(case_owed.c.agency, case_owed.c.clock, func.count())
    query = query.where(case_owed.c.due_at < at)
    rows = connection.execute(query.group_by(case_owed.c.agency, case_owed.c.clock))
    return [(agency, clock, count) for agency, clock, count in rows]


def oldest_in_triage(connection: Connection) -> tuple[datetime | None]:
    """Costs what is in triage: no column tells since when a case is there, its record does."""
    placed_at: ColumnElement[Any] = func.json_extract(cases.c.record, "$.placed_at")  # in UTC
    if connection.dialect.name == "postgresql":
        placed_at = cast(cast(cases.c.record, JSONB)["placed_at"].astext, DateTime(timezone=True))
    query = select(func.min(placed_at)).where(cases.c.agency.is_(None))
    found = connection.scalar(query.where(cases.c.state == State.TRIAGE.value))
    return (datetime.fromisoformat(found) if isinstance(found, str) else found,)


def _first(connection: Connection, query: Select[Any]) -> Case | None:
    row = connection.execute(query).first()
    return None if row is None else case_of(row.record, row.complaint)
