"""Words in an agency's open cases: the database sorts out most, what is left is looked into."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, or_, select, union

from broker.domain.case import Case, State, mentions, said_in
from broker.domain.case.inbox import owed_at
from broker.store.cases.rows import case_of, said_of_row
from broker.store.cases.tables import case_conversation, case_owed, case_texts, cases

_PLAIN: Final = re.compile("[a-zA-Z0-9 ]+")
"""What is written in JSON as it is, and whose upper and lower case every database knows."""
_OPEN: Final = [str(state) for state in State if state is not State.CLOSED]
_NEWEST: Final = 1_000
"""Cases that are looked into first: a word that many have is soon found often enough there. One
that few have is looked for in all that was ever written."""
_LOOKED_INTO: Final = 2_000
"""Cases at most: the name of a field stands in all of them."""
_STEP: Final = 200
_ORDER: Final = (cases.c.opened_at.desc(), cases.c.complaint_id.desc())


def mentioning(agency: str, words: str, most: int, connection: Connection) -> list[Case]:
    """See the port."""
    newest = select(cases.c.complaint_id).where(cases.c.agency == agency)
    newest = newest.where(cases.c.state.in_(_OPEN)).order_by(*_ORDER).limit(_NEWEST)
    ids = list(connection.scalars(newest))
    owes = select(case_owed.c.complaint_id).where(case_owed.c.agency == agency)
    if len(ids) == _NEWEST:
        found = _having(agency, words, most, _among(ids, words, connection), connection)
        if len(found) == most:
            return found
    own: ColumnElement[bool] = or_(cases.c.agency == agency, cases.c.complaint_id.in_(owes))
    query = select(cases.c.complaint_id).where(cases.c.closed_at.is_(None), own)
    query = query.where(cases.c.complaint_id.in_(_written(words, connection)))
    query = query.order_by(*_ORDER).limit(_LOOKED_INTO)
    return _having(agency, words, most, list(connection.scalars(query)), connection)


def _among(ids: Sequence[UUID], words: str, connection: Connection) -> list[UUID]:
    there = set[UUID]()
    for start in range(0, len(ids), _STEP):
        some = ids[start : start + _STEP]
        there.update(connection.scalars(_written(words, connection, some)))
    return [one for one in ids if one in there]


def _having(
    agency: str, words: str, most: int, ids: Sequence[UUID], connection: Connection
) -> list[Case]:
    """The first of these in which the words really stand."""
    found = list[Case]()
    for start in range(0, len(ids), _STEP):
        for case in _whole(ids[start : start + _STEP], words, connection):
            if case.agency == agency or owed_at(case, agency) is not None:
                found.append(case)
                if len(found) == most:
                    return found
    return found


def _whole(ids: Sequence[UUID], words: str, connection: Connection) -> Iterator[Case]:
    columns = (cases.c.complaint_id, cases.c.record, case_texts.c.complaint)
    query = select(*columns).join(
        case_texts, case_texts.c.complaint_id == cases.c.complaint_id, isouter=True
    )
    rows = {
        row.complaint_id: case_of(row.record, row.complaint)
        for row in connection.execute(query.where(cases.c.complaint_id.in_(ids)))
    }
    said = case_conversation.c
    for id in ids:
        case = rows.get(id)
        if case is None:
            continue
        if mentions(case.complaint, words):
            yield case
            continue
        talk = connection.scalars(select(said.said).where(said.complaint_id == id))
        if said_in([said_of_row(one) for one in talk], words):
            yield case


def _written(words: str, connection: Connection, ids: Sequence[UUID] = ()) -> Any:
    """The ids of cases in which something like it was written, be it only the name of a field."""
    text, talk = case_texts.c, case_conversation.c
    first = select(text.complaint_id).where(_like(text.complaint, words, connection))
    second = select(talk.complaint_id).where(_like(talk.said, words, connection))
    if ids:
        first = first.where(text.complaint_id.in_(ids))
        second = second.where(talk.complaint_id.in_(ids))
    return union(first, second)


def _like(column: ColumnElement[Any], words: str, connection: Connection) -> ColumnElement[bool]:
    """Whatever is not plain may be written in several ways, and may be anything. SQLite's LIKE
    heeds no case."""
    pattern = "%" + "%".join(_PLAIN.findall(words)) + "%"
    return (
        column.ilike(pattern) if connection.dialect.name == "postgresql" else column.like(pattern)
    )
