"""When the words of a closed case went: they are kept for a while after its end."""

import sqlalchemy as sa
from alembic import op

from broker.store.columns import Moment

revision = "cases_0006"
down_revision = "cases_0005"


def upgrade() -> None:
    op.add_column("cases", sa.Column("words_gone", Moment))
    where = sa.text("closed_at IS NOT NULL AND words_gone IS NULL")
    op.create_index(
        "cases_with_words", "cases", ["closed_at"], sqlite_where=where, postgresql_where=where
    )
