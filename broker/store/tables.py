"""Tables of the journal, as the newest migration leaves them."""

from typing import Final

from sqlalchemy import CheckConstraint, Column, Index, Integer, MetaData, Table

from broker.store.columns import Id, Moment

JOURNAL: Final = MetaData()

journal: Final = Table(
    "journal",
    JOURNAL,
    Column("complaint_id", Id, primary_key=True),
    Column("recorded_at", Moment, nullable=False),
    Index("journal_recorded_at", "recorded_at"),
    sqlite_with_rowid=False,
)
"""What was routed, and when."""

journal_check: Final = Table(
    "journal_check",
    JOURNAL,
    Column(
        "one",
        Integer,
        CheckConstraint("one = 1"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("checks", Integer, nullable=False),
)
"""One row that is written to find out whether the journal can be."""
