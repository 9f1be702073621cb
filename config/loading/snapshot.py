"""A configuration folder as a whole: whether it has changed, and all of it as of one moment."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from broker.domain.clocks import SlaCalendar
from broker.domain.routing.rules import Rules
from broker.errors import BadConfiguration
from config.files import read_whole
from config.foreign import told
from config.language import worded
from config.loading.clocks import SHIPPED, load_clocks
from config.loading.rules import load_rules
from schemas.limits import MODEL_FILE_BYTES

Look = tuple[tuple[str, int, int, int], ...]
"""Of each file its name, inode, size in bytes and time of change in nanoseconds."""

_DEEPEST: Final = 3
"""Folders within each other; links are followed, and one may lead back up."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a folder says; ``digest`` is that of its files."""

    rules: Rules
    clocks: SlaCalendar
    digest: str


def look(folder: Path) -> Look:
    """What the file system says of its files; cheap. Empty where there is no such folder."""
    return tuple(sorted(_looks(folder)))


def digest_of(folder: Path | None) -> str:
    """A digest of names and contents of all files; None: of the shipped configuration."""
    root = SHIPPED if folder is None else folder
    digest = sha256()
    for path in sorted(_files(root)):
        try:
            content = read_whole(path, MODEL_FILE_BYTES)
        except OSError:
            continue  # whoever loads it says what is wrong
        for part in (path.relative_to(root).as_posix().encode("utf-8", "surrogateescape"), content):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def load_snapshot(folder: Path | None) -> Snapshot | None:
    """Rules and clocks of a folder, compiled; None where a file changed while it was read.

    Takes about a second; runs in any thread.

    Raises:
        BadConfiguration: one line an error, of all files.
    """
    before = digest_of(folder)
    errors: list[str] = []
    rules: Rules | None = None
    clocks: SlaCalendar | None = None
    try:
        rules = load_rules(folder)
    except BadConfiguration as error:
        errors += str(error).splitlines()
    except OSError as error:
        errors.append(
            worded(
                "{value}: cannot be read: {strerror}",
                value=error.filename or folder,
                strerror=told(error.strerror),
            )
        )
    try:
        clocks = load_clocks(folder)
    except BadConfiguration as error:
        errors += str(error).splitlines()
    if digest_of(folder) != before:
        return None
    if rules is None or clocks is None:
        raise BadConfiguration("\n".join(errors))
    return Snapshot(rules, clocks, before)


def _looks(folder: Path) -> Iterator[tuple[str, int, int, int]]:
    for path in _files(folder):
        try:
            stat = path.stat()
        except OSError:
            continue  # it went away meanwhile: the next look shows it
        name = path.relative_to(folder).as_posix()
        yield name, stat.st_ino, stat.st_size, stat.st_mtime_ns


def _files(root: Path) -> Iterator[Path]:
    """All but hidden files and the backups of editors."""
    for where, folders, names in os.walk(root, followlinks=True):
        deep = len(Path(where).relative_to(root).parts)
        folders[:] = [f for f in folders if not f.startswith(".") and deep < _DEEPEST]
        for name in names:
            if not name.startswith(".") and not name.endswith("~"):
                yield Path(where, name)
