"""Attachments from the moment they arrived to the moment they are a complaint's."""

import asyncio
import hashlib
import os
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, Final, TypeVar
from uuid import UUID

import structlog
from fastapi import Request

from broker.errors import FilesFull, FilesUnavailable, ScannerUnavailable
from broker.ports import AttachmentRegister, KeptFile, TimeSource
from consumers.runtime.metrics import AttachmentMetrics
from gateway.api.problems import Problem
from gateway.attachments.examining import BadPicture, Pictures
from gateway.attachments.folders import Folder, refused, spooled_file
from gateway.attachments.kinds import PDF, Kind, is_heif, kind_of
from gateway.attachments.links import IN_EVENTS, Links, Named
from gateway.attachments.receiving import Form, Most, Upload, received
from gateway.attachments.scanning import Scanner
from schemas.complaint import AttachmentFields

T = TypeVar("T")

log = structlog.get_logger()

RECEIVED_AT_ONCE: Final = 32
"""Forms with files that arrive at a time: their bytes lie on the disk meanwhile."""
OF_ADDRESS_AT_ONCE: Final = 16
"""Of one address: nobody keeps all others out by sending slowly."""
_WRITERS: Final = 4
_CHUNK: Final = 256 * 1024
_TAIL: Final = 2048
"""Bytes at the end of a PDF among which its mark is."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is kept of an upload."""

    file: BinaryIO
    kind: Kind
    digest: bytes
    size: int


class Attachments:
    """The gateway's way with files. ``scanner``: None where none is configured."""

    def __init__(
        self,
        register: AttachmentRegister,
        folder: Folder,
        links: Links,
        most: Most,
        clock: TimeSource,
        metrics: AttachmentMetrics,
        scanner: Scanner | None = None,
    ) -> None:
        self.register = register
        self.folder = folder
        self.links = links
        self.most = most
        self.scanner = scanner
        self._clock = clock
        self._metrics = metrics
        self._pictures = Pictures()
        self._receiving = Counter[str]()
        self._threads = ThreadPoolExecutor(_WRITERS, "attachments")

    @asynccontextmanager
    async def received(self, request: Request, *, whole: bool = True) -> AsyncIterator[Form]:
        """The form in a request; ``whole``: not without its files. Raises Problem, also where too
        many arrive just now."""
        address = request.client.host if request.client else ""
        own = self._receiving[address]
        if own >= OF_ADDRESS_AT_ONCE or self._receiving.total() >= RECEIVED_AT_ONCE:
            raise Problem("too-many", {"seconds": 5}, {"Retry-After": "5"})
        self._receiving[address] += 1
        try:
            async with received(request, self.most, self.folder.spool) as form:
                if whole and form.refused is not None:
                    raise form.refused
                yield form
        finally:
            self._receiving[address] -= 1
            self._receiving = +self._receiving

    async def keep(self, uploads: Sequence[Upload]) -> list[KeptFile]:
        """Check all of them, and put them where they lie; nothing is kept where one is refused.

        Raises:
            Problem: one is refused, there is no room, or the scanner or the folder is away.
            StoreUnavailable: the register is away.
        """
        if not uploads:
            return []
        try:
            with ExitStack() as spooled:
                checked = [await self._checked(upload, spooled) for upload in uploads]
                return await self._stored(checked)
        except OSError as why:  # of what lies there while it is looked at
            log.warning("attachments.refused", error=str(why))
            full = isinstance(refused("", why), FilesFull)
            raise Problem("files-full" if full else "files-away") from why
        except FilesFull as why:
            log.warning("attachments.refused", error=str(why))
            raise Problem("files-full") from why
        except FilesUnavailable as why:
            log.warning("attachments.refused", error=str(why))
            raise Problem("files-away") from why
        except ScannerUnavailable as why:
            log.warning("attachments.refused", error=str(why))
            raise Problem("scanner-away") from why

    async def attach(self, complaint: UUID, files: Sequence[KeptFile]) -> frozenset[bytes]:
        """They are the complaint's; gives those that were not before. Raises StoreUnavailable."""
        if not files:
            return frozenset()
        digests = [one.digest for one in files]
        return await self.register.attach(complaint, digests, self._clock.now())

    async def detach(self, complaint: UUID, digests: Collection[bytes]) -> None:
        """What they came with was refused."""
        if digests:
            await self.register.detach(complaint, digests)

    def fields(self, complaint: UUID, files: Sequence[KeptFile]) -> list[AttachmentFields]:
        """As they stand in a complaint or an update."""
        until = self._clock.now() + IN_EVENTS
        return [
            {
                "url": self.links.link(Named(complaint, one.digest), one.media_type, until),
                "media_type": one.media_type,
                "size": one.size,
            }
            for one in files
        ]

    async def open(self, named: Named) -> tuple[KeptFile, BinaryIO] | None:
        """A file of a complaint, to be read; None where it has none.

        Raises:
            StoreUnavailable, FilesUnavailable: it cannot be looked up, or read.
        """
        file = await self.register.attached(named.complaint, named.digest)
        if file is None:
            return None
        found = await self.in_thread(partial(self.folder.open, file.place))
        if found is None:
            log.error("attachments.missing", place=file.place)
            return None
        return file, found

    async def in_thread(self, work: "partial[T]") -> T:
        """Blocking work beside the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def check(self) -> None:
        """Raises FilesUnavailable unless the folder can be written now."""
        await self.in_thread(partial(self.folder.check))

    async def _checked(self, upload: Upload, spooled: ExitStack) -> Checked:
        kind = kind_of(upload.head)
        try:
            if kind is None:
                raise Problem("file-heic" if is_heif(upload.head) else "file-type", {"n": upload.n})
            await self._scan(upload)
            file = await self._content(upload, kind, spooled)
        except Problem as problem:
            self._metrics.took(kind.name if kind else "other", problem.code)
            raise
        self._metrics.took(kind.name, "kept")
        return Checked(file, kind, *await self.in_thread(partial(_digest_of, file)))

    async def _scan(self, upload: Upload) -> None:
        if self.scanner is not None and (virus := await self.scanner.virus(upload.file)):
            log.warning("attachments.infected", virus=virus)
            raise Problem("file-infected", {"n": upload.n})

    async def _content(self, upload: Upload, kind: Kind, spooled: ExitStack) -> BinaryIO:
        if not kind.picture:
            if kind is PDF and b"%%EOF" not in await self.in_thread(partial(_tail_of, upload.file)):
                raise Problem("file-broken", {"n": upload.n})
            return upload.file
        written = spooled.enter_context(spooled_file(self.folder.spool))
        try:
            await self._pictures.cleaned(upload.file, written)
        except BadPicture as why:
            raise Problem(why.code, {"n": upload.n}) from why
        return written

    async def _stored(self, checked: Sequence[Checked]) -> list[KeptFile]:
        each = {
            one.digest: KeptFile(
                one.digest,
                f"{one.digest.hex()}-{secrets.token_hex(4)}",
                one.kind.media_type,
                one.size,
            )
            for one in checked
        }
        files = await self.register.announce(list(each.values()), self._clock.now())
        contents = {one.digest: one.file for one in checked}
        for file in files:
            await self.in_thread(partial(self.folder.write, file.place, contents[file.digest]))
        return files


def _digest_of(file: BinaryIO) -> tuple[bytes, int]:
    """SHA-256 and bytes of a file."""
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(_CHUNK):
        digest.update(piece)
    return digest.digest(), file.tell()


def _tail_of(file: BinaryIO) -> bytes:
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - _TAIL))
    return file.read()
