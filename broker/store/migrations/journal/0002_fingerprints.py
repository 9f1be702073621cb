"""What is remembered of complaints for a while, so that those about the same thing are found."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Id, Moment

revision = "journal_0002"
down_revision = "journal_0001"


def upgrade() -> None:
    on_sqlite = op.get_context().dialect.name == "sqlite"
    op.create_table(
        "journal_fingerprints",
        # No number is given twice: who has read up to one looks behind it.
        sa.Column(
            "n",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column(
            "written",
            sa.BigInteger,
            server_default=None if on_sqlite else sa.text("txid_current()"),
        ),
        sa.Column("complaint_id", Id, nullable=False),
        sa.Column("recorded_at", Moment, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary),
        sqlite_autoincrement=True,
    )
    op.create_index("journal_fingerprints_of", "journal_fingerprints", ["complaint_id"])
    op.create_index(
        "journal_fingerprints_written",
        "journal_fingerprints",
        ["written"],
        sqlite_where=sa.text("written IS NOT NULL"),
    )
    op.create_table(
        "journal_key",
        sa.Column(
            "one",
            sa.Integer,
            sa.CheckConstraint("one = 1"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("key", sa.LargeBinary, nullable=False),
    )
