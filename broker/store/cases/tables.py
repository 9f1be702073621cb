"""Tables of the case store, as the newest migration leaves them."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

from broker.store.columns import Id, Moment

CASES: Final = MetaData()

MOST_AT_ONCE: Final = 10_000
"""Keys in one statement: SQLite takes 32,766 values, PostgreSQL 65,535."""


def _one() -> Column[Any]:
    """The key of a table of one row."""
    one = CheckConstraint("one = 1")
    return Column("one", Integer, one, primary_key=True, autoincrement=False)


def _where(condition: str) -> dict[str, Any]:
    """A partial index, on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


cases: Final = Table(
    "cases",
    CASES,
    Column("complaint_id", Id, primary_key=True),
    Column("tracking", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("agency", Text),
    Column("state", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("next_due", Moment),
    Column("calendar", Text, nullable=False),
    Column("closed_at", Moment),
    Column("lines", Integer, nullable=False),
    Column("record", Text, nullable=False),
    Column("words_gone", Moment),
    Index("cases_tracking", "tracking"),
    # Wake-ups look at its beginning only: they cost the same however many are open.
    Index("cases_next_due", "next_due", **_where("next_due IS NOT NULL")),
    Index("cases_calendar", "calendar", **_where("closed_at IS NULL")),
    Index("cases_open", "opened_at", "complaint_id", **_where("closed_at IS NULL")),
    Index("cases_closed", "closed_at", **_where("closed_at IS NOT NULL")),
    Index(
        "cases_with_words", "closed_at", **_where("closed_at IS NOT NULL AND words_gone IS NULL")
    ),
    Index("cases_counted", "agency", "state", "opened_at"),
)
"""``record``: the whole case as JSON but for its complaint; the other columns are taken out of it
to be searched by. ``lines``: how many lines its history has. ``words_gone``: when the words of a
closed case were dropped, None while they may be there."""

ALWAYS_CHANGED: Final = ("next_due", "lines", "record")
"""Columns of ``cases`` that every change writes."""
SEARCHED: Final = ("agency", "state", "calendar", "closed_at")
"""Those with indexes that most changes leave alone: then they are not written either."""

case_texts: Final = Table(
    "case_texts",
    CASES,
    Column("complaint_id", Id, primary_key=True),
    Column("complaint", Text, nullable=False),
)
"""The complaints of open cases, and of closed ones for a while, as JSON; whoever does not need
them does not read them."""

case_owed: Final = Table(
    "case_owed",
    CASES,
    Column("complaint_id", Id, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("agency", Text),
    Column("clock", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Index("case_owed_due", "due_at", "agency", "clock"),
    sqlite_with_rowid=False,
)
"""The deadlines that somebody can be late for: broker.domain.case.deadlines."""

case_history: Final = Table(
    "case_history",
    CASES,
    Column("complaint_id", Id, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("line", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""What happened to each case, as JSON, numbered from nought. Nothing is ever
changed in it, but that what people wrote goes with the complaint."""

case_conversation: Final = Table(
    "case_conversation",
    CASES,
    Column("complaint_id", Id, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("said", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""What was said in each case, for as long as its complaint is kept, as JSON of so many bytes.
``n``: of the line that its history has of it, or of a later one of the same transaction. The size
stands first: it is read without the words."""

case_causes: Final = Table(
    "case_causes",
    CASES,
    Column("complaint_id", Id, primary_key=True),
    Column("cause", Id, primary_key=True),
    sqlite_with_rowid=False,
)
"""What each case has taken in, as digests: the ids that senders give have any length."""

case_aside: Final = Table(
    "case_aside",
    CASES,
    Column("n", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("key", Id, nullable=False),
    Column("complaint_id", Id, nullable=False),
    Column("until", Moment, nullable=False),
    Column("about", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("speaker", Text, nullable=False, server_default=""),
    Column("size", Integer, nullable=False, server_default="0"),
    Index("case_aside_key", "key", unique=True),
    # With the sizes: in the row they stand behind the body, all of which SQLite would go through.
    Index("case_aside_speaker", "speaker", "size"),
    Index("case_aside_complaint", "complaint_id", "speaker", "size"),
    Index("case_aside_until", "until", "n", "size"),
)
"""Messages that came before their case, numbered as they came."""

case_progress: Final = Table(
    "case_progress",
    CASES,
    _one(),
    Column("reached", Moment),
    Column("began", Moment),
    Column("vouched", Moment),
    Column("boot", Text),
    Column("boot_seconds", Float),
    Column("boot_moment", Moment),
)
"""One row: up to when everything was read, when the fast clock began, which moment an operator
vouched for, and the anchor of the case consumer's machine (broker.ports.clock_state)."""

case_mends: Final = Table(
    "case_mends",
    CASES,
    Column("n", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("watermark", Moment),
)
"""What operators said of clocks, and who, for as long as closed cases are kept. Nothing is ever
changed in it."""

case_check: Final = Table("case_check", CASES, _one(), Column("checks", Integer, nullable=False))
"""One row that is written to find out whether the store can be."""
