"""How often somebody tried to sign in."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Moment

revision = "gateway_0006"
down_revision = "gateway_0005"


def upgrade() -> None:
    op.create_table(
        "gateway_try",
        sa.Column("of", sa.LargeBinary(32), primary_key=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("until", Moment),
        sqlite_with_rowid=False,
    )
    op.create_index("gateway_try_at", "gateway_try", ["at"])
