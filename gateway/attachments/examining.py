"""A picture through the process that writes it anew, and what came of it."""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

import structlog

from broker.errors import FilesFull, FilesUnavailable
from gateway.attachments import cleaning

log = structlog.get_logger()

PIXELS: Final = 50_000_000
"""Of a picture: as many as a telephone's camera has that takes its largest."""
LONGEST: Final = 4096
"""Pixels of a side; a larger picture is made smaller."""
WITHIN: Final = 60.0
"""Seconds for one picture."""
AT_ONCE: Final = 2
"""Pictures that are decoded at a time: each may take a few hundred megabytes."""
_GIVEN: Final = ("LD_LIBRARY_PATH",)
"""Of the environment, which may hold passwords."""
_PROGRAM: Final = str(Path(cleaning.__file__).resolve())


class BadPicture(Exception):
    """It is not kept. ``code``: of the refusal."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Pictures:
    """A few at a time, so that a hundred telephones at once cost no more memory than two."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._turn = asyncio.Semaphore(at_once)

    async def cleaned(self, source: BinaryIO, written: BinaryIO) -> None:
        """The picture, written anew into an open file.

        Raises:
            BadPicture: it is none, not whole, or too large.
            FilesUnavailable: the process could not be started, or there is no room.
        """
        async with self._turn:
            code = await _run(source, written)
        if code == 0:
            return
        if code == cleaning.NO_ROOM:
            raise FilesFull("no room for a picture that is looked at")
        if code == cleaning.TOO_MANY_PIXELS:
            raise BadPicture("file-pixels")
        if code != cleaning.BROKEN:
            log.warning("attachments.decoder_died", code=code)
        if code > 0 and code != cleaning.BROKEN:
            raise FilesUnavailable(f"pictures cannot be looked at: exit code {code}")
        raise BadPicture("file-broken")


async def _run(source: BinaryIO, written: BinaryIO) -> int:
    """The exit code; negative where a signal ended it, as at the end of its time."""
    source.seek(0)
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", _PROGRAM, str(PIXELS), str(LONGEST),
            stdin=source, stdout=written, stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in _GIVEN if name in os.environ},
        )  # fmt: skip
    except OSError as why:
        raise FilesUnavailable(f"pictures cannot be looked at: {why.strerror or why}") from why
    try:
        async with asyncio.timeout(WITHIN):
            return await process.wait()
    except TimeoutError:
        return -1
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
