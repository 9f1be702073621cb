"""The statements that write cases, compiled once for each kind of database."""

from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from broker.store.cases.tables import case_causes, case_history, case_owed, case_texts, cases
from broker.store.statement import Statement

SEARCHED = ("agency", "state", "calendar", "closed_at")
"""Columns with indexes that most changes leave alone: then they are not written either."""
FIRED = ("next_due", "lines", "record")
"""What every change writes."""
COMPLAINT_ID = "his"
"""The id of the case that is changed."""


class Writing:
    """Each takes rows by the names of their columns, changes to a case with its id beside them."""

    def __init__(self, is_sqlite: bool) -> None:
        dialect: Any = sqlite if is_sqlite else postgresql
        change = update(cases).where(cases.c.complaint_id == bindparam(COMPLAINT_ID))
        no_longer_owed = delete(case_owed).where(
            case_owed.c.complaint_id == bindparam(COMPLAINT_ID)
        )
        known = dialect.insert(case_causes).on_conflict_do_nothing()
        said = dialect.insert(case_texts)
        said = said.on_conflict_do_update(
            index_elements=["complaint_id"], set_={"complaint": said.excluded.complaint}
        )
        self.begun = Statement(cases.insert(), _columns(cases), is_sqlite)
        self.moved = Statement(change, (*SEARCHED, *FIRED, COMPLAINT_ID), is_sqlite)
        self.fired = Statement(change, (*FIRED, COMPLAINT_ID), is_sqlite)
        self.no_longer_owed = Statement(no_longer_owed, (COMPLAINT_ID,), is_sqlite)
        self.owed = Statement(case_owed.insert(), _columns(case_owed), is_sqlite)
        self.lines = Statement(case_history.insert(), _columns(case_history), is_sqlite)
        self.causes = Statement(known, _columns(case_causes), is_sqlite)
        self.texts = Statement(said, _columns(case_texts), is_sqlite)


writing = cache(Writing)


def _columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)
