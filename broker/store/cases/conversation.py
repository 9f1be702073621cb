"""What was said in cases, read in one statement however many they are."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from broker.domain.case import Said
from broker.ports import Told, Wanted
from broker.store.cases.reading import find_tracking
from broker.store.cases.rows import said_of_row
from broker.store.cases.tables import case_conversation
from schemas.limits import CONVERSATION_BYTES, CONVERSATION_NEWEST

_columns = case_conversation.c


def newest_of(complaints: Collection[UUID], connection: Connection) -> dict[UUID, tuple[Said, ...]]:
    """As much of it as is passed on (see ``broker.domain.case.newest``), oldest first.

    The database counts the bytes, so that nothing is read only to be left out.
    """
    if not complaints:
        return {}
    of_case, backwards = _columns.complaint_id, _columns.n.desc()
    mine = (
        select(
            _columns.complaint_id,
            _columns.n,
            func.row_number().over(partition_by=of_case, order_by=backwards).label("place"),
            func.sum(_columns.size).over(partition_by=of_case, order_by=backwards).label("bytes"),
        )
        .where(_columns.complaint_id.in_(complaints))
        .subquery("mine")
    )
    of_mine = (_columns.complaint_id == mine.c.complaint_id) & (_columns.n == mine.c.n)
    query = (
        select(_columns.complaint_id, _columns.said)
        .join(mine, of_mine)
        .where(mine.c.place <= CONVERSATION_NEWEST)
        .where(or_(mine.c.place == 1, mine.c.bytes <= CONVERSATION_BYTES))
        .order_by(_columns.complaint_id, _columns.n)
    )
    found: dict[UUID, list[Said]] = {}
    for complaint, said in connection.execute(query):
        found.setdefault(complaint, []).append(said_of_row(said))
    return {complaint: tuple(said) for complaint, said in found.items()}


def conversation(complaint: UUID, newest: int | None, connection: Connection) -> list[Said]:
    """What was said in one case, oldest first."""
    query = select(_columns.said).where(_columns.complaint_id == complaint)
    if newest is None:
        return [said_of_row(said) for said in connection.scalars(query.order_by(_columns.n))]
    last = query.order_by(_columns.n.desc()).limit(newest)
    return [said_of_row(said) for said in connection.scalars(last)][::-1]


def with_conversation(tracking: str, newest: int, wanted: Wanted, connection: Connection) -> Told:
    """A case by its tracking code, with what was said in it if it is wanted."""
    case = find_tracking(tracking, connection)
    if case is None:
        return None
    if not newest or (wanted is not None and not wanted(case)):
        return case, []
    return case, conversation(case.complaint_id, newest, connection)
