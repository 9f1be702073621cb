"""Who is on duty for an agency."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Moment

revision = "gateway_0009"
down_revision = "gateway_0007"


def upgrade() -> None:
    op.create_table(
        "gateway_duty",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("agency", sa.String(64), nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("deputy", sa.String(120)),
        sa.Column("deputy_phone", sa.String(40), nullable=False),
        sa.Column("deputy_email", sa.String(254), nullable=False),
        sa.Column("changed_by", sa.String(60), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
    )
    op.create_index("gateway_duty_last", "gateway_duty", ["last", "agency"])
