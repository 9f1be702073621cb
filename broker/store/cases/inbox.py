"""The port ``Inbox`` on SQL. All but the class runs in the database's thread.

An agency may hold a hundred thousand cases: what costs as much as it holds is read from an index
alone, and only the cases of one page are read whole.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, true, tuple_

from broker.domain.case import Case, State
from broker.domain.case.inbox import Place, Tab, tabs_of
from broker.domain.clocks import RESOLUTION
from broker.store.cases.mentioning import mentioning
from broker.store.cases.rows import case_of
from broker.store.cases.tables import case_owed, case_texts, cases

T = TypeVar("T")

_WHOLE: Final = select(cases.c.complaint_id, cases.c.record, case_texts.c.complaint).join(
    case_texts, case_texts.c.complaint_id == cases.c.complaint_id, isouter=True
)
_STATES: Final = {Tab.WAITING: State.HELD, Tab.ANSWERED: State.RESOLVED, Tab.CLOSED: State.CLOSED}
_STEP: Final = 500
"""Cases that another agency leads that are looked into at a time."""
_SELDOM: Final = 4
"""New cases are looked up one by one where fewer than one in so many owed ones is new."""


class Reads(Protocol):
    """How the store asks its database."""

    def __call__(self, question: Callable[[Connection], T]) -> Awaitable[T]: ...


class SqlInbox:
    """Implements the port; ``read`` asks the database."""

    def __init__(self, read: Reads) -> None:
        self._read = read

    async def counts(self, agency: str, at: datetime) -> Mapping[Tab, int]:
        """See the port."""
        return await self._read(partial(counts, agency, at))

    async def page(
        self, agency: str, tab: Tab, at: datetime, most: int, after: Place | None = None
    ) -> Sequence[Case]:
        """See the port."""
        if tab in _STATES:
            return await self._read(partial(_by_state, agency, tab, most, after))
        if tab is Tab.NEW:
            return await self._read(partial(_new, agency, at, most, after))
        return await self._read(partial(_owed, agency, tab, at, most, after))

    async def mentioning(self, agency: str, words: str, most: int) -> Sequence[Case]:
        """See the port."""
        return await self._read(partial(mentioning, agency, words, most))


def counts(agency: str, at: datetime, connection: Connection) -> dict[Tab, int]:
    """By two walks along indexes, and the few cases that another agency leads."""
    by_state = select(cases.c.state, func.count()).where(cases.c.agency == agency)
    rows = connection.execute(by_state.group_by(cases.c.state))
    lead = {State(state): count for state, count in rows}
    late, due, others = _debts(agency, at, connection)
    unseen = len(_unseen(agency, at, others, connection))
    return {
        Tab.NEW: lead.get(State.ROUTED, 0) + unseen,
        Tab.DUE: due,
        Tab.LATE: late,
        **{tab: lead.get(state, 0) for tab, state in _STATES.items()},
    }


def _debts(agency: str, at: datetime, connection: Connection) -> tuple[int, int, list[UUID]]:
    """Late, due, and the ids of those cases in which the agency supports: who leads owes the
    resolution as well, or it is looked at what the case says."""
    leads = case((case_owed.c.clock == RESOLUTION.name, 1), else_=0)
    each = select(
        case_owed.c.complaint_id.label("id"),
        func.min(case_owed.c.due_at).label("first"),
        func.max(leads).label("leads"),
    )
    each = each.where(case_owed.c.agency == agency).group_by(case_owed.c.complaint_id)
    debts = each.cte("debts")  # walked along once, for both
    late = func.sum(case((debts.c.first < at, 1), else_=0))
    total = select(func.count().label("all"), late.label("late")).select_from(debts).subquery()
    others = select(debts.c.id).where(debts.c.leads == 0).subquery()
    query = select(total.c.all, total.c.late, others.c.id)
    rows = connection.execute(query.select_from(total.outerjoin(others, true()))).all()
    late_ones = int(rows[0].late or 0)
    return late_ones, rows[0].all - late_ones, [row.id for row in rows if row.id is not None]


def _unseen(
    agency: str, at: datetime, perhaps: Sequence[UUID], connection: Connection
) -> list[UUID]:
    """Those of these that others lead and the agency has not acknowledged."""
    return [
        id
        for id, found in _cases_of(perhaps, connection).items()
        if found.agency != agency and Tab.NEW in tabs_of(found, agency, at)
    ]


def _cases_of(ids: Sequence[UUID], connection: Connection) -> dict[UUID, Case]:
    found = dict[UUID, Case]()
    for start in range(0, len(ids), _STEP):
        some = _WHOLE.where(cases.c.complaint_id.in_(ids[start : start + _STEP]))
        for row in connection.execute(some):
            found[row.complaint_id] = case_of(row.record, row.complaint)
    return found


def _in_order(ids: Sequence[UUID], connection: Connection) -> list[Case]:
    found = _cases_of(ids, connection)
    return [found[one] for one in ids if one in found]


def _by_state(
    agency: str, tab: Tab, most: int, after: Place | None, connection: Connection
) -> list[Case]:
    moment = cases.c.opened_at if tab is Tab.CLOSED else cases.c.next_due
    place: tuple[Any, ...] = (func.coalesce(moment, cases.c.opened_at), cases.c.complaint_id)
    if tab is Tab.CLOSED:
        place = (moment, cases.c.complaint_id)  # in the order of the index
    query = select(cases.c.complaint_id)
    query = query.where(cases.c.agency == agency, cases.c.state == str(_STATES[tab]))
    if after is not None:
        behind = tuple_(*place) < after if tab is Tab.CLOSED else tuple_(*place) > after
        query = query.where(behind)
    order = [column.desc() for column in place] if tab is Tab.CLOSED else list(place)
    return _in_order(list(connection.scalars(query.order_by(*order).limit(most))), connection)


def _owed(
    agency: str, tab: Tab, at: datetime, most: int, after: Place | None, connection: Connection
) -> list[Case]:
    """Along the index of deadlines, up to the end of the page."""
    due_at = case_owed.c.due_at
    query = select(case_owed.c.complaint_id).where(*_first_debt(agency))
    query = query.where(due_at < at if tab is Tab.LATE else due_at >= at)
    query = _behind(query, after).order_by(due_at, case_owed.c.complaint_id).limit(most)
    return _in_order(list(connection.scalars(query)), connection)


def _new(
    agency: str, at: datetime, most: int, after: Place | None, connection: Connection
) -> list[Case]:
    """Along the index of deadlines where that soon finds some, else from those that are new."""
    routed = and_(cases.c.agency == agency, cases.c.state == str(State.ROUTED))
    many = connection.scalar(select(func.count()).select_from(cases).where(routed)) or 0
    late, due, others = _debts(agency, at, connection)
    unseen = _unseen(agency, at, others, connection)
    query = select(case_owed.c.complaint_id).where(*_first_debt(agency))
    whose = case_owed.c.complaint_id
    if many * _SELDOM < late + due:
        leads: ColumnElement[bool] = whose.in_(select(cases.c.complaint_id).where(routed))
    else:
        its = select(cases.c.complaint_id).where(cases.c.complaint_id == whose, routed)
        leads = its.exists()
    query = query.where(or_(leads, whose.in_(unseen)) if unseen else leads)
    query = _behind(query, after).order_by(case_owed.c.due_at, whose).limit(most)
    return _in_order(list(connection.scalars(query)), connection)


def _first_debt(agency: str) -> tuple[ColumnElement[bool], ...]:
    """That a row is the first that the agency owes in its case: by its deadline, then its place."""
    other = case_owed.alias()
    earlier = select(other.c.n).where(
        other.c.complaint_id == case_owed.c.complaint_id,
        other.c.agency == agency,
        or_(
            other.c.due_at < case_owed.c.due_at,
            and_(other.c.due_at == case_owed.c.due_at, other.c.n < case_owed.c.n),
        ),
    )
    return case_owed.c.agency == agency, ~earlier.exists()


def _behind(query: Any, after: Place | None) -> Any:
    if after is None:
        return query
    due_at = case_owed.c.due_at
    return query.where(due_at >= after[0], tuple_(due_at, case_owed.c.complaint_id) > after)
