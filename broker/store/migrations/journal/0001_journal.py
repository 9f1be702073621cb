"""The journal: what was routed, and when."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Id, Moment

revision = "journal_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "journal",
        sa.Column("complaint_id", Id, primary_key=True),
        sa.Column("recorded_at", Moment, nullable=False),
        # The primary key is the table: no second copy of every id.
        sqlite_with_rowid=False,
    )
    op.create_index("journal_recorded_at", "journal", ["recorded_at"])
    op.create_table(
        "journal_check",
        sa.Column(
            "one",
            sa.Integer,
            sa.CheckConstraint("one = 1"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("checks", sa.Integer, nullable=False),
    )
