"""The folder `.learnings` of a configuration: every learning that is kept, and the log of all.

    .learnings/log.jsonl            a line each: when, what came of it, figures
    .learnings/2026-12-01T0300/     learned/, report.json, report.html, diff.json, learning.json

It is hidden, so no running process reads it. A folder in it appears whole or not at all.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from broker.errors import BadConfiguration
from config.files import write_private
from config.foreign import told
from config.language import worded
from config.loading.learned import MODEL
from config.loading.rules_tables import LEARNED
from pintu.rules.learning.writing import alone
from pintu.rules.renewing.records import Record, read_records

PLACE: Final = ".learnings"
_LOG, _OWN, _WORK = "log.jsonl", "learning.json", ".work"
_KEPT: Final = 12
"""Learnings of which more than the line in the log is kept."""
_SHOWN: Final = 8
"""Digits of a digest, as decisions carry them."""


class Learnings:
    """What is kept beside a configuration folder. Reading needs no lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = folder / PLACE
        self.work = self.place / _WORK

    def records(self) -> list[Record]:
        """The log, oldest first; empty where nothing was ever learned here."""
        try:
            lines = (self.place / _LOG).read_text("utf-8", "replace").split("\n")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _refusal(error, self.folder) from None
        return read_records(lines)

    def learned(self, id: str) -> Path | None:
        """The folder `learned/` of a learning that is kept."""
        place = self.place / id / LEARNED
        return (
            place
            if id[:1].isalnum() and "/" not in id and (self.place / id / MODEL).is_file()
            else None
        )

    def kept(self) -> list[str]:
        """The ids of those that can be put in force, oldest first."""
        if not self.place.is_dir():
            return []
        return sorted(one.name for one in self.place.iterdir() if self.learned(one.name))

    def in_force(self) -> str | None:
        """The id of what is in force; empty where nothing learned is, None where nobody recorded
        it: somebody learned by hand, or copied it here."""
        model = model_in(self.folder)
        if not model:
            return ""
        kept = [id for id in self.kept() if model_in(self.place / id) == model]
        return kept[-1] if kept else None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One at a time learns or takes back; what a kill left lying is cleared first.

        Raises `BadConfiguration` where another one is at work, or the folder cannot be written.
        """
        try:
            self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
            with alone(self.place):
                shutil.rmtree(self.work, ignore_errors=True)
                self._recover()
                try:
                    yield
                finally:
                    shutil.rmtree(self.work, ignore_errors=True)
        except OSError as error:
            raise _refusal(error, self.folder) from error

    def new_id(self, at: datetime) -> str:
        """A name that tells when, and sorts."""
        wanted = id = at.astimezone(UTC).strftime("%Y-%m-%dT%H%M%SZ")
        number = 1
        while (self.place / id).exists():
            number += 1
            id = f"{wanted}-{number}"
        return id

    def log(self, record: Record) -> None:
        """Add a line; it is on the disk when this returns."""
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(
            self.place / _LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644
        )
        try:
            # First a new line, in case that a kill cut the last one off.
            os.write(handle, f"\n{_json(record)}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def keep(self, record: Record, learned: Path | None, files: dict[str, str]) -> None:
        """The folder of a learning, whole or not at all; its line in the log follows later."""
        entry = self.work / "entry"
        shutil.rmtree(entry, ignore_errors=True)
        entry.mkdir(mode=0o700, parents=True)
        if learned is not None:
            shutil.copytree(learned, entry / LEARNED)
        for name, text in {**files, _OWN: _json(record)}.items():
            write_private(entry / name, text.encode())
        os.rename(entry, self.place / record.id)

    def keep_what_is_in_force(self, at: datetime) -> str:
        """Its id; what nobody had recorded is kept from now on."""
        known = self.in_force()
        if known is not None:
            return known
        model = model_in(self.folder)
        record = Record(at=at, what="found", id=self.new_id(at), model=model)
        self.keep(record, self.folder / LEARNED, {})
        self.log(record)
        return record.id

    def prune(self) -> None:
        """Only the newest are kept, what is in force, and what was before it."""
        records, now = self.records(), self.in_force()
        needed = {now, *(r.before for r in records if r.id == now and r.what != "kept")}
        folders = sorted(one for one in self.place.iterdir() if (one / _OWN).is_file())
        for one in folders[:-_KEPT]:
            if one.name not in needed:
                shutil.rmtree(one, ignore_errors=True)

    def _recover(self) -> None:
        """Lines of learnings that were killed between the exchange of folders and the log."""
        logged, force = {record.id for record in self.records()}, self.in_force()
        for folder in sorted(self.place.iterdir()):
            with suppress(OSError):
                for record in read_records([(folder / _OWN).read_text("utf-8", "replace")]):
                    if record.id not in logged:
                        self.log(_as_it_came(record, force))


def _as_it_came(record: Record, force: str | None) -> Record:
    """What was to be put in force and is not was interrupted."""
    if record.what != "installed" or record.id == force:
        return record
    return record.model_copy(update={"what": "kept", "reason": "interrupted"})


def model_in(folder: Path) -> str:
    """The first digits of the digest of a folder's model, from its first line; empty: none."""
    try:
        with (folder / MODEL).open("rb") as file:
            words = file.readline(200).split()
    except OSError:
        return ""
    return words[2][:_SHOWN].decode("ascii", "replace") if len(words) == 3 else ""


def _json(record: Record) -> str:
    return record.model_dump_json(exclude_defaults=True)


def _refusal(error: OSError, folder: Path) -> BadConfiguration:
    return BadConfiguration(
        worded(
            "{where}: {why}; what is learned is kept beside the configuration: {folder} must be "
            "writable here (in a container, mount it for writing)",
            where=error.filename or folder,
            why=told(error.strerror),
            folder=folder,
        )
    )
