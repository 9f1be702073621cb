"""Which time is believed: an operator's word, the machine's measure, and what was mended."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Moment

revision = "cases_0005"
down_revision = "cases_0004"


def upgrade() -> None:
    for column in (
        sa.Column("vouched", Moment),
        sa.Column("boot", sa.Text),
        sa.Column("boot_seconds", sa.Float),
        sa.Column("boot_moment", Moment),
    ):
        op.add_column("case_progress", column)
    op.create_table(
        "case_mends",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("watermark", Moment),
    )
