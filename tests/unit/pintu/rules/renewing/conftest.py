"""A town that learns from its store: a history before, and a few cases."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from broker.domain.case import Case
from broker.store.cases import open_case_store
from tests.contract.keeping import save
from tests.support.histories import Complaint, a_history, write_history
from tests.unit.broker.domain.case.story import Story

ROWS = 450
NEWS = "ular masuk rumah warga minta evakuasi"


def with_a_new_service(rows: list[Complaint], start: int) -> list[Complaint]:
    """From there on people ask for something that nobody asked for before."""
    return rows[:start] + [
        replace(row, text=NEWS, agency="Dinas Pemadam") if row.topic == "Sampah" else row
        for row in rows[start:]
    ]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Three months of complaints, as a file."""
    return write_history(tmp_path / "base.csv", a_history(ROWS, noise=0.02))


def answered(number: int, at: datetime, text: str, agency: str) -> Case:
    """A complaint of the desk's, which an agency has answered."""
    story = Story(now=at).begins(text)
    story.says("desk.sari.assigned", agency=agency)
    story.says(f"agency.{agency}.responded")
    return replace(story.it, complaint_id=type(story.complaint)(int=number))


def fill(state: Path, *cases: Case) -> None:
    async def put() -> None:
        store = await open_case_store(f"sqlite:///{state}/cases.sqlite3")
        await save(store, *cases)
        await store.close()

    state.mkdir(parents=True, exist_ok=True)
    asyncio.run(put())


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The state folder of this environment; a command configures the log for itself."""
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setenv("PINTU_STATE_DIR", str(folder))
    for name in ("DATABASE_URL", "CONFIG_DIR", "LEARN_HISTORY", "LEARN_BASE"):
        monkeypatch.delenv(f"PINTU_{name}", raising=False)
    before = structlog.get_config()
    yield folder
    structlog.configure(**before)


def long_ago(days: int) -> datetime:
    return datetime(2024, 4, 4, 3, tzinfo=UTC) + timedelta(days=days)
