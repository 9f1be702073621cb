"""People who sign in, their sessions, and what was done to them."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Moment

revision = "gateway_0005"
down_revision = "gateway_0004"


def upgrade() -> None:
    op.create_table(
        "gateway_person",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("oidc", sa.String(500), unique=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "gateway_session",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("person", sa.String(40), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("factors", sa.String(60), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
    )
    op.create_index("gateway_session_person", "gateway_session", ["person"])
    op.create_table(
        "gateway_people_line",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("of", sa.String(60), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
    )
    op.create_index("gateway_people_line_at", "gateway_people_line", ["at"])
