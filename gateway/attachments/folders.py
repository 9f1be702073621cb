"""Where the bytes of attachments lie: a folder of this machine, or what fsspec knows."""

import errno
import io
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

from broker.errors import BadConfiguration, FilesFull, FilesUnavailable

PLACE: Final = re.compile(r"[0-9a-f]{64}-[0-9a-z]{8,16}")
"""Names of files: nothing of a stranger's is in them."""
RESERVE: Final = 512 * 1024**2
"""Bytes that stay free on the disk: the stores may lie on it."""
PART: Final = ".part"
_CHUNK: Final = 256 * 1024
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Folder(Protocol):
    """Blocking; every method may raise FilesUnavailable. ``where``: as it is shown; ``spool``: the
    folder of this machine in which files lie while they arrive, None for the system's."""

    where: str
    spool: str | None

    def write(self, place: str, content: BinaryIO) -> None:
        """All of it is safe on the disk, or nothing is there. Raises FilesFull."""

    def open(self, place: str) -> BinaryIO | None:
        """To read it; None where nothing lies there."""

    def remove(self, place: str) -> None:
        """It is not there any more, whether it was or not."""

    def older(self, seconds: float) -> list[str]:
        """Names of what lies there for longer, also of what was cut off while it was written."""

    def check(self) -> None:
        """Raises FilesUnavailable unless it can be written now."""


def folder_of(setting: str) -> Folder:
    """The folder that the setting names. Raises BadConfiguration."""
    if "://" not in setting or setting.startswith("file://"):
        return LocalFolder(Path(setting.removeprefix("file://")))
    from gateway.attachments.remote_folder import RemoteFolder

    try:
        return RemoteFolder(setting)
    except (ImportError, ValueError) as why:
        scheme = setting.partition(":")[0]
        raise BadConfiguration(
            f"PINTU_ATTACHMENTS: {scheme}:// cannot be used: {why}. For S3 install pintu[s3]"
        ) from why


def spooled_file(folder: str | None) -> BinaryIO:
    """A file that has no name: whatever ends the process, nothing of it stays behind.

    Raises:
        FilesUnavailable: none can be made.
    """
    with _promised(folder or tempfile.gettempdir()):
        if folder is not None:
            Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        return cast(BinaryIO, tempfile.TemporaryFile(dir=folder))


@contextmanager
def _promised(where: str) -> Iterator[None]:
    try:
        yield
    except OSError as why:
        raise refused(where, why) from why


def refused(where: str, why: OSError) -> FilesUnavailable:
    """What the folder's error means."""
    kind = FilesFull if why.errno in _NO_ROOM else FilesUnavailable
    return kind(f"{where}: {why.strerror or why}")


class LocalFolder:
    """In folders of the first two digits of each name, for its owner's eyes only."""

    def __init__(self, path: Path, reserve: int = RESERVE) -> None:
        self._path = path.absolute()
        self._reserve = reserve
        self.where = str(path)
        self.spool: str | None = str(self._path)

    def write(self, place: str, content: BinaryIO) -> None:
        """See Folder."""
        with _promised(self.where):
            self._keep_room(content.seek(0, os.SEEK_END))
            content.seek(0)
            target = self._of(place)
            if target.exists():
                # Its name says what is in it; another request may just have given it that.
                _sync(target.parent)
                return
            if not target.parent.exists():
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _sync(target.parent.parent)
            part = target.with_name(f"{place}{os.urandom(4).hex()}{PART}")
            try:
                _write(part, content)
                part.rename(target)
            except BaseException:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
                raise
            _sync(target.parent)

    def open(self, place: str) -> BinaryIO | None:
        """See Folder."""
        with _promised(self.where):
            try:
                return self._of(place).open("rb")
            except FileNotFoundError:
                return None

    def remove(self, place: str) -> None:
        """See Folder."""
        with _promised(self.where):
            self._of(place).unlink(missing_ok=True)

    def older(self, seconds: float) -> list[str]:
        """See Folder."""
        before, found = time.time() - seconds, list[str]()
        with _promised(self.where):
            for inner in self._path.glob("[0-9a-f][0-9a-f]"):
                for file in inner.iterdir():
                    with suppress(FileNotFoundError):
                        if file.stat().st_mtime < before:
                            found.append(file.name)
        return found

    def check(self) -> None:
        """See Folder."""
        with _promised(self.where):
            self._keep_room(0)
            probe = self._path / f".check-{os.getpid()}"
            _write(probe, io.BytesIO(b"\n"), exclusive=False)
            probe.unlink(missing_ok=True)

    def _of(self, place: str) -> Path:
        name = Path(place).name
        if name != place or not PLACE.match(place):
            raise ValueError("no place of ours")
        return self._path / place[:2] / place

    def _keep_room(self, size: int) -> None:
        if not self._path.is_dir():
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync(self._path.parent)
        if shutil.disk_usage(self._path).free < self._reserve + size:
            raise FilesFull(
                f"{self.where}: less than {self._reserve // 1024**2} MiB are free on its disk"
            )


def _write(path: Path, content: BinaryIO, *, exclusive: bool = True) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | (os.O_EXCL if exclusive else os.O_TRUNC)
    descriptor = os.open(path, flags, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(content, file, _CHUNK)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
