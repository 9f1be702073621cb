"""What a transaction does on its connection. All of it runs in the database's thread."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Select, delete, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from broker.domain.case import Case
from broker.errors import StoreUnavailable
from broker.ports import CaseChange, Deferred, Held
from broker.store.cases.rows import (
    Row,
    aside_of,
    aside_row,
    case_of,
    case_row,
    digest,
    line_row,
    owed_rows,
    printable_key,
    text_row,
)
from broker.store.cases.tables import (
    case_aside,
    case_causes,
    case_history,
    case_owed,
    case_progress,
    case_texts,
    cases,
)
from broker.store.cases.writing import COMPLAINT_ID, writing
from broker.store.columns import Id
from schemas import limits

_CASE: Final = (cases.c.complaint_id, cases.c.lines, cases.c.record)
_MOST_AT_ONCE: Final = 10_000
"""Keys in one statement: SQLite takes 32,766 values, PostgreSQL 65,535."""
_SEEN_ON_POSTGRES: Final = text(
    "SELECT c.complaint_id, c.cause"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:causes AS uuid[])) AS w (id, cause)"
    " JOIN case_causes AS c ON c.complaint_id = w.id AND c.cause = w.cause"
).columns(complaint_id=Id(), cause=Id())
_SEEN_ON_SQLITE: Final = text(
    "WITH RECURSIVE place (i) AS"
    " (VALUES (1) UNION ALL SELECT i + 32 FROM place WHERE i + 32 < length(:pairs))"
    " SELECT c.complaint_id, c.cause FROM place CROSS JOIN case_causes AS c"
    " ON c.complaint_id = substr(:pairs, i, 16) AND c.cause = substr(:pairs, i + 16, 16)"
).columns(complaint_id=Id(), cause=Id())
"""SQLite has no arrays: the pairs are one value, twice sixteen bytes each. It reads the whole
table for ``(complaint_id, cause) IN (VALUES ...)``."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A case as this transaction gave it out or wrote it; how many lines its history has."""

    case: Case
    lines: int


class Work:
    """One open transaction. ``dropped``: whether words of citizens were removed in it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dropped = False
        self._given: dict[UUID, _Given] = {}
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._dialect: Any = sqlite if self._is_sqlite else postgresql
        self._writing = writing(self._is_sqlite)

    def load(
        self,
        complaints: Collection[UUID],
        causes: Mapping[UUID, Collection[str]],
        whole: Collection[UUID] | None,
    ) -> dict[UUID, Case]:
        """See the port. In order, so that no two wait for each other in a circle."""
        wanted = sorted(set(complaints), key=lambda complaint: complaint.int)
        query = select(*_CASE).where(cases.c.complaint_id.in_(wanted))
        query = query.order_by(cases.c.complaint_id).with_for_update()
        rows = self.connection.execute(query).all()
        # Read only when the cases are ours, and by statements of their own: on PostgreSQL one
        # that waited for another transaction would still see the texts of before.
        there = [row.complaint_id for row in rows]
        if not there:
            return {}
        wanted = there if whole is None else [one for one in there if one in whole]
        texts, seen = self._texts(wanted), self._seen(there, causes)
        found = {}
        for row in rows:
            complaint = row.complaint_id
            its = texts.get(complaint), seen.get(complaint, ())
            case = case_of(row.record, *its, row.lines)
            found[complaint] = case
            self._given[complaint] = _Given(case, row.lines)
        return found

    def due(self, watermark: datetime, most: int) -> list[Case]:
        """See the port."""
        query = select(*_CASE).where(cases.c.next_due <= watermark).order_by(cases.c.next_due)
        return self._unheld(query, most)

    def outdated(self, calendar: str, most: int) -> list[Case]:
        """See the port. Two ranges of an index: "not equal" would read every open case."""
        found: list[Case] = []
        for other in (cases.c.calendar < calendar, cases.c.calendar > calendar):
            query = select(*_CASE).where(cases.c.closed_at.is_(None), other)
            found += self._unheld(query.order_by(cases.c.calendar), most - len(found))
        return found

    def save(self, changes: Sequence[CaseChange]) -> None:
        """See the port."""
        new: list[Row] = []
        moved: list[Row] = []
        fired: list[Row] = []
        texts: list[Row] = []
        closed: list[UUID] = []
        no_longer_owed: list[Row] = []
        owed: list[Row] = []
        lines: list[Row] = []
        causes: list[Row] = []
        for change in _one_each(changes):
            case, complaint = change.case, change.case.complaint_id
            given = self._given.get(complaint)
            before = given.case if given else None
            first = given.lines if given else 0
            row = case_row(case, first + len(change.history))
            lines += (line_row(complaint, n, e) for n, e in enumerate(change.history, first))
            causes += ({"complaint_id": complaint, "cause": digest(c)} for c in change.causes)
            if before is None:
                new.append(row)
                owed += owed_rows(case)
            else:
                searched = before.agency, before.state, before.calendar
                same = searched == (case.agency, case.state, case.calendar)
                row[COMPLAINT_ID] = complaint
                (fired if same else moved).append(row)
                if (due := owed_rows(case)) != owed_rows(before):
                    no_longer_owed.append({COMPLAINT_ID: complaint})
                    owed += due
            if not case.open:
                case = replace(case, complaint=None)
                if before is not None and before.open:
                    closed.append(complaint)
            elif case.complaint is not None and (
                before is None or case.complaint != before.complaint
            ):
                texts.append(text_row(complaint, case.complaint))
            self._given[complaint] = _Given(case, row["lines"])
        self._begin(new)
        write, connection = self._writing, self.connection
        write.moved.run(connection, moved)
        write.fired.run(connection, fired)
        write.no_longer_owed.run(connection, no_longer_owed)
        write.owed.run(connection, owed)
        write.lines.run(connection, lines)
        write.causes.run(connection, causes)
        self._drop(case_texts.c.complaint_id, closed)
        self.dropped = self.dropped or bool(closed)
        write.texts.run(connection, texts)

    def defer(self, early: Sequence[Deferred]) -> None:
        """See the port."""
        insert = self._dialect.insert(case_aside).on_conflict_do_nothing(index_elements=["key"])
        if early:
            self.connection.execute(insert, [aside_row(deferred) for deferred in early])

    def deferred(self, complaints: Collection[UUID]) -> list[Deferred]:
        """See the port."""
        query = select(case_aside).where(case_aside.c.complaint_id.in_(complaints))
        return self._asides(query.order_by(case_aside.c.n))

    def deferred_until(self, watermark: datetime, most: int) -> list[Deferred]:
        """See the port."""
        numbered = select(case_aside.c.n, case_aside.c.size).where(case_aside.c.until < watermark)
        numbered = numbered.order_by(case_aside.c.until, case_aside.c.n).limit(most)
        room, numbers = limits.DEFERRED_STEP_BYTES, list[int]()
        for n, size in self.connection.execute(numbered):
            room -= size
            if numbers and room < 0:
                break
            numbers.append(n)
        if not numbers:
            return []
        query = select(case_aside).where(case_aside.c.n.in_(numbers))
        return self._asides(query.order_by(case_aside.c.until, case_aside.c.n))

    def held(
        self, complaints: Collection[UUID], speakers: Collection[str]
    ) -> tuple[dict[UUID, Held], dict[str, Held]]:
        """See the port."""
        named = {printable_key(speaker): speaker for speaker in speakers}
        of_cases = self._held(case_aside.c.complaint_id, complaints)
        of_speakers = self._held(case_aside.c.speaker, named)
        return (
            {complaint: of_cases.get(complaint, Held()) for complaint in complaints},
            {speaker: of_speakers.get(name, Held()) for name, speaker in named.items()},
        )

    def deferred_keys(self, keys: Collection[str]) -> set[str]:
        """See the port."""
        digests = {digest(key): key for key in keys}
        query = select(case_aside.c.key).where(case_aside.c.key.in_(digests))
        return {digests[found] for found in self.connection.scalars(query)}

    def _held(self, column: Any, wanted: Collection[Any]) -> dict[Any, Held]:
        sums = select(column, func.count(), func.sum(case_aside.c.size))
        ours = case_aside.c.speaker == ""
        rows = self.connection.execute(sums.where(column.in_(wanted), ~ours).group_by(column))
        return {key: Held(messages, int(size or 0)) for key, messages, size in rows}

    def forget_deferred(self, keys: Collection[str]) -> None:
        """See the port."""
        self._drop(case_aside.c.key, [digest(key) for key in keys])
        self.dropped = True

    def advance_watermark(self, moment: datetime) -> None:
        """See the port."""
        insert = self._dialect.insert(case_progress).values(one=1, reached=moment)
        watermark = case_progress.c.reached
        self.connection.execute(
            insert.on_conflict_do_update(
                index_elements=["one"],
                set_={"reached": insert.excluded.reached},
                where=watermark.is_(None) | (watermark < insert.excluded.reached),
            )
        )

    def forget(self, closed_before: datetime, most: int) -> int:
        """See the port."""
        old = select(cases.c.complaint_id).where(cases.c.closed_at < closed_before)
        old = (
            old.order_by(cases.c.closed_at)
            .limit(min(most, _MOST_AT_ONCE))
            .with_for_update(skip_locked=True)
        )
        gone = self.connection.scalars(old).all()
        for table in (case_texts, case_owed, case_history, case_causes, cases):
            self._drop(table.c.complaint_id, gone)
        return len(gone)

    def _unheld(self, query: Select[Any], most: int) -> list[Case]:
        """Cases that nobody else has in hand, without their complaints."""
        query = query.limit(most).with_for_update(skip_locked=True)
        found = []
        for row in self.connection.execute(query):
            case = case_of(row.record)
            self._given[case.complaint_id] = _Given(case, row.lines)
            found.append(case)
        return found

    def _texts(self, complaints: Sequence[UUID]) -> dict[UUID, str]:
        if not complaints:
            return {}
        query = select(case_texts).where(case_texts.c.complaint_id.in_(complaints))
        return {row.complaint_id: row.complaint for row in self.connection.execute(query)}

    def _seen(
        self, complaints: Sequence[UUID], causes: Mapping[UUID, Collection[str]]
    ) -> dict[UUID, list[str]]:
        wanted = {(c, digest(cause)): cause for c in complaints for cause in causes.get(c, ())}
        if not wanted:
            return {}
        if self._is_sqlite:
            pairs = b"".join(complaint.bytes + cause.bytes for complaint, cause in wanted)
            rows = self.connection.execute(_SEEN_ON_SQLITE, {"pairs": pairs})
        else:
            ids, digests = zip(*wanted, strict=True)
            names = {"ids": list(ids), "causes": list(digests)}
            rows = self.connection.execute(_SEEN_ON_POSTGRES, names)
        seen: dict[UUID, list[str]] = {}
        for complaint, cause in rows:
            seen.setdefault(complaint, []).append(wanted[complaint, cause])
        return seen

    def _asides(self, query: Select[Any]) -> list[Deferred]:
        rows = self.connection.execute(query).mappings()
        return [aside_of(dict(row)) for row in rows]

    def _begin(self, new: Sequence[Row]) -> None:
        try:
            self._writing.begun.run(self.connection, new)
        except IntegrityError as error:
            # Whoever had the queue before us was still at it. Tried again, it is there to load.
            raise StoreUnavailable("another transaction began one of these cases") from error

    def _drop(self, column: Any, keys: Sequence[UUID]) -> None:
        if keys:
            self.connection.execute(delete(column.table).where(column.in_(keys)))


def _one_each(changes: Iterable[CaseChange]) -> Iterable[CaseChange]:
    """Several changes to one case are one: the last value, and all that is to be remembered."""
    merged: dict[UUID, CaseChange] = {}
    for change in changes:
        before = merged.get(change.case.complaint_id)
        merged[change.case.complaint_id] = _merged(before, change) if before else change
    return merged.values()


def _merged(first: CaseChange, last: CaseChange) -> CaseChange:
    complaint = last.case.complaint
    if complaint is None and last.case.open:
        complaint = first.case.complaint
    return CaseChange(
        replace(last.case, complaint=complaint),
        (*first.history, *last.history),
        (*first.causes, *last.causes),
    )
