"""A state folder remembers when it was last backed up, and where that was put."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.errors import BadConfiguration
from broker.store.backup import LAST_FILE, back_up, last_backup
from broker.store.cases import open_case_store

NOW = datetime(2026, 2, 2, 1, 0, tzinfo=UTC)


async def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir(0o700)
    await (await open_case_store(f"sqlite:///{folder / 'cases.sqlite3'}")).close()
    return folder


async def test_the_newest_backup_is_remembered_for_the_owner_alone(tmp_path: Path) -> None:
    folder = await state(tmp_path)
    assert last_backup(folder) is None
    for days, name in enumerate(("monday", "tuesday")):
        back_up(folder, tmp_path / name, NOW + timedelta(days=days), "1.0")
    found = last_backup(folder)
    assert found is not None
    assert (found.made_at, found.folder) == (NOW + timedelta(days=1), str(tmp_path / "tuesday"))
    assert stat.S_IMODE((folder / LAST_FILE).stat().st_mode) == 0o600
    assert {path.name for path in folder.iterdir()} == {"cases.sqlite3", LAST_FILE}


async def test_one_that_was_refused_is_not_remembered(tmp_path: Path) -> None:
    folder = await state(tmp_path)
    (tmp_path / "there").mkdir()
    with pytest.raises(BadConfiguration):
        back_up(folder, tmp_path / "there", NOW, "1.0")
    assert last_backup(folder) is None


@pytest.mark.parametrize("content", ["", "{}", "[]", json.dumps({"made_at": 7, "folder": "x"})])
def test_a_note_that_cannot_be_used_is_said_so(tmp_path: Path, content: str) -> None:
    (tmp_path / LAST_FILE).write_text(content)
    with pytest.raises(BadConfiguration, match=LAST_FILE):
        last_backup(tmp_path)
