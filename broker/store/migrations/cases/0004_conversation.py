"""What was said in a case, for as long as it is open."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Id

revision = "cases_0004"
down_revision = "cases_0003"


def upgrade() -> None:
    op.create_table(
        "case_conversation",
        sa.Column("complaint_id", Id, primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        # As for the texts: the words of a closed case must not lie there for long.
        op.execute(
            "ALTER TABLE case_conversation SET"
            " (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)"
        )
