"""Tables of the journal, as the newest migration leaves them."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    text,
)

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

journal_fingerprints: Final = Table(
    "journal_fingerprints",
    JOURNAL,
    Column("n", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("written", BigInteger),
    Column("complaint_id", Id, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("fingerprint", LargeBinary),
    Index("journal_fingerprints_of", "complaint_id"),
    # On SQLite nothing is in it.
    Index("journal_fingerprints_written", "written", sqlite_where=text("written IS NOT NULL")),
    sqlite_autoincrement=True,
)
"""What is remembered of complaints for a while: numbers made of words; None where one is not to be
named any more. ``written``: on PostgreSQL the number of the transaction: numbers ``n`` become
visible in any order there. Nothing is ever changed in it: who has read it looks behind what was
read."""

journal_key: Final = Table(
    "journal_key",
    JOURNAL,
    Column("one", Integer, CheckConstraint("one = 1"), primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False),
)
"""One row: the key that words are made numbers with."""

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
