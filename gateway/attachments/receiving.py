"""A form with files as it arrives: bounded in size, number and time, files on the disk."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from fastapi import Request

from broker.errors import FilesFull, FilesUnavailable
from gateway.api.problems import Problem
from gateway.attachments.folders import refused, spooled_file
from gateway.attachments.kinds import HEAD
from gateway.attachments.multipart import Begins, Parts, Piece
from schemas.limits import MAX_BODY

MULTIPART: Final = "multipart/form-data"
DATA: Final = "data"
"""The part that holds JSON, also where a client sends it as a file."""
_PARTS: Final = 1_000
_AROUND: Final = 8 * 1024
"""Bytes of the headers of a part, and of what stands round it."""
_IDLE: Final = 15.0
"""Seconds in which some of it must arrive."""
_WHOLE: Final = 180.0
"""Seconds for all of it: ten megabytes over a slow line."""


@dataclass(slots=True)
class Upload:
    """A file as it came: its bytes, and their SHA-256. Its name and declared type are forgotten."""

    file: BinaryIO
    digest: bytes = b""
    size: int = 0
    head: bytes = b""
    n: int = 1
    """Which file of the request, from one."""


@dataclass(slots=True)
class Form:
    """Fields with their values, in order, and files. ``refused``: why the files are not taken; the
    rest was read all the same, so that a page can give back what was typed."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    refused: Problem | None = None


@dataclass(frozen=True, slots=True)
class Most:
    """What is taken in one request: bytes of a file, and files."""

    size: int
    files: int

    @property
    def whole(self) -> int:
        """Bytes that are read of a body: twice what is taken, since a browser that is cut off shows
        no sentence."""
        return 2 * (self._taken + MAX_BODY)

    @property
    def _taken(self) -> int:
        return self.files * (self.size + _AROUND) + _AROUND


def is_multipart(request: Request) -> bool:
    """Whether the request says that it is a form in parts."""
    return _media_type(request) == MULTIPART


@asynccontextmanager
async def received(request: Request, most: Most, spool: str | None = None) -> AsyncIterator[Form]:
    """The form in a request; its files are there while the block runs, and gone after it, whatever
    ends it: they have no name on the disk. ``spool``: the folder in which they lie meanwhile.

    Raises:
        Problem: it is no such form, far too large, or does not arrive.
    """
    receiving = _Receiving(most, spool)
    try:
        declared = request.headers.get("content-length", "0")
        if declared.isdecimal() and int(declared) > most.whole:
            raise Problem("too-large", {"most": most.whole})
        await _read(request, receiving)
        yield receiving.form
    finally:
        for upload in receiving.form.uploads:
            upload.file.close()


async def _read(request: Request, receiving: "_Receiving") -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + _WHOLE
    try:
        parts = Parts(request.headers.get("content-type", ""), _PARTS)
        size = 0
        async with asyncio.timeout(_IDLE) as timer:
            async for chunk in request.stream():
                size += len(chunk)
                if size > receiving.most.whole:
                    raise Problem("too-large", {"most": receiving.most.whole})
                timer.reschedule(min(end, loop.time() + _IDLE))
                for piece in parts.feed(chunk):
                    receiving.take(piece)
        if not parts.over:
            raise ValueError("it does not end")
    except TimeoutError:
        raise Problem("too-slow", {"seconds": f"{_IDLE:g}"}) from None
    except ValueError as why:
        # Never a word of what was sent: a codec's message quotes it.
        detail = "UTF-8" if isinstance(why, UnicodeError) else str(why)
        raise Problem("bad-request", {"detail": f"{MULTIPART}: {detail}"}) from None


class _Receiving:
    """Puts the pieces of a form together."""

    def __init__(self, most: Most, spool: str | None) -> None:
        self.form = Form()
        self._spool = spool
        self.most = most
        self._begun: Begins | None = None
        self._text = bytearray()
        self._texts = 0
        self._upload: Upload | None = None
        self._digest = hashlib.sha256()

    def take(self, piece: Piece) -> None:
        """The next piece; after a refusal, fields alone."""
        try:
            self._take(piece)
        except Problem as problem:
            self._refuse(problem)
        except FilesFull:
            self._refuse(Problem("files-full"))
        except FilesUnavailable:
            self._refuse(Problem("files-away"))
        except OSError as why:
            full = isinstance(refused("", why), FilesFull)
            self._refuse(Problem("files-full" if full else "files-away"))

    def _refuse(self, problem: Problem) -> None:
        self.form.refused = self.form.refused or problem
        for upload in self.form.uploads:
            upload.file.close()
        self.form.uploads.clear()
        self._upload = None

    def _take(self, piece: Piece) -> None:
        if isinstance(piece, Begins):
            self._begin(piece)
        elif piece is None:
            self._end()
        elif self._skips:
            return
        elif self._upload is None:
            self._texts += len(piece)
            if self._texts > MAX_BODY:
                raise Problem("too-large", {"most": MAX_BODY})
            self._text += piece
        else:
            self._write(self._upload, piece)

    def _begin(self, begun: Begins) -> None:
        self._begun, self._text = begun, bytearray()
        self._upload = None
        if self._is_file and self.form.refused is None:
            self._refuse_more(len(self.form.uploads) - 1)
            self._digest = hashlib.sha256()
            self._upload = Upload(spooled_file(self._spool))
            self.form.uploads.append(self._upload)
            self._upload.n = len(self.form.uploads)

    def _write(self, upload: Upload, piece: bytes) -> None:
        self._refuse_more(len(self.form.uploads))
        upload.size += len(piece)
        if upload.size > self.most.size:
            raise Problem("file-too-large", {"n": upload.n, "most": f"{self.most.size / 1e6:g} MB"})
        upload.head += piece[: HEAD - len(upload.head)] if len(upload.head) < HEAD else b""
        self._digest.update(piece)
        upload.file.write(piece)

    @property
    def _is_file(self) -> bool:
        return self._begun is not None and self._begun.file and self._begun.name != DATA

    @property
    def _skips(self) -> bool:
        return self._is_file and self.form.refused is not None

    def _refuse_more(self, files: int) -> None:
        if files > self.most.files:
            raise Problem("too-many-files", {"most": self.most.files})

    def _end(self) -> None:
        assert self._begun is not None
        upload, begun = self._upload, self._begun
        if self._skips:
            return
        if upload is None:
            self.form.fields.append((begun.name, self._text.decode("utf-8")))
            return
        if not upload.size and not begun.chosen:
            # A browser sends a file without a name and bytes where none was chosen.
            self.form.uploads.remove(upload)
            with suppress(OSError):
                upload.file.close()
            return
        upload.digest = self._digest.digest()
        upload.file.flush()  # where there is no room for it, it is told here


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
