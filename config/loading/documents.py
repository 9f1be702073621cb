"""The text of a configuration's files, and TOML out of it: bounded, and never with a traceback."""

import re
import tomllib
from importlib.resources.abc import Traversable
from typing import Any, Final

from config.files import read_whole
from config.foreign import told
from config.language import gettext, worded
from schemas.limits import RULES_FILE_BYTES, TOML_KEY_PARTS, TOML_NESTING

_DOTTED: Final = re.compile(r"""[^\n\r,={}\[\]#]+""")
"""Between two of these signs a key stands whole, its parts and the dots between them."""


class Unusable(Exception):
    """A file cannot be used; ``line`` from 1, 0 for the whole file; ``what`` is wrong, and what
    to do. ``missing``: there is no such file."""

    def __init__(self, line: int, what: str, *, missing: bool = False) -> None:
        super().__init__(what)
        self.line, self.what, self.missing = line, what, missing


def text_of(file: Traversable) -> str:
    """The text of a file, without a byte order mark. Raises Unusable."""
    try:
        content = read_whole(file, RULES_FILE_BYTES)
    except FileNotFoundError:
        what = gettext("the file is missing; create it (docs/reference/rules.md)")
        raise Unusable(0, what, missing=True) from None
    except OSError as error:
        raise Unusable(
            0, worded("cannot be read: {value}", value=told(error.strerror or error))
        ) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content.count(b"\n", 0, error.start)
        line = before + 1 if before else 0
        raise Unusable(
            line, worded("is not UTF-8 (byte {start}); save it as UTF-8", start=error.start)
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Unusable(line, gettext("holds a NUL character: it is no text; save it as UTF-8"))
    return text


def table_of(text: str) -> dict[str, Any]:
    """A TOML document as a table. Raises Unusable."""
    _short_keys(text)
    deep = worded(
        "more than {toml_nesting} tables or lists within each other; make it flatter",
        toml_nesting=TOML_NESTING,
    )
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        raise Unusable(
            int(at[1]) if at else 0, worded("is not TOML: {error}", error=error)
        ) from None
    except RecursionError:
        raise Unusable(_deepest_line(text), worded("has {deep}", deep=deep)) from None
    except ValueError:
        # Of Python's numbers: more digits than it reads, a day that no calendar has.
        raise Unusable(
            _longest_number(text), gettext("has a number that is too long; mend it")
        ) from None
    if _too_deep(table):
        raise Unusable(_deepest_line(text), worded("has {deep}", deep=deep))
    return table


def _short_keys(text: str) -> None:
    for found in _DOTTED.finditer(text):
        if found[0].count(".") < TOML_KEY_PARTS:
            continue
        parts = [part.strip() for part in found[0].split(".")]
        if any(re.search(r"\s", part.strip("\"'")) for part in parts):
            continue  # sentences, not a key
        line = text.count("\n", 0, found.start()) + 1
        raise Unusable(
            line,
            worded(
                "has a key of more than {toml_key_parts} parts; make it shorter",
                toml_key_parts=TOML_KEY_PARTS,
            ),
        )


def _too_deep(table: dict[str, Any]) -> bool:
    level: list[Any] = [table]
    for _ in range(TOML_NESTING):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _deepest_line(text: str) -> int:
    """The line with the most brackets."""
    lines = text.split("\n")
    return max(range(len(lines)), key=lambda n: lines[n].count("[") + lines[n].count("{")) + 1


def _longest_number(text: str) -> int:
    found = re.search(r"[0-9][0-9_]{4000}", text)
    return text.count("\n", 0, found.start()) + 1 if found else 0
