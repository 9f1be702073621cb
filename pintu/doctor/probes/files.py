"""The state folder, its disk, the SQLite files in it, and what the last backup left there."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from broker.errors import BadConfiguration, StoreUnavailable
from broker.store.backup import examine, last_backup
from broker.store.schema import Branch
from config.broker_sentences import told
from pintu.doctor.facts import Backup, Files, Folder
from pintu.doctor.finding import Seen, absent, seen, unseen

STORES: Final[tuple[Branch, ...]] = ("journal", "cases", "gateway")
_OTHERS: Final = 0o077
_MOST: Final = 20_000
"""Files that are looked at: a private node has a few hundred."""


def look_at_folder(path: Path) -> Seen[Folder]:
    """Rights, owners and room; absent where there is no such folder yet."""
    try:
        status = path.stat()
        loose, foreign = _inside(path, status.st_uid)
        usage = shutil.disk_usage(path)
    except FileNotFoundError:
        return absent()
    except OSError as why:
        return unseen(f"{path}: {told(why.strerror or why)}")
    held = sum(_size(path / f"{name}.sqlite3") for name in STORES)
    return seen(
        Folder(
            path,
            stat.S_IMODE(status.st_mode),
            os.access(path, os.W_OK | os.X_OK),
            loose,
            foreign,
            usage.free,
            usage.total,
            held,
        )
    )


def examine_files(path: Path, within: float) -> Seen[Files]:
    """Which SQLite files there are, and whether they are whole, as far as time allows."""
    there = tuple(name for name in STORES if (path / f"{name}.sqlite3").exists())
    damaged: dict[str, str] = {}
    not_examined: list[str] = []
    for name in there:
        try:
            if wrong := examine(path / f"{name}.sqlite3", within):
                damaged[name] = wrong
        except TimeoutError:
            not_examined.append(name)
        except StoreUnavailable:
            continue  # told of by whoever reads it
    return seen(Files(there, damaged, tuple(not_examined)))


def look_for_backup(path: Path) -> Seen[Backup]:
    """What `pintu store backup` wrote down of the last one."""
    try:
        found = last_backup(path)
    except (BadConfiguration, OSError) as why:
        return unseen(told(why))
    return seen(Backup(None) if found is None else Backup(found.made_at, found.folder))


def _inside(path: Path, owner: int) -> tuple[tuple[tuple[str, int], ...], tuple[str, ...]]:
    """What others may read or write, and what belongs to somebody else.

    What lies in a folder that others may not enter is as good as closed; what lies in the state
    folder itself is to be closed all the same.
    """
    loose: list[tuple[str, int]] = []
    foreign: list[str] = []
    closed = {path} if not path.stat().st_mode & _OTHERS else set()
    for one in _walk(path):
        try:
            status = one.lstat()
        except OSError:
            continue  # it went away meanwhile
        mode, name = stat.S_IMODE(status.st_mode), one.relative_to(path).as_posix()
        if stat.S_ISLNK(status.st_mode):
            continue
        if one.parent != path and one.parent in closed:
            closed.add(one)
        elif mode & _OTHERS:
            loose.append((name, mode))
        else:
            closed.add(one)
        if status.st_uid != owner:
            foreign.append(name)
    return tuple(loose), tuple(foreign)


def _walk(path: Path) -> Iterator[Path]:
    """Folders before what is in them."""
    count = 0
    for where, folders, names in os.walk(path):
        for name in (*folders, *names):
            count += 1
            if count > _MOST:
                return
            yield Path(where, name)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
