"""What is deferred, on the connection of one transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from broker.ports import Deferred, Held
from broker.store.cases.hot import HotStatements
from broker.store.cases.rows import aside_of, aside_row, digest, printable_key
from broker.store.cases.tables import MOST_AT_ONCE, case_aside
from schemas import limits


class Deferring:
    """Keeps, counts and gives out messages that came before their case."""

    def __init__(self, connection: Connection, hot: HotStatements) -> None:
        self._connection = connection
        self._hot = hot

    def defer(self, early: Sequence[Deferred]) -> None:
        """See the port."""
        dialect: Any = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        insert = dialect.insert(case_aside).on_conflict_do_nothing(index_elements=["key"])
        if early:
            self._connection.execute(insert, [aside_row(deferred) for deferred in early])

    def deferred(self, complaints: Collection[UUID]) -> list[Deferred]:
        """See the port. For most complaints there is nothing, and that is asked first."""
        waited_for = self._hot.waited_for(list(complaints))
        if not waited_for:
            return []
        query = select(case_aside).where(case_aside.c.complaint_id.in_(waited_for))
        return self._asides(query.order_by(case_aside.c.n))

    def deferred_until(self, watermark: datetime, most: int) -> list[Deferred]:
        """See the port."""
        numbered = select(case_aside.c.n, case_aside.c.size).where(case_aside.c.until < watermark)
        numbered = numbered.order_by(case_aside.c.until, case_aside.c.n).limit(most)
        room, numbers = limits.DEFERRED_STEP_BYTES, list[int]()
        for n, size in self._connection.execute(numbered):
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
        return {digests[found] for found in self._connection.scalars(query)}

    def forget(self, keys: Collection[str]) -> None:
        """It was decided."""
        digests = [digest(key) for key in keys]
        for first in range(0, len(digests), MOST_AT_ONCE):
            some = digests[first : first + MOST_AT_ONCE]
            self._connection.execute(delete(case_aside).where(case_aside.c.key.in_(some)))

    def _asides(self, query: Select[Any]) -> list[Deferred]:
        rows = self._connection.execute(query).mappings()
        return [aside_of(dict(row)) for row in rows]

    def _held(self, column: Any, wanted: Collection[Any]) -> dict[Any, Held]:
        sums = select(column, func.count(), func.sum(case_aside.c.size))
        ours = case_aside.c.speaker == ""
        rows = self._connection.execute(sums.where(column.in_(wanted), ~ours).group_by(column))
        return {key: Held(messages, int(size or 0)) for key, messages, size in rows}
