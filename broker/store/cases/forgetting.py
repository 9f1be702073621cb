"""What goes for good, on the connection of one transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, select, update

from broker.domain.case import Case, Entry
from broker.domain.case.forgetting import without_person, without_words, wordless
from broker.store.cases.rows import CaseRows, case_of, entry_of, line_row
from broker.store.cases.tables import (
    MOST_AT_ONCE,
    case_aside,
    case_causes,
    case_conversation,
    case_history,
    case_mends,
    case_owed,
    case_texts,
    cases,
)

_ALL_OF_A_CASE: Final = (
    *(case_texts, case_conversation, case_owed),
    *(case_history, case_causes, cases),
)
_RECORD: Final = [column.name for column in cases.columns].index("record")


class Forgetting:
    """Removes whole cases, their words, or a person's marks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def cases(self, closed_before: datetime, most: int) -> int:
        """See ``CaseStore.forget``."""
        self._connection.execute(delete(case_mends).where(case_mends.c.at < closed_before))
        old = select(cases.c.complaint_id).where(cases.c.closed_at < closed_before)
        old = (
            old.order_by(cases.c.closed_at)
            .limit(min(most, MOST_AT_ONCE))
            .with_for_update(skip_locked=True)
        )
        gone = self._connection.scalars(old).all()
        if gone:
            for table in _ALL_OF_A_CASE:
                mine = table.c.complaint_id.in_(gone)
                self._connection.execute(delete(table).where(mine))
        return len(gone)

    def words(self, closed_before: datetime, most: int, now: datetime) -> int:
        """See ``CaseStore.forget_words``."""
        old = select(cases.c.complaint_id, cases.c.record, cases.c.lines).where(
            cases.c.closed_at < closed_before, cases.c.words_gone.is_(None)
        )
        old = old.order_by(cases.c.closed_at).limit(min(most, MOST_AT_ONCE))
        found = self._connection.execute(old.with_for_update(skip_locked=True)).all()
        if found:
            self._drop_words([row.complaint_id for row in found])
            rows = CaseRows()
            changed = [without_words(case_of(row.record)) for row in found]
            self._write(
                [(case, row.lines, rows) for case, row in zip(changed, found, strict=True)],
                now,
            )
        return len(found)

    def person(
        self, complaint: UUID, line: Entry, waiting: Collection[UUID], now: datetime
    ) -> bool:
        """See ``CaseStore.erase``."""
        query = select(cases.c.record, cases.c.lines).where(cases.c.complaint_id == complaint)
        row = self._connection.execute(query.with_for_update()).first()
        if row is None or (case := case_of(row.record)).open:
            return False
        self._drop_words([complaint])
        waits = case_aside.c.complaint_id.in_([complaint, *waiting])
        self._connection.execute(delete(case_aside).where(waits))
        columns = [column.name for column in case_history.columns]
        values = dict(zip(columns, line_row(complaint, row.lines, line), strict=True))
        self._connection.execute(case_history.insert().values(**values))
        self._write([(without_person(case), row.lines + 1, CaseRows())], now)
        return True

    def _drop_words(self, complaints: Sequence[UUID]) -> None:
        for table in (case_texts, case_conversation):
            mine = table.c.complaint_id.in_(complaints)
            self._connection.execute(delete(table).where(mine))
        query = select(case_history).where(case_history.c.complaint_id.in_(complaints))
        changed = []
        for row in self._connection.execute(query).all():
            entry = entry_of(row.line)
            if (bare := wordless(entry)) is not entry:
                (_, _, text) = line_row(row.complaint_id, row.n, bare)
                changed.append({"of": row.complaint_id, "nth": row.n, "text": text})
        if changed:
            this = case_history.c.complaint_id == bindparam("of")
            nth = case_history.c.n == bindparam("nth")
            statement = update(case_history).where(this, nth).values(line=bindparam("text"))
            self._connection.execute(statement, changed)

    def _write(self, changed: Sequence[tuple[Case, int, CaseRows]], now: datetime) -> None:
        mine = cases.c.complaint_id == bindparam("of")
        statement = update(cases).where(mine)
        statement = statement.values(
            record=bindparam("text"), lines=bindparam("many"), words_gone=now
        )
        self._connection.execute(
            statement,
            [
                {
                    "of": case.complaint_id,
                    "text": rows.case(case, lines)[_RECORD],
                    "many": lines,
                }
                for case, lines, rows in changed
            ],
        )
