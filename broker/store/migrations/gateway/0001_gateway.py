"""The gateway: keys, secrets, idempotency keys, counts of requests."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Moment

revision = "gateway_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "gateway_key",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("of", sa.String(60), nullable=False),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("expires_at", Moment),
        sa.Column("used_at", Moment),
        sa.Column("revoked_at", Moment),
    )
    op.create_table(
        "gateway_secret",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("secret", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "gateway_submitted",
        sa.Column("key", sa.LargeBinary(32), primary_key=True),
        sa.Column("body", sa.LargeBinary(32), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("gateway_submitted_at", "gateway_submitted", ["at"])
    op.create_table(
        "gateway_window",
        sa.Column("who", sa.LargeBinary(32), primary_key=True),
        sa.Column("begins", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "gateway_check",
        sa.Column(
            "one",
            sa.Integer,
            sa.CheckConstraint("one = 1"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("checks", sa.Integer, nullable=False),
    )
