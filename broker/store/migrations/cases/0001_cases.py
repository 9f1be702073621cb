"""Cases, what they owe, their history, and what waits for them."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Id, Moment

revision = "cases_0001"
down_revision = None

_BUSY = ("cases", "case_texts", "case_owed")


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("complaint_id", Id, primary_key=True),
        sa.Column("tracking", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("agency", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("next_due", Moment),
        sa.Column("calendar", sa.Text, nullable=False),
        sa.Column("closed_at", Moment),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_index("cases_tracking", "cases", ["tracking"])
    _partial("cases_next_due", ["next_due"], "next_due IS NOT NULL")
    _partial("cases_calendar", ["calendar"], "closed_at IS NULL")
    _partial("cases_open", ["opened_at", "complaint_id"], "closed_at IS NULL")
    _partial("cases_closed", ["closed_at"], "closed_at IS NOT NULL")
    op.create_index("cases_counted", "cases", ["agency", "state", "opened_at"])
    op.create_table(
        "case_texts",
        sa.Column("complaint_id", Id, primary_key=True),
        sa.Column("complaint", sa.Text, nullable=False),
    )
    op.create_table(
        "case_owed",
        sa.Column("complaint_id", Id, primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("agency", sa.Text),
        sa.Column("clock", sa.Text, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("case_owed_due", "case_owed", ["due_at", "agency", "clock"])
    op.create_table(
        "case_history",
        sa.Column("complaint_id", Id, primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("line", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_causes",
        sa.Column("complaint_id", Id, primary_key=True),
        sa.Column("cause", Id, primary_key=True),
        sqlite_with_rowid=False,
    )
    _aside()
    op.create_table(
        "case_progress", _one(), sa.Column("reached", Moment), sa.Column("began", Moment)
    )
    op.create_table("case_check", _one(), sa.Column("checks", sa.Integer, nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        # Dead rows are cleared by their number, not by a share of a million: a wake-up must not
        # wade through them, and the text of a closed case must not lie there for long.
        for table in _BUSY:
            op.execute(
                f"ALTER TABLE {table} SET"
                " (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)"
            )


def _aside() -> None:
    op.create_table(
        "case_aside",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("key", Id, nullable=False),
        sa.Column("complaint_id", Id, nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("case_aside_key", "case_aside", ["key"], unique=True)
    op.create_index("case_aside_complaint", "case_aside", ["complaint_id"])
    op.create_index("case_aside_until", "case_aside", ["until", "n"])


def _partial(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "cases", columns, sqlite_where=where, postgresql_where=where)


def _one() -> "sa.Column[int]":
    one = sa.CheckConstraint("one = 1")
    return sa.Column("one", sa.Integer, one, primary_key=True, autoincrement=False)
