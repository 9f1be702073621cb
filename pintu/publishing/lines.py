"""The lines of a file of an office: any end of line, any encoding that a guess or a word tells."""

import codecs
import io
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from config.csv_file import BadFile, Line, lines_of
from config.language import gettext, marked

LOOKED_AT: Final = 64 * 1024
"""Bytes at the beginning that tell how a file is written down."""
_WIDE: Final = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_FOREIGN: Final = {
    b"PK\x03\x04": marked(
        "is an Excel workbook or an archive: call it .xlsx, or give --format xlsx"
    ),
    b"\xd0\xcf\x11\xe0": marked(
        "is an old or a protected Excel workbook: save it as .xlsx, or as CSV"
    ),
}
GUESSED: Final = "cp1252"
"""Windows-1252, as spreadsheets on Windows save "CSV" in Indonesia."""


def peeked(stream: io.BufferedIOBase) -> tuple[io.BufferedReader, bytes]:
    """The stream, and its beginning, which will be read all the same."""
    buffered = (
        stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream, LOOKED_AT)
    )
    return buffered, buffered.peek(LOOKED_AT)[:LOOKED_AT]


def is_codec(encoding: str) -> bool:
    """Whether Python knows an encoding of text of that name."""
    try:
        "".encode(encoding)
    except (LookupError, ValueError):
        return False
    return True


class OfficeLines(Iterator[Line]):
    """The lines as UTF-8, each with its end; some may be given back, to be read once more.

    A line that is not UTF-8 is taken for Windows-1252 and its number kept in ``guessed``; with an
    ``encoding`` nothing is guessed. What cannot be decoded stays as it is.

    Raises:
        BadFile: it is no file of text.
    """

    def __init__(
        self, stream: io.BufferedIOBase, longest: int, encoding: str | None = None
    ) -> None:
        buffered, head = peeked(stream)
        for mark, what in _FOREIGN.items():
            if head.startswith(mark):
                raise BadFile(gettext(what))
        wide = next((name for mark, name in _WIDE.items() if head.startswith(mark)), None)
        encoding = _name_of(encoding) if encoding else None
        if wide is None and encoding and len("\n".encode(encoding)) > 1:
            wide = encoding
        self._encoding = encoding
        self.guessed: set[int] = set()
        self.recording = False
        self.taken: list[Line] = []
        """Handed out while ``recording``, since somebody emptied it."""
        self._back: deque[Line] = deque()
        self._lines: Iterator[Line]
        if wide is not None:
            self._lines, self._encoding = _wide_lines(buffered, longest, wide), "utf-8"
        elif _ends_with_carriage_returns(head):
            self._lines = _returned_lines(buffered, longest)
        else:
            self._lines = lines_of(buffered, longest, cut=True)

    def __next__(self) -> Line:
        line = self._back.popleft() if self._back else self._decoded(next(self._lines))
        if self.recording:
            self.taken.append(line)
        return line

    def give_back(self, lines: Iterable[Line]) -> None:
        """They are the next ones, in that order."""
        self._back.extendleft(reversed([*lines]))

    @property
    def has_back(self) -> bool:
        """Whether lines that were given back have not been read anew."""
        return bool(self._back)

    def _decoded(self, line: Line) -> Line:
        if self._encoding:
            if self._encoding == "utf-8":
                return line
            try:
                return Line(line.number, line.raw.decode(self._encoding).encode(), line.end)
            except UnicodeError:
                # Not UTF-8 either, for whoever looks.
                return Line(line.number, line.raw + b"\xff", line.end)
        try:
            line.raw.decode()
        except UnicodeDecodeError:
            try:
                text = line.raw.decode(GUESSED)
            except UnicodeDecodeError:
                return line
            self.guessed.add(line.number)
            return Line(line.number, text.encode(), line.end)
        return line


def _name_of(encoding: str) -> str:
    return codecs.lookup(encoding).name.removesuffix("-sig")


def _ends_with_carriage_returns(head: bytes) -> bool:
    return b"\n" not in head and b"\r" in head[:-1]


def _returned_lines(stream: io.BufferedReader, longest: int) -> Iterator[Line]:
    """Lines that end with a carriage return alone, as old spreadsheets write them."""
    number = end = 0
    rest = b""
    while True:
        block = stream.read(LOOKED_AT)
        *lines, rest = (rest + block).split(b"\r") if block else [*([rest] if rest else []), b""]
        if len(rest) > 2 * longest:
            rest = rest[:longest]
        for raw in lines:
            number += 1
            end += len(raw) + 1
            start = len(codecs.BOM_UTF8) if number == 1 and raw.startswith(codecs.BOM_UTF8) else 0
            yield Line(number, raw[start : start + longest] + b"\n", end)
        if not block:
            return


def _wide_lines(stream: io.BufferedReader, longest: int, encoding: str) -> Iterator[Line]:
    """Lines of UTF-16 and the like, as UTF-8; what is none of it is U+FFFD."""
    text = io.TextIOWrapper(stream, encoding, "replace", newline="")
    width = "utf-32-le" if "32" in encoding else "utf-16-le"
    number, end = 0, len("\ufeff".encode(width))
    while line := text.readline(longest):
        number += 1
        end += len(line.encode(width, "replace"))
        rest = line
        while len(rest) == longest and not rest.endswith(("\n", "\r")):
            rest = text.readline(longest)
            end += len(rest.encode(width, "replace"))
        ended = line[:-1] + "\n" if line.endswith("\r") else line
        yield Line(number, ended.encode("utf-8", "replace"), end)
