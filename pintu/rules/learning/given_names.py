"""What topics and agencies are called, as rows that a model learns from beside the complaints.

"Pohon Tumbang" says in two words what the complaints under it say in fifty, and the name of an
agency says what it is for, however few complaints it had.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from broker.domain.routing.tables import PLACE_OFFICES
from pintu.rules.learning.history import Row

_FIRST_WORD = re.compile(r"[^\s-]*")


class Name(NamedTuple):
    """A name, the class that it stands for, and the number of the first row that has both."""

    text: str
    answer: str
    first: int


def names_in(
    rows: Sequence[Row], answers: Sequence[str], discretion: Collection[int] = ()
) -> list[Name]:
    """Each name once with every class that it led to. `answers`: the class of each row;
    `discretion`: rows whose class says nothing of the agency that they name."""
    found: dict[tuple[str, str], int] = {}
    for number, (row, answer) in enumerate(zip(rows, answers, strict=True)):
        for text in _called(row, answer, number not in discretion):
            found.setdefault((text, answer), number)
    return [Name(text, answer, first) for (text, answer), first in found.items()]


def _called(row: Row, answer: str, agency: bool) -> Iterator[str]:
    if row.topic:
        yield " ".join(row.topic.split())
    if not agency:
        return
    # Of the office of a place, the name of the place says nothing about the matter.
    match = _FIRST_WORD.match(row.agency) if answer in PLACE_OFFICES else None
    yield match[0] if match else " ".join(row.agency.split())
