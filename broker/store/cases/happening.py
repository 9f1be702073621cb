"""What happened in a channel's cases, in the order in which it was recorded."""

from datetime import UTC, datetime
from itertools import chain

from sqlalchemy import JSON, ColumnElement, Connection, and_, cast, func, select

from broker.ports import Happened
from broker.store.cases.rows import entry_of, said_of_row
from broker.store.cases.tables import case_conversation, case_history, cases


def happened(
    channel: str, since: datetime, until: datetime, most: int, connection: Connection
) -> list[Happened]:
    """See the port ``CaseStore``.

    Whatever was recorded since then was recorded of a case that is open, or that ended since: so
    two indexes find the cases, and their histories are looked up by their key.
    """
    recorded = recorded_at(connection)
    query = (
        select(
            cases.c.complaint_id,
            cases.c.tracking,
            case_history.c.n,
            case_history.c.line,
            case_conversation.c.said,
        )
        .join(case_history, case_history.c.complaint_id == cases.c.complaint_id)
        .join(
            case_conversation,
            and_(
                case_conversation.c.complaint_id == case_history.c.complaint_id,
                case_conversation.c.n == case_history.c.n,
            ),
            isouter=True,
        )
        .where(cases.c.channel == channel)
        .where(recorded >= written(since), recorded < written(until))
        .order_by(recorded, cases.c.complaint_id, case_history.c.n)
        .limit(most)
    )
    still_open = query.where(cases.c.closed_at.is_(None))
    ended = query.where(cases.c.closed_at >= since)
    found = [
        Happened(
            row.complaint_id,
            row.tracking,
            row.n,
            entry_of(row.line),
            said_of_row(row.said) if row.said else None,
        )
        for row in chain(connection.execute(still_open), connection.execute(ended))
    ]
    found.sort(key=lambda one: (one.entry.recorded_at, one.complaint_id, one.n))
    return found[:most]


def recorded_at(connection: Connection) -> ColumnElement[str]:
    """Of a line, as it is written: the database reads the JSON, so that few lines leave it."""
    line = case_history.c.line
    if connection.dialect.name == "postgresql":
        return func.json_extract_path_text(cast(line, JSON), "recorded_at").collate("C")
    return func.json_extract(line, "$.recorded_at")


def written(moment: datetime) -> str:
    """As moments stand in a line: in UTC, so that their order is that of the texts."""
    return moment.astimezone(UTC).isoformat()
