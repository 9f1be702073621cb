"""Lines of histories that say that a case was not where it belongs."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, or_, select

from broker.domain.case import Entry
from broker.ports import Moved
from broker.store.cases.happening import recorded_at, written
from broker.store.cases.rows import entry_of
from broker.store.cases.tables import MOST_AT_ONCE, case_history, cases
from schemas import verbs

_WHAT: Final = (verbs.RETURNED, verbs.ASSIGNED)
_Line = tuple[UUID, str, int, Entry]


def moves(since: datetime, until: datetime, most: int, connection: Connection) -> list[Moved]:
    """See the port ``CaseStore``."""
    lines = _lines(since, until, most, connection)
    before = _topics({line[0] for line in lines}, connection)
    return [
        Moved(complaint, tracking, entry, _topic(before[complaint], n))
        for complaint, tracking, n, entry in lines
    ]


def _lines(since: datetime, until: datetime, most: int, connection: Connection) -> list[_Line]:
    """A case whose history has one line has not moved; of the others the database looks for the
    verb as it is written, since reading each line as JSON takes five times as long."""
    recorded = recorded_at(connection)
    line = case_history.c.line
    query = (
        select(cases.c.complaint_id, cases.c.tracking, case_history.c.n, line)
        .join(case_history, case_history.c.complaint_id == cases.c.complaint_id)
        .where(cases.c.lines > 1, case_history.c.n > 0)
        .where(or_(*(line.contains(f'"what":"{verb}"', autoescape=True) for verb in _WHAT)))
        .where(recorded >= written(since), recorded < written(until))
        .order_by(recorded.desc())
        .limit(most)
    )
    still_open = connection.execute(query.where(cases.c.closed_at.is_(None)))
    ended = connection.execute(query.where(cases.c.closed_at >= since))
    found: list[_Line] = [
        (row.complaint_id, row.tracking, row.n, entry_of(row.line))
        for row in chain(still_open, ended)
    ]
    # What somebody gave as a reason may look like a verb.
    moved = [one for one in found if one[3].what in _WHAT]
    return sorted(moved, key=lambda one: one[3].recorded_at, reverse=True)[:most]


def _topics(
    complaints: Iterable[UUID], connection: Connection
) -> dict[UUID, list[tuple[int, str | None]]]:
    """Of each case the lines that say what it was taken to be about, in order."""
    found: dict[UUID, list[tuple[int, str | None]]] = {one: [] for one in complaints}
    ids = list(found)
    for first in range(0, len(ids), MOST_AT_ONCE):
        some = ids[first : first + MOST_AT_ONCE]
        query = (
            select(case_history.c.complaint_id, case_history.c.n, case_history.c.line)
            .where(case_history.c.complaint_id.in_(some))
            .order_by(case_history.c.complaint_id, case_history.c.n)
        )
        for row in connection.execute(query):
            detail = entry_of(row.line).detail
            if "rule" in detail:
                found[row.complaint_id].append((row.n, detail.get("topic")))
    return found


def _topic(decided: list[tuple[int, str | None]], n: int) -> str | None:
    return next((topic for at, topic in reversed(decided) if at < n), None)
