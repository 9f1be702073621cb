"""Of a deferred message who sent it, and how many bytes it has: both are bounded."""

import sqlalchemy as sa
from alembic import op

revision = "cases_0002"
down_revision = "cases_0001"


def upgrade() -> None:
    for column in (
        sa.Column("speaker", sa.Text, nullable=False, server_default=""),
        sa.Column("size", sa.Integer, nullable=False, server_default="0"),
    ):
        op.add_column("case_aside", column)
    length = "octet_length" if op.get_bind().dialect.name == "postgresql" else "length"
    op.execute(f"UPDATE case_aside SET size = {length}(body)")
    op.create_index("case_aside_speaker", "case_aside", ["speaker"])
