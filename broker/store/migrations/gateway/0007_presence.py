"""Who of the desk is at which case, and whose decision is on its way."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Id, Moment

revision = "gateway_0007"
down_revision = "gateway_0006"


def upgrade() -> None:
    op.create_table(
        "gateway_presence",
        sa.Column("complaint", Id, primary_key=True),
        sa.Column("person", sa.String(40), primary_key=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("typing", sa.Boolean, nullable=False),
    )
    op.create_table(
        "gateway_deciding",
        sa.Column("complaint", Id, primary_key=True),
        sa.Column("person", sa.String(40), nullable=False),
        sa.Column("form", sa.String(64), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
