"""The first row of a table as it may be told on a screen or in a log."""

import re
from collections.abc import Iterable
from typing import Final

from config.language import gettext

_LONGEST: Final = 60
_MOST: Final = 200
_CONTENT: Final = re.compile(r"\d{5}|@|[{}]")
"""No name of a column has it: numbers of people, addresses of e-mail, objects."""


def names_told(header: Iterable[str]) -> str:
    """The names of the columns; not those of a row that is a complaint itself, since a file has no
    header or is another kind of file: it would quote a reporter."""
    names = [name.strip() for name in header]
    if any(len(name) > _LONGEST or _CONTENT.search(name) for name in names):
        return gettext("what looks like a row of data: is the first row the header?")
    return ", ".join(names)[:_MOST]
