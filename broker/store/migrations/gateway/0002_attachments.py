"""Files that came with complaints, and whose they are."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Id, Moment

revision = "gateway_0002"
down_revision = "gateway_0001"


def upgrade() -> None:
    op.create_table(
        "gateway_file",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("place", sa.String(100), nullable=False, unique=True),
        sa.Column("media_type", sa.String(60), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("gone_at", Moment),
        sqlite_with_rowid=False,
    )
    op.create_index("gateway_file_at", "gateway_file", ["at"])
    op.create_table(
        "gateway_attached",
        sa.Column("complaint", Id, primary_key=True),
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("look_at", Moment, nullable=False),
        sa.Column("seen", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("gateway_attached_digest", "gateway_attached", ["digest"])
    op.create_index("gateway_attached_look_at", "gateway_attached", ["look_at"])
