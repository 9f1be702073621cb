"""What a transaction does on its connection. All of it runs in the database's thread."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from broker.store.cases.deferring import Deferring
from broker.store.cases.forgetting import Forgetting
from broker.store.cases.given import GivenOut
from broker.store.cases.hot import hot_statements
from broker.store.cases.loading import Loading
from broker.store.cases.saving import Saving
from broker.store.cases.tables import case_progress


class Work:
    """One open transaction: what it gives out, what it writes, what it defers."""

    def __init__(self, connection: Connection) -> None:
        hot, given = hot_statements(connection), GivenOut()
        self.loading = Loading(connection, hot, given)
        self.saving = Saving(hot, given)
        self.deferring = Deferring(connection, hot)
        self.forgetting = Forgetting(connection)
        self._connection = connection
        self._dropped = False

    @property
    def dropped(self) -> bool:
        """Whether words of citizens were removed in it."""
        return self._dropped

    def drops(self) -> Forgetting:
        """What removes words of citizens."""
        self._dropped = True
        return self.forgetting

    def forget_deferred(self, keys: Collection[str]) -> None:
        """See the port."""
        self.deferring.forget(keys)
        self._dropped = True

    def advance_watermark(self, moment: datetime) -> None:
        """See the port."""
        dialect: Any = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        insert = dialect.insert(case_progress).values(one=1, reached=moment)
        watermark = case_progress.c.reached
        self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=["one"],
                set_={"reached": insert.excluded.reached},
                where=watermark.is_(None) | (watermark < insert.excluded.reached),
            )
        )
