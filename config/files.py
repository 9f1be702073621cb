"""Files of an operator: read without surprises, written for their owner alone.

Reading never hangs on a pipe, never follows a device and never takes more than it is told to.
Writing: what citizens wrote lies in a file that only its owner may read, which appears whole or
not at all.
"""

import errno
import os
import secrets
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from config.language import gettext, worded
from schemas.limits import PIPE_SECONDS

_IN_PLACE: Final = ("dev", "proc")
"""Folders of the system whose files are no files: /dev/stdout, /proc/self/fd/1."""


def read_whole(file: Traversable, most: int) -> bytes:
    """The content of a regular file.

    Raises:
        OSError: it cannot be read, is no regular file, or has more than ``most`` bytes.
    """
    if not isinstance(file, Path):
        return file.read_bytes()
    with _opened(file) as incoming:
        if not stat.S_ISREG(os.fstat(incoming.fileno()).st_mode):
            raise OSError(
                errno.EINVAL, gettext("is no regular file; put a file of text there"), str(file)
            )
        content = incoming.read(most + 1)
    if len(content) > most:
        raise OSError(
            errno.EFBIG,
            worded("is larger than {most:,} bytes; make it smaller", most=most),
            str(file),
        )
    return content


def open_rows(file: Path) -> BinaryIO:
    """A file of complaints, which may be a pipe, to be read from its beginning.

    Raises:
        OSError: it cannot be read, is a folder or a device, or a pipe into which nobody writes.
    """
    incoming = os.fdopen(_opened_pipe(file), "rb") if file.is_fifo() else _opened(file)
    mode = os.fstat(incoming.fileno()).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or _of_the_system(file)):
        incoming.close()
        raise OSError(errno.EINVAL, gettext("is neither a file nor a pipe; name a file"), str(file))
    os.set_blocking(incoming.fileno(), True)
    return incoming


@contextmanager
def replaced(target: Path, *, keeps_mode: bool = False) -> Iterator[TextIO]:
    """A text file that takes the place of ``target`` where the block ends well.

    It is written under a fresh name in the same folder, for its owner alone, and is on the disk
    before it bears its name: nobody reads half of it, and no link that somebody put there is
    followed. What is no file (``/dev/stdout``, a pipe) is written into as it is.

    Args:
        keeps_mode: the new file may be read by whom the old one could, where that is one's own.

    Raises:
        OSError: it cannot be written; ``target`` is as it was.
    """
    if _written_in_place(target):
        with target.open("w", encoding="utf-8", newline="") as outgoing:
            yield outgoing
        return
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    part = target.with_name(f".pintu-{secrets.token_hex(8)}.part")
    try:
        with new_private_file(part) as outgoing:
            if keeps_mode:
                _take_mode(outgoing.fileno(), target)
            yield outgoing
            outgoing.flush()
            os.fsync(outgoing.fileno())
        os.replace(part, target)
    except BaseException as error:
        with suppress(OSError):
            part.unlink()
        if isinstance(error, OSError) and str(error.filename) == str(part):
            error.filename = str(target)  # the name that somebody gave
        raise
    _sync_folder(target.parent)


def new_private_file(file: Path) -> TextIO:
    """A text file that was not there before, for its owner alone; no link is followed.

    Raises:
        OSError: there is something of that name, or it cannot be made.
    """
    return os.fdopen(_made(file), "w", encoding="utf-8", newline="")


def write_private(file: Path, content: bytes) -> None:
    """The same, with its content. Raises OSError."""
    with os.fdopen(_made(file), "wb") as outgoing:
        outgoing.write(content)


def _made(file: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(file, flags, 0o600)


def _opened(file: Path) -> BinaryIO:
    try:
        # Without waiting: to open a pipe into which nobody writes would take for ever.
        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError:
        raise OSError(
            errno.EINVAL, gettext("has a name that no file can have"), repr(file)
        ) from None
    if stat.S_ISDIR(os.fstat(handle).st_mode):
        os.close(handle)
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    return os.fdopen(handle, "rb")


def _opened_pipe(file: Path) -> int:
    """A pipe, opened as soon as somebody writes into it."""
    opened: Future[int] = Future()

    def wait() -> None:
        try:
            opened.set_result(os.open(file, os.O_RDONLY | os.O_CLOEXEC))
        except OSError as error:
            opened.set_exception(error)

    # Only opening tells whether there is a writer, and it cannot be interrupted.
    threading.Thread(target=wait, daemon=True).start()
    try:
        return opened.result(PIPE_SECONDS)
    except TimeoutError:
        os.close(os.open(file, os.O_RDWR | os.O_NONBLOCK))  # lets the thread go
        opened.add_done_callback(lambda late: os.close(late.result()))
        what = worded(
            "is a pipe into which nobody writes (waited {pipe_seconds:.0f} s)",
            pipe_seconds=PIPE_SECONDS,
        )
        raise OSError(errno.ETIMEDOUT, what, str(file)) from None


def _of_the_system(file: Path) -> bool:
    return file.absolute().parts[1:2] in [(name,) for name in _IN_PLACE]


def _written_in_place(target: Path) -> bool:
    if _of_the_system(target):
        return True
    with suppress(OSError, ValueError):
        mode = target.stat().st_mode
        return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
    return False


def _take_mode(handle: int, target: Path) -> None:
    with suppress(OSError):
        status = target.stat(follow_symlinks=False)
        if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid():
            os.fchmod(handle, stat.S_IMODE(status.st_mode))


def _sync_folder(folder: Path) -> None:
    # Some file systems cannot; the file has its name all the same.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
