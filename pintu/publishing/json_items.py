"""The items of a large array of JSON one by one, in the memory that one of them takes.

Nothing is understood here but where an item begins and ends, so that a broken one is told by its
number and the next is read.
"""

import codecs
import io
import re
from collections.abc import Iterator
from typing import Final

from config.csv_file import BadFile, Line
from config.language import gettext

_BLOCK: Final = 64 * 1024
_IN_TEXT: Final = re.compile(rb'["\\]')
_OUTSIDE: Final = re.compile(rb'["{}\[\],]')
_WRAPPED: Final = re.compile(
    rb'\{(?:\s*"[^"]*"\s*:\s*(?:"[^"\\]*"|[\w.+-]+)\s*,)*\s*"(?:service_requests|requests|data|results'
    rb'|items|records|rows|reports|complaints|laporan)"\s*:\s*(?=\[\s*\{)'
)
"""An object round the array, as the answers of many programs have it."""
_OPENING: Final = b"{["
_CLOSING: Final = b"}]"


def json_items(stream: io.BufferedIOBase, longest: int) -> Iterator[Line]:
    """Each item of an array, which may be all that an object holds but for a few words before it;
    or, where there is none, each of the objects that follow each other. The beginning is read at
    once.

    ``number`` counts the items from 1. Of a longer item ``longest`` bytes are given.

    Raises:
        BadFile: it is neither, or the array does not end.
    """
    first = stream.read(_BLOCK).removeprefix(codecs.BOM_UTF8).lstrip()
    while not first and (block := stream.read(_BLOCK)):
        first = block.lstrip()
    if wrapped := _WRAPPED.match(first):
        first = first[wrapped.end() :]
    if first[:1] not in (b"[", b"{"):
        raise BadFile(gettext("is neither an array nor an object of JSON in UTF-8"))
    return _items(stream, first, _Splitter(longest, in_array=first.startswith(b"[")))


def _items(stream: io.BufferedIOBase, first: bytes, splitter: "_Splitter") -> Iterator[Line]:
    block = first[1:] if splitter.in_array else first
    block = block or stream.read(_BLOCK)
    end = 0
    while block and not splitter.done:
        end = stream.tell() if stream.seekable() else end + len(block)
        for item in splitter.items_of(block):
            splitter.number += 1
            yield Line(splitter.number, item, end)
        block = stream.read(_BLOCK)
    if rest := splitter.rest():
        yield Line(splitter.number + 1, rest, end)
    if splitter.in_array and not splitter.done:
        raise BadFile(gettext("ends in the middle of the array; is it the whole file?"))


class _Splitter:
    """``done``: the array has ended."""

    def __init__(self, longest: int, *, in_array: bool) -> None:
        self.in_array = in_array
        self.done = False
        self.number = 0
        self._longest = longest
        self._item = bytearray()
        self._depth = 0
        self._in_text = False
        self._escaped = False

    def items_of(self, block: bytes) -> Iterator[bytes]:
        """The items that end in the block."""
        at = 1 if self._escaped else 0
        self._escaped = False
        kept = 0
        while found := (_IN_TEXT if self._in_text else _OUTSIDE).search(block, at):
            sign, at = found.group(), found.end()
            if sign == b"\\":
                at += 1
                self._escaped = at > len(block)
            elif sign == b'"':
                self._in_text = not self._in_text
            elif sign in _OPENING:
                self._depth += 1
            elif self._depth and sign in _CLOSING:
                self._depth -= 1
                if not self._depth and not self.in_array:
                    self._keep(block[kept:at])
                    kept = at
                    yield self.rest()
            elif not self._depth:
                self._keep(block[kept : found.start()])
                kept = at
                if item := self.rest():
                    yield item
                if sign == b"]" and self.in_array:
                    self.done = True
                    return
        self._keep(block[kept:])

    def rest(self) -> bytes:
        """What was kept of an item, which is let go."""
        item = bytes(self._item).strip()
        self._item.clear()
        return item

    def _keep(self, part: bytes) -> None:
        if room := self._longest - len(self._item):
            self._item += part[:room]
