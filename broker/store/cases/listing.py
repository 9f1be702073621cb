"""Lists of cases, a page at a time. All but ``pages`` runs in the database's thread."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, func, select, text, tuple_

from broker.domain.case import (
    Case,
    CaseFilter,
    State,
    missing_in,
    missing_in_said,
    terms_of,
)
from broker.ports import ListPlace
from broker.store.cases.rows import case_of, said_of_row
from broker.store.cases.tables import case_conversation, case_owed, case_texts, cases
from schemas.envelope import loads

PAGE: Final = 200
"""Cases that are read at a time."""
_SAID: Final = 50
"""Things that were said that are read at a time."""

_DAY: Final = timedelta(days=1)
_PLACE: Final = (cases.c.opened_at, cases.c.complaint_id)
WHOLE: Final = select(*_PLACE, cases.c.record, case_texts.c.complaint).join(
    case_texts, case_texts.c.complaint_id == cases.c.complaint_id, isouter=True
)
_BACKWARDS: Final = tuple(column.desc() for column in _PLACE)

_agency: Final = func.coalesce(cases.c.agency, "")
"""Not the column itself: by its index every page would sort all that the agency has, while the
index of open cases is walked along once, however many pages there are."""
_opened_at: Final = func.coalesce(cases.c.opened_at, cases.c.opened_at)
"""So that few closed cases are found by their own index: by that of agencies, states and times
SQLite would go through every open one of the time."""
_due_at: Final = func.coalesce(case_owed.c.due_at, case_owed.c.due_at)
"""So that what one case owes is looked up by its id: by the index of deadlines, PostgreSQL would go
through what all of them owe."""


@dataclass(frozen=True, slots=True)
class Page:
    """The cases of a page that are wanted, and where the next one begins; None after the last."""

    cases: Sequence[Case]
    after: ListPlace | None


async def pages(
    wanted: CaseFilter,
    most: int,
    read: Callable[[Callable[[Connection], Page]], Awaitable[Page]],
    after: ListPlace | None = None,
) -> AsyncIterator[Sequence[Case]]:
    """The cases of each page, until there is no further one; ``read`` asks the database."""
    size = PAGE if wanted.looks_inside else min(most, PAGE)
    found = Page((), after)
    while size > 0:
        found = await read(partial(page, wanted, found.after, size))
        yield found.cases
        size = size if found.after else 0


def page(wanted: CaseFilter, after: ListPlace | None, most: int, connection: Connection) -> Page:
    """The next cases that the database thinks of, ``most`` at most, and those of them that fit.

    What a column tells is left to the database, everything else is looked for in the cases.
    """
    if connection.dialect.name == "postgresql" and not (
        wanted.state is State.CLOSED or _at_desk_in_a_state(wanted)
    ):
        # What an agency has it would sort for every page, for want of knowing how much that is.
        connection.execute(text("SET LOCAL enable_sort = off"))
    query = _among(WHOLE, wanted).limit(most)
    query = query.order_by(*(_BACKWARDS if wanted.newest_first else _PLACE))
    if after is not None:
        place = tuple_(*_PLACE)
        query = query.where(place < after if wanted.newest_first else place > after)
    rows = connection.execute(query).all()
    last = (rows[-1].opened_at, rows[-1].complaint_id) if len(rows) == most else None
    return Page(_fitting(rows, wanted, connection), last)


def how_many(wanted: CaseFilter, connection: Connection) -> int:
    """Counted by the database, for a list of which columns tell everything: where it is of one
    agency and state, in their index alone."""
    if wanted.agency is None or wanted.state in (None, State.CLOSED):
        return connection.scalar(_among(select(func.count()).select_from(cases), wanted)) or 0
    query = select(func.count()).select_from(cases)
    query = query.where(cases.c.agency == wanted.agency, cases.c.state == str(wanted.state))
    return connection.scalar(_narrowed(query, wanted)) or 0


def _among(query: Select[Any], wanted: CaseFilter) -> Select[Any]:
    """The query for cases of which the columns say nothing else."""
    if wanted.state is State.CLOSED:
        query = query.where(cases.c.closed_at.is_not(None))
    else:
        query = query.where(cases.c.closed_at.is_(None))
        if wanted.state is not None:
            query = query.where(cases.c.state == str(wanted.state))
    if wanted.agency is not None:
        query = query.where(_agency == wanted.agency)
    return _narrowed(query, wanted)


def _narrowed(query: Select[Any], wanted: CaseFilter) -> Select[Any]:
    """By all but state and agency."""
    if _at_desk_in_a_state(wanted):
        query = query.where(cases.c.agency.is_(None))
    elif wanted.at_desk:
        query = query.where(_agency == "")
    if wanted.channel is not None:
        query = query.where(cases.c.channel == wanted.channel)
    opened_at = _opened_at if wanted.state is State.CLOSED else cases.c.opened_at
    if wanted.since is not None:
        query = query.where(opened_at >= wanted.since)
        if wanted.state is State.CLOSED:
            # Nothing ends before it begins: so the index of closed cases leaves the old ones alone.
            query = query.where(cases.c.closed_at >= _a_day_before(wanted.since))
    if wanted.until is not None:
        query = query.where(opened_at < wanted.until)
    if wanted.overdue_at is not None:
        owed = select(func.count()).where(case_owed.c.complaint_id == cases.c.complaint_id)
        query = query.where(owed.where(_due_at < wanted.overdue_at).scalar_subquery() > 0)
    return query


def _at_desk_in_a_state(wanted: CaseFilter) -> bool:
    """Few of many: the index by agency, state and time has them in order."""
    return wanted.at_desk and wanted.state not in (None, State.CLOSED)


def _a_day_before(moment: datetime) -> datetime:
    """For clocks that differ."""
    try:
        return moment - _DAY
    except OverflowError:
        return moment


def _fitting(rows: Sequence[Row[Any]], wanted: CaseFilter, connection: Connection) -> list[Case]:
    if wanted.text is not None:
        # Before the whole case is made of a row, which takes longer than to look into it.
        rows = _with_words(rows, wanted.text, connection)
    found = [case_of(row.record, row.complaint) for row in rows]
    return [case for case in found if wanted.fits(case)] if wanted.looks_inside else found


def _with_words(rows: Sequence[Row[Any]], words: str, connection: Connection) -> list[Row[Any]]:
    """Those in which these words stand, some in the complaint, the others in what was said."""
    terms = terms_of(words)
    left = {
        row.complaint_id: missing_in(loads(row.complaint) if row.complaint else None, terms)
        for row in rows
    }
    others = [complaint for complaint, some in left.items() if some]
    columns = case_conversation.c
    query = select(columns.complaint_id, columns.said).where(columns.complaint_id.in_(others))
    # A few at a time: what was said in two hundred cases may be large.
    for complaint, said in connection.execute(query.execution_options(yield_per=_SAID)):
        if left[complaint]:
            left[complaint] = missing_in_said([said_of_row(said)], left[complaint])
    return [row for row in rows if not left[row.complaint_id]]
