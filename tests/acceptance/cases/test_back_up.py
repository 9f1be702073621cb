"""Backup and restore, by exactly what docs/how-to/back-up.md says."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from broker.domain.case import CaseFilter
from broker.ports import CaseStore
from broker.store.cases import open_case_store
from broker.store.journal import open_journal
from tests.acceptance.program import PINTU, environment
from tests.contract.keeping import NOW, a_case, save
from tests.support.postgres import OwnPostgres

PAGE: Final = Path(__file__).parents[3] / "docs" / "how-to" / "back-up.md"
WRITER: Final = """
import asyncio, sys
from uuid import uuid4
from broker.store.cases import open_case_store
from broker.store.journal import open_journal
from tests.contract.keeping import NOW, a_case, save

async def main(cases, journal):
    store, known = await open_case_store(cases), await open_journal(journal)
    for number in range(1_000_000):
        some = [a_case(text="x" * 500) for _ in range(20)]
        async with known.recording([case.complaint_id for case in some], NOW):
            await save(store, *some)
        print(*(case.complaint_id for case in some), flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


def commands(heading: str) -> list[str]:
    """The blocks of a section of the page, in order."""
    section = PAGE.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    return [one for one in found if "rsync" not in one]  # of the files that came with complaints


def shell(script: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """As an operator types it."""
    path = f"{Path(PINTU).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-ec", script],
        env=environment(**settings) | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def writing(cases: str, journal: str, until: int = 3) -> "Iterator[subprocess.Popen[str]]":
    """A program that begins cases as fast as it can; some are there when the block begins."""
    command = [sys.executable, "-c", WRITER, cases, journal]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            process.lines = [process.stdout.readline() for _ in range(until)]  # type: ignore[attr-defined]
            yield process
        finally:
            process.kill()


async def everything(store: CaseStore) -> dict[str, tuple[object, object, object]]:
    """All open cases of a store with their history and what was said."""
    return {
        str(case.complaint_id): (
            case,
            await store.history(case.complaint_id),
            await store.conversation(case.complaint_id),
        )
        async for case in store.listed(CaseFilter(), most=1_000_000)
    }


def places(script: str, state: Path, backup: Path) -> str:
    assert "/var/lib/pintu" in script
    return script.replace("/var/lib/pintu", str(state)).replace("/backup", str(backup))


async def test_a_store_backed_up_amid_writing_comes_back_on_another_machine(tmp_path):
    here, there, media = tmp_path / "here", tmp_path / "there", tmp_path / "media"
    here.mkdir()
    media.mkdir()
    back_up, restore = commands("SQLite")
    urls = [f"sqlite:///{here}/{name}.sqlite3" for name in ("cases", "journal")]
    with writing(urls[0], urls[1]) as writer:
        done = shell(places(back_up, here, media))
        assert done.returncode == 0, done.stderr
        busy = shell(places(restore, here, media) + " --force")
        assert busy.returncode == 78
        assert "has" in busy.stderr and "open: stop" in busy.stderr, busy.stderr
    [folder] = media.iterdir()
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700

    restored = shell(places(restore, there, media))
    assert restored.returncode == 0, restored.stderr
    assert shell("pintu store check", STATE_DIR=str(there)).returncode == 0

    old, new = (
        await open_case_store(urls[0]),
        await open_case_store(f"sqlite:///{there}/cases.sqlite3"),
    )
    known = await open_journal(f"sqlite:///{there}/journal.sqlite3")
    try:
        before, after = await everything(old), await everything(new)
        acknowledged = " ".join(writer.lines).split()  # type: ignore[attr-defined]
        assert acknowledged
        assert set(acknowledged) <= after.keys() <= before.keys()
        assert all(before[one] == after[one] for one in after)
        first = [after[one][0].complaint_id for one in acknowledged]  # type: ignore[attr-defined]
        async with known.recording(first, NOW) as unknown:
            assert not unknown
    finally:
        for store in (old, new, known):
            await store.close()


async def test_a_store_that_holds_something_is_replaced_by_force_alone_and_kept_aside(tmp_path):
    state, media = tmp_path / "state", tmp_path / "media"
    state.mkdir()
    media.mkdir()
    back_up, restore = (places(one, state, media) for one in commands("SQLite"))
    store = await open_case_store(f"sqlite:///{state}/cases.sqlite3")
    first, second = a_case(), a_case()
    await save(store, first)
    assert shell(back_up).returncode == 0
    await save(store, second)
    await store.close()

    refused = shell(restore)
    assert refused.returncode == 78 and "--force" in refused.stderr, refused.stderr
    forced = shell(f"{restore.strip()} --force")
    assert forced.returncode == 0, forced.stderr

    [aside] = state.glob("before-restore-*")
    for folder, found in (
        (state, {first.complaint_id}),
        (aside, {first.complaint_id, second.complaint_id}),
    ):
        store = await open_case_store(f"sqlite:///{folder}/cases.sqlite3")
        assert {case.complaint_id async for case in store.listed()} == found
        await store.close()


def damage_a_page(path: Path) -> None:
    """As a copy of half a transaction is: pages of one moment among those of another."""
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 4))


async def test_a_damaged_file_is_refused_at_the_start_and_in_a_backup_with_the_way_out(tmp_path):
    journal = await open_journal(f"sqlite:///{tmp_path}/journal.sqlite3")
    for _ in range(5):
        some = [a_case().complaint_id for _ in range(500)]
        async with journal.recording(some, NOW):
            pass
    await journal.close()
    damage_a_page(tmp_path / "journal.sqlite3")

    for words, code in (
        ("run router", 78),
        (f"store backup {tmp_path}/copy", 78),
        ("store check", 1),
    ):
        done = shell(f"pintu {words}", STATE_DIR=str(tmp_path), AMQP_URL="amqp://127.0.0.1:1/")
        assert done.returncode == code, (words, done.stderr)
        assert "journal.sqlite3 is damaged" in done.stderr, (words, done.stderr)
        assert "pintu store restore" in done.stderr
    assert not (tmp_path / "copy").exists()


async def test_a_damaged_or_cut_off_backup_is_refused_before_anything_is_touched(tmp_path):
    state, media = tmp_path / "state", tmp_path / "media"
    state.mkdir()
    media.mkdir()
    back_up, restore = (places(one, state, media) for one in commands("SQLite"))
    store = await open_case_store(f"sqlite:///{state}/cases.sqlite3")
    await save(store, a_case())
    await store.close()
    assert shell(back_up).returncode == 0
    [folder] = media.iterdir()
    damage_a_page(folder / "cases.sqlite3")

    refused = shell(f"{restore.strip()} --force")
    assert refused.returncode == 78 and "SHA-256" in refused.stderr, refused.stderr
    (folder / "backup.json").unlink()
    refused = shell(f"{restore.strip()} --force")
    assert refused.returncode == 78 and "is no backup" in refused.stderr
    assert not list(state.glob("before-restore-*"))


async def test_a_database_dumped_amid_writing_comes_back_in_another_one(
    tmp_path: Path, postgres_url: str, postgres: OwnPostgres
) -> None:
    other = postgres.database(f"t{uuid4().hex}")
    dump, restore = (one.replace("/backup", str(tmp_path)) for one in commands("PostgreSQL"))
    with writing(postgres_url, postgres_url) as writer:
        done = shell(dump, DATABASE_URL=postgres_url)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "pintu.dump").stat().st_mode & 0o777 == 0o600
    done = shell(restore, DATABASE_URL=other)
    assert done.returncode == 0, done.stderr

    old, new = await open_case_store(postgres_url), await open_case_store(other)
    try:
        before, after = await everything(old), await everything(new)
        acknowledged = " ".join(writer.lines).split()  # type: ignore[attr-defined]
        assert set(acknowledged) <= after.keys() <= before.keys()
        assert all(before[one] == after[one] for one in after)
    finally:
        await old.close()
        await new.close()
        postgres.drop(other.rsplit("/", 1)[1])
