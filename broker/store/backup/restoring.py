"""Puts a backup in the place of the SQLite files of a state folder."""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, cast

from broker.errors import BadConfiguration, StoreUnavailable
from broker.store.backup.copying import sync
from broker.store.backup.examining import examine, lock, open_file
from broker.store.backup.manifest import PAIR, Backup, CopiedFile, digest_of, read_backup
from broker.store.schema import newest

_BESIDE: Final = ("", "-wal", "-shm", "-journal")
_HOLDS: Final = {
    "journal": ("SELECT 1 FROM journal LIMIT 1",),
    "cases": ("SELECT 1 FROM cases LIMIT 1", "SELECT 1 FROM case_aside LIMIT 1"),
    "gateway": (
        "SELECT 1 FROM gateway_key LIMIT 1",
        "SELECT 1 FROM gateway_webhook LIMIT 1",
        "SELECT 1 FROM gateway_person LIMIT 1",
        "SELECT 1 FROM gateway_duty LIMIT 1",
        "SELECT 1 FROM gateway_report_text LIMIT 1",
    ),
}


@dataclass(frozen=True, slots=True)
class Restored:
    """``aside``: where the files that were there lie now; None where there were none."""

    backup: Backup
    aside: Path | None


def restore(folder: Path, state: Path, now: datetime, *, force: bool = False) -> Restored:
    """Put the files of a backup in the place of those of ``state``; older ones are kept aside.

    All of it is examined before anything is touched. While the files are exchanged nobody can open
    them. Stopped in the middle, it may be done again.

    Raises:
        BadConfiguration: the backup is none, is damaged or of a newer version; a program has the
            store open; or there is something in it and nobody said ``force``.
        StoreUnavailable: the disk is full, a file cannot be read.
    """
    backup = read_backup(folder)
    if not backup.files:
        raise BadConfiguration(f"{folder} holds neither journal nor cases")
    for file in backup.files:
        _whole(folder, file)
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = [path for path in _paths(state, backup) if path.exists()]
        with _alone(there):
            pass
        # Between the two: whoever closes a file here gives up every lock that this process has.
        if not force and (full := [path for path in there if _holds(path)]):
            raise BadConfiguration(
                f"{full[0]} is not empty; --force puts the backup in its place and keeps it aside"
            )
        with _alone(there):
            return _exchange(folder, state, backup, now)
    except OSError as why:
        raise StoreUnavailable(f"not restored: {why}") from why


@contextmanager
def _alone(paths: Sequence[Path]) -> Iterator[None]:
    """While the block runs nobody else can open these. Raises BadConfiguration where one has."""
    with ExitStack() as stack:
        for path in paths:
            if not lock(stack.enter_context(path.open("r+b"))):
                raise BadConfiguration(
                    f"a program has {path} open: stop `pintu run` and all commands first"
                )
        yield


def _exchange(folder: Path, state: Path, backup: Backup, now: datetime) -> Restored:
    parts = []
    for file in backup.files:
        part = state / f"{file.name}.part"
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        shutil.copyfile(folder / file.name, part)
        sync(part)
        if digest_of(part) != file.sha256:
            raise BadConfiguration(f"{folder / file.name} changed while it was read")
        if file.store == "gateway":
            _without_sessions(part)
            sync(part)
        parts.append((part, state / file.name))
    aside = state / f"before-restore-{now:%Y%m%dT%H%M%S%f}"
    # Both of a pair: a journal of another day would take complaints for known whose cases are gone.
    old = [
        found for path in _paths(state, backup) for end in _BESIDE if (found := _beside(path, end))
    ]
    if old:
        aside.mkdir(mode=0o700)
    for path in old:
        path.rename(aside / path.name)
    for part, path in parts:
        part.rename(path)
    sync(state)
    return Restored(backup, aside if old else None)


def _without_sessions(part: Path) -> None:
    """A session that was ended since the backup was made must not open anything again: people sign
    in once more."""
    with closing(open_file(part)) as connection:
        there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'gateway_session'"
        if connection.execute(there).fetchone() is not None:
            connection.execute("DELETE FROM gateway_session")


def _whole(folder: Path, file: CopiedFile) -> None:
    path = folder / file.name
    if not path.is_file():
        raise BadConfiguration(f"{folder} is not whole: {file.name} is missing")
    if digest_of(path) != file.sha256:
        raise BadConfiguration(f"{path} is not what was backed up: its SHA-256 differs")
    if wrong := examine(path):
        raise BadConfiguration(f"{path} is damaged ({wrong}); take another backup")
    mine = newest(cast("Literal['journal', 'cases', 'gateway']", file.store))
    if file.migration > mine:
        raise BadConfiguration(
            f"{path} was written by a newer version of this program ({backup_of(file)}, this one"
            f" knows {mine}): install that version"
        )


def backup_of(file: CopiedFile) -> str:
    """How a file's tables are called."""
    return file.migration or "no tables yet"


def _paths(state: Path, backup: Backup) -> list[Path]:
    """What is exchanged: a gateway's file stays where the backup has none, as older ones have."""
    stores = dict.fromkeys((*PAIR, *(file.store for file in backup.files)))
    return [state / f"{store}.sqlite3" for store in stores]


def _beside(path: Path, end: str) -> Path | None:
    found = path.with_name(path.name + end)
    return found if found.exists() else None


def _holds(path: Path) -> bool:
    """Whether there is anything in it; a damaged one counts."""
    if path.stat().st_size == 0:
        return False
    try:
        with closing(open_file(path)) as connection:
            return any(connection.execute(one).fetchone() for one in _HOLDS[path.stem])
    except sqlite3.OperationalError as why:
        return "no such table" not in str(why)
    except sqlite3.Error:
        return True
