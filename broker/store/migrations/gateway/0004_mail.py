"""Mails: what is to be sent to whom; links in them that were taken back."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Moment

revision = "gateway_0004"
down_revision = "gateway_0003"


def upgrade() -> None:
    op.create_table(
        "gateway_mail",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("verb", sa.String(20), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("agency", sa.String(40)),
        sa.Column("of", sa.String(40)),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("complaint_id", sa.String(36), nullable=False),
        sa.Column("tracking", sa.String(20), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("digest", sa.Boolean, nullable=False),
        sa.Column("urgency", sa.Integer, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("claimed_until", Moment),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("error", sa.String(200)),
        sa.Column("ended_at", Moment),
    )
    op.create_index("gateway_mail_due", "gateway_mail", ["state", "urgency", "due_at"])
    op.create_index("gateway_mail_ended", "gateway_mail", ["ended_at"])
    op.create_table(
        "gateway_link_end",
        sa.Column("of", sa.String(80), primary_key=True),
        sa.Column("before", Moment, nullable=False),
    )
