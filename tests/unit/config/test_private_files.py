"""Files with what citizens wrote: for their owner alone, whole or not there, no link followed."""

import ast
import os
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from broker.node.folder import NodeFolder
from broker.store.cases import open_case_store
from config.files import new_private_file, replaced
from config.settings import load_settings
from consumers.runtime.store_url import store_url
from pintu.cli.main import app

ROOT = Path(__file__).parents[3]
HISTORY = "text,agency\nlampu jalan padam sudah seminggu,dishub\n"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _open_umask() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


def route(folder: Path) -> Path:
    (folder / "in.csv").write_text(HISTORY, "utf-8")
    words = ["route", "--file", str(folder / "in.csv"), "--out", str(folder / "out.csv")]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return folder / "out.csv"


def test_a_routed_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    assert mode(route(tmp_path)) == 0o600


def test_a_link_that_somebody_put_beside_it_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine", "utf-8")
    (tmp_path / "out.csv.part").symlink_to(victim)
    (tmp_path / "out.csv").symlink_to(victim)
    assert not route(tmp_path).is_symlink()
    assert victim.read_text("utf-8") == "mine"


def test_a_report_as_a_page_is_for_its_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(HISTORY, "utf-8")
    page, victim = tmp_path / "report.html", tmp_path / "victim"
    victim.write_text("mine", "utf-8")
    page.symlink_to(victim)
    words = ["rules", "evaluate", str(tmp_path / "in.csv"), "--html", str(page)]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert mode(page) == 0o600
    assert victim.read_text("utf-8") == "mine"


def test_what_cannot_be_written_to_its_end_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path,
) -> None:
    file = tmp_path / "out.csv"
    file.write_text("before", "utf-8")
    with pytest.raises(RuntimeError), replaced(file) as out:
        out.write("half")
        raise RuntimeError
    assert file.read_text("utf-8") == "before"
    assert os.listdir(tmp_path) == ["out.csv"]


def test_a_file_is_on_the_disk_before_it_bears_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def syncs(handle: int) -> None:
        steps.append("sync")
        fsync(handle)

    def names(old: Path, new: Path) -> None:
        steps.append("name")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", syncs)
    monkeypatch.setattr(os, "replace", names)
    with replaced(tmp_path / "out.csv") as out:
        out.write("x")
    assert steps == ["sync", "name", "sync"]


def test_a_new_file_takes_the_place_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "there").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        new_private_file(tmp_path / "there")
    assert not (tmp_path / "nowhere").exists()


def test_what_is_no_file_is_written_into_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with replaced(pipe) as out:
        out.write("x")
    assert os.read(reading, 9) == b"x"
    assert pipe.is_fifo()
    os.close(reading)


def test_the_state_folder_is_for_its_owner_alone_whoever_makes_it(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    store_url(load_settings({"PINTU_STATE_DIR": str(one)}), "cases")
    NodeFolder.under(other)
    assert (mode(one), mode(other)) == (0o700, 0o700)


async def test_the_files_of_a_store_are_for_their_owner_alone(tmp_path: Path) -> None:
    store = await open_case_store(f"sqlite:///{tmp_path}/cases.sqlite3")
    try:
        files = {path.name: mode(path) for path in tmp_path.iterdir()}
    finally:
        await store.close()
    assert {"cases.sqlite3", "cases.sqlite3-wal"} <= files.keys()
    assert {*files.values()} == {0o600}


def test_no_other_part_of_the_program_opens_files_for_writing_by_itself() -> None:
    """A new place that writes goes through config/files.py, or is looked at and named here."""
    known = {
        "config/files.py",
        "broker/node/supervisor.py",  # runs by itself, without our modules
        "broker/node/folder.py",  # broker may not import config; in a folder of 0700
        "broker/node/lifecycle.py",  # appends to a log that folder.py made
        "broker/store/backup/copying.py",  # broker may not import config; 0600 in a folder of 0700
        "broker/store/backup/examining.py",  # opens for a lock, writes nothing
        "broker/store/backup/restoring.py",  # the same
        "pintu/rules/learning/writing.py",  # tables of rules, in a working copy of 0700
    }
    found = set()
    for part in ("broker", "config", "consumers", "schemas"):
        for file in (ROOT / part).rglob("*.py"):
            for call in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(call, ast.Call) and _writes(call):
                    found.add(str(file.relative_to(ROOT)))
    assert found <= known


def _writes(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in ("write_text", "write_bytes", "mkstemp", "NamedTemporaryFile"):
        return True
    given = [*call.args, *(word.value for word in call.keywords if word.arg == "mode")]
    modes = [one.value for one in given if isinstance(one, ast.Constant)]
    return name == "open" and any(
        isinstance(one, str) and len(one) < 4 and {*one} & {*"wax+"} for one in modes
    )
