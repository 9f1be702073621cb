"""``multipart/form-data`` (RFC 7578) as it arrives: fields and files between delimiters.

By hand, since parsers of MIME read more: parts within parts, folded headers, comments. A megabyte
of these takes the standard library half a minute.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

_BOUNDARY: Final = re.compile(r';\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
"""At most 70 characters (RFC 2046, section 5.1.1)."""
_HEAD: Final = 4_000
"""Bytes of the headers of a part; a file's name may be long."""
_PREAMBLE: Final = 1_000
_DISPOSITION: Final = re.compile(rb"(?i)^content-disposition:[ \t]*form-data[ \t]*;(.*)$", re.M)
_NAME: Final = re.compile(rb'(?i)(?:^|;)[ \t]*name="([^"\r\n]*)"')
_FILE: Final = re.compile(rb'(?i)(?:^|;)[ \t]*filename\*?=[ \t]*("?)([^"\r\n]*)')


@dataclass(frozen=True, slots=True)
class Begins:
    """A part begins. ``file``: it is one; ``chosen``: one was chosen in the form."""

    name: str
    file: bool
    chosen: bool


Piece = Begins | bytes | None
"""A part begins, some of its bytes, and it ends."""


class Parts:
    """Reads a body piece by piece; raises ValueError where it is no such form.

    ``most``: parts that are read.
    """

    def __init__(self, content_type: str, most: int) -> None:
        found = _BOUNDARY.search(content_type)
        if found is None:
            raise ValueError("no boundary")
        self._delimiter = b"\r\n--" + (found[1] or found[2]).encode("ascii")
        # What stands before the first delimiter is of no account, as is what stands after the last.
        self._rest = b"\r\n"
        self._state: Literal["before", "head", "body", "over"] = "before"
        self._left = most

    @property
    def over(self) -> bool:
        """The last delimiter was read."""
        return self._state == "over"

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        """What these bytes bring."""
        self._rest += chunk
        while True:
            if self._state == "over":
                self._rest = b""
                return
            if self._state == "head":
                begins = self._head()
                if begins is None:
                    return
                yield begins
            else:
                whole, content = self._content()
                if self._state == "body" and content:
                    yield content
                if not whole:
                    return
                if self._state == "body":
                    yield None
                self._state = "head"

    def _content(self) -> tuple[bool, bytes]:
        """Up to the next delimiter, and whether that is there."""
        at = self._rest.find(self._delimiter)
        if self._state == "before" and (at if at >= 0 else len(self._rest)) > _PREAMBLE:
            raise ValueError("no delimiter")
        if at >= 0:
            content, self._rest = self._rest[:at], self._rest[at + len(self._delimiter) :]
            return True, content
        keep = len(self._delimiter) - 1
        if self._state == "before" or len(self._rest) <= keep:
            return False, b""
        content, self._rest = self._rest[:-keep], self._rest[-keep:]
        return False, content

    def _head(self) -> Begins | None:
        """The part that begins; None where its headers are not there yet, or it was the last."""
        if self._rest.startswith(b"--"):
            self._state = "over"
            return None
        at = self._rest.find(b"\r\n\r\n")
        if at > _HEAD or (at < 0 and len(self._rest) > _HEAD):
            raise ValueError("no part with its headers")
        if at < 0:
            return None
        head, self._rest = self._rest[:at], self._rest[at + 4 :]
        if self._delimiter in head:
            raise ValueError("no part with its headers")
        if self._left == 0:
            raise ValueError("too many parts")
        self._left -= 1
        self._state = "body"
        return _begins(head)


def _begins(head: bytes) -> Begins:
    disposition = _DISPOSITION.search(head.replace(b"\r\n", b"\n"))
    name = _NAME.search(disposition[1]) if disposition else None
    if disposition is None or name is None:
        raise ValueError("a part without a name")
    file = _FILE.search(disposition[1])
    return Begins(name[1].decode("utf-8"), file is not None, bool(file and file[2].strip()))
