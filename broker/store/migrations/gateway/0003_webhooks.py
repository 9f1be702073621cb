"""Webhooks: endpoints, and what is on its way to them."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Moment

revision = "gateway_0003"
down_revision = "gateway_0002"


def upgrade() -> None:
    op.create_table(
        "gateway_webhook",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("old_secret", sa.LargeBinary),
        sa.Column("old_until", Moment),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("since", Moment),
        sa.Column("why", sa.String(200)),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("holder", sa.String(80)),
        sa.Column("beat", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "gateway_delivery",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("endpoint", sa.String(60), nullable=False),
        sa.Column("event_id", sa.String(255), nullable=False),
        sa.Column("case", sa.String(255), nullable=False),
        sa.Column("type", sa.String(255), nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("properties", sa.Text, nullable=False),
        sa.Column("taken_at", Moment, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("first_tried", Moment),
        sa.Column("tried_at", Moment),
        sa.Column("due", Moment),
        sa.Column("answer", sa.String(200)),
        sa.Column("done_at", Moment),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "gateway_delivery_event", "gateway_delivery", ["endpoint", "event_id"], unique=True
    )
    op.create_index(
        "gateway_delivery_waiting", "gateway_delivery", ["endpoint", "state", "case", "id"]
    )
    op.create_index("gateway_delivery_case", "gateway_delivery", ["case"])
    op.create_index("gateway_delivery_done", "gateway_delivery", ["done_at"])
