"""What people write in the evaluation for leaders, with every earlier version."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Moment

revision = "gateway_0011"
down_revision = "gateway_0009"


def upgrade() -> None:
    op.create_table(
        "gateway_report_text",
        sa.Column("period", sa.String(30), primary_key=True),
        sa.Column("field", sa.String(20), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
