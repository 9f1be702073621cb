"""Copies the SQLite files of a state folder while the program works on them."""

import os
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from broker.errors import BadConfiguration, StoreUnavailable
from broker.store.backup.examining import damages, examine, open_file
from broker.store.backup.manifest import (
    BACKUP_FILE,
    LAST_FILE,
    PAIR,
    STORES,
    Backup,
    CopiedFile,
    LastBackup,
    digest_of,
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTED: Final = {"journal": "journal", "cases": "cases", "gateway": "gateway_key"}


def back_up(state: Path, folder: Path, now: datetime, version: str) -> Backup:
    """Copy journal, cases and the gateway's keys into a new folder, for its owner's eyes only.

    ``VACUUM INTO`` reads one moment of a file while others write, and writes nothing of what was
    deleted in it. Each copy is examined whole. The folder appears under its name when all of it is
    on the disk; until then it is called ``….part``.

    Raises:
        BadConfiguration: there is no store in SQLite there, it is damaged, or the folder exists.
        StoreUnavailable: the disk is full, a file cannot be read.
    """
    sources = [(store, state / f"{store}.sqlite3") for store in STORES]
    sources = [(store, path) for store, path in sources if path.exists()]
    if not any(store in PAIR for store, _ in sources):
        raise BadConfiguration(f"{state} holds no store: neither journal.sqlite3 nor cases.sqlite3")
    if folder.exists():
        raise BadConfiguration(f"{folder} exists already; name a folder that does not")
    part = folder.with_name(f"{folder.name}.part")
    try:
        _make(part)
        files = tuple(_copied(store, path, part) for store, path in sources)
        mark = _watermark(part / "cases.sqlite3") if (part / "cases.sqlite3").exists() else None
        backup = Backup(now, version, mark, files)
        _write(part / BACKUP_FILE, backup.to_json())
        sync(part)
        part.rename(folder)
        sync(folder.absolute().parent)
    except OSError as why:
        raise StoreUnavailable(f"no backup was made: {why}") from why
    with suppress(OSError):  # it is made all the same
        _remember(state, LastBackup(now, os.fspath(folder.absolute())))
    return backup


def _remember(state: Path, last: LastBackup) -> None:
    """In the state folder, for whoever looks after it: `pintu doctor` says how old it is."""
    new = state / f"{LAST_FILE}.new"
    new.unlink(missing_ok=True)
    _write(new, last.to_json())
    new.replace(state / LAST_FILE)


def _make(part: Path) -> None:
    part.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.chmod(0o700)
    for old in part.iterdir():  # of an attempt that was cut off
        old.unlink()


def _copied(store: str, source: Path, part: Path) -> CopiedFile:
    target = part / source.name
    target.touch(mode=0o600)
    try:
        with closing(open_file(source)) as connection:
            connection.execute("VACUUM INTO ?", (os.fspath(target),))
    except sqlite3.Error as why:
        if damages(why):
            raise BadConfiguration(damage(source, str(why))) from why
        raise StoreUnavailable(f"{source}: {why}; no backup was made") from why
    if wrong := examine(target):
        raise BadConfiguration(damage(source, wrong))
    with closing(open_file(target)) as connection:
        (migration,) = _row(connection, f"SELECT version_num FROM {store}_version") or ("",)
        (rows,) = _row(connection, f"SELECT count(*) FROM {_COUNTED[store]}") or (0,)
    sync(target)
    return CopiedFile(store, migration, rows, target.stat().st_size, digest_of(target))


def damage(path: Path, wrong: str) -> str:
    """What is said of a file that is no whole database, with the way out."""
    return (
        f"{path} is damaged ({wrong}). Stop the program and put a backup back:"
        " `pintu store restore FOLDER --force`; the damaged file is kept aside"
    )


def _watermark(cases: Path) -> datetime | None:
    with closing(open_file(cases)) as connection:
        row = _row(connection, "SELECT reached FROM case_progress")
    return _EPOCH + timedelta(microseconds=row[0]) if row and row[0] is not None else None


def _row(connection: sqlite3.Connection, query: str) -> Any:
    try:
        return connection.execute(query).fetchone()
    except sqlite3.OperationalError:  # a store that was never used has no tables yet
        return None


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
    sync(path)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
