"""Keys and pins outlive a machine: they are in the backup of a store in SQLite."""

from pathlib import Path

from tests.acceptance.program import TOWN, pintu


def test_keys_come_back_with_the_backup_and_stay_where_an_older_one_has_none(
    tmp_path: Path,
) -> None:
    here, there = ({"STATE_DIR": str(tmp_path / name), "CONFIG_DIR": str(TOWN)} for name in "ab")
    assert pintu("case", "list", settings=here).returncode == 0
    assert pintu("store", "backup", str(tmp_path / "old"), settings=here).returncode == 0
    assert pintu("key", "add", "web", settings=here).returncode == 0
    listed = pintu("key", "list", settings=here).stdout
    done = pintu("store", "backup", str(tmp_path / "new"), settings=here)
    assert b"gateway.sqlite3: 1 keys" in done.stdout
    restored = pintu("store", "restore", str(tmp_path / "new"), settings=there)
    assert restored.returncode == 0, restored.stderr
    assert pintu("key", "list", settings=there).stdout == listed
    older = pintu("store", "restore", str(tmp_path / "old"), "--force", settings=there)
    assert older.returncode == 0, older.stderr
    assert pintu("key", "list", settings=there).stdout == listed
