"""A folder of attachments behind fsspec: S3 and what else it knows (https://filesystem-spec.readthedocs.io)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO, Final, cast
from urllib.parse import urlsplit

from fsspec.core import url_to_fs

from broker.errors import FilesUnavailable
from gateway.attachments.folders import PLACE

_CHECK: Final = ".pintu-check"
_TIMES: Final = ("LastModified", "mtime", "last_modified", "created")


class RemoteFolder:
    """An object appears whole or not at all, and is safe when the store says so."""

    def __init__(self, url: str) -> None:
        self._files, path = url_to_fs(url, use_listings_cache=False)
        self._path = path.rstrip("/")
        self.spool: str | None = None
        parts = urlsplit(url)
        # What stands before an @ may be a password.
        self.where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def write(self, place: str, content: BinaryIO) -> None:
        """See Folder."""
        with self._promised():
            content.seek(0)
            self._files.pipe_file(self._of(place), content.read())

    def open(self, place: str) -> BinaryIO | None:
        """See Folder."""
        with self._promised():
            try:
                return cast(BinaryIO, self._files.open(self._of(place), "rb"))
            except FileNotFoundError:
                return None

    def remove(self, place: str) -> None:
        """See Folder."""
        with self._promised():
            try:
                self._files.rm_file(self._of(place))
            except FileNotFoundError:
                return

    def older(self, seconds: float) -> list[str]:
        """See Folder. What has no time is left alone."""
        before = time.time() - seconds
        with self._promised():
            try:
                found = self._files.ls(self._path, detail=True)
            except FileNotFoundError:
                return []
            named = [(str(one["name"]).rpartition("/")[2], _written(one)) for one in found]
            return [
                name for name, at in named if at is not None and at < before and PLACE.match(name)
            ]

    def check(self) -> None:
        """See Folder."""
        with self._promised():
            self._files.pipe_file(f"{self._path}/{_CHECK}", b"\n")

    def _of(self, place: str) -> str:
        if not PLACE.fullmatch(place):
            raise ValueError("no place of ours")
        return f"{self._path}/{place}"

    @contextmanager
    def _promised(self) -> Iterator[None]:
        try:
            yield
        except ValueError:
            raise
        except Exception as why:  # each library behind fsspec has errors of its own
            raise FilesUnavailable(f"{self.where}: {type(why).__name__}") from why


def _written(one: dict[str, object]) -> float | None:
    for name in _TIMES:
        at = one.get(name)
        if isinstance(at, datetime):
            return at.timestamp()
        if isinstance(at, int | float):
            return float(at)
    return None
