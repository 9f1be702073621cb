"""Indexes that hold the sizes of deferred messages: they are summed without reading the bodies."""

from alembic import op

revision = "cases_0003"
down_revision = "cases_0002"

_COLUMNS = {
    "case_aside_speaker": ["speaker", "size"],
    "case_aside_complaint": ["complaint_id", "speaker", "size"],
    "case_aside_until": ["until", "n", "size"],
}


def upgrade() -> None:
    for name, columns in _COLUMNS.items():
        op.drop_index(name, "case_aside")
        op.create_index(name, "case_aside", columns)
