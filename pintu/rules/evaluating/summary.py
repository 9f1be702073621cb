"""What a score comes to: the few figures and lists that every report shows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pintu.rules.evaluating.scoring import DESK, THRESHOLDS, At, Tally

_PAIRS: Final = 15
_TOPICS: Final = 15
_AGENCIES: Final = 20


@dataclass(frozen=True, slots=True)
class Pair:
    """Rows that should have gone to one agency and went to another by themselves."""

    right: str
    given: str
    rows: int


@dataclass(frozen=True, slots=True)
class OfTopic:
    """Rows of a topic; ``right``: of these the best candidate was the right agency."""

    topic: str
    rows: int
    right: int


@dataclass(frozen=True, slots=True)
class OfAgency:
    """Rows that an agency answers for: routed to it, to another, or left to the desk; and rows of
    others that were routed to it."""

    agency: str
    rows: int
    right: int
    astray: int
    desk: int
    strangers: int


def confused(tally: Tally, most: int = _PAIRS) -> list[Pair]:
    """The pairs that are most often confused, the most frequent first."""
    wrong = [
        Pair(right, given, rows)
        for (right, given), rows in tally.went.items()
        if given is not DESK and given != right
    ]
    return sorted(wrong, key=lambda pair: (-pair.rows, pair.right, pair.given))[:most]


def worst_topics(tally: Tally, most: int = _TOPICS) -> list[OfTopic]:
    """The topics in which most goes wrong, by the number of rows: what is most worth mending."""
    found = [OfTopic(name, rows, right) for name, (rows, right) in tally.topics.items()]
    wrong = [topic for topic in found if topic.right < topic.rows]
    return sorted(wrong, key=lambda t: (t.right - t.rows, t.topic))[:most]


def by_agency(tally: Tally) -> list[OfAgency]:
    """Every agency of the history, the largest first."""
    codes = {right for right, _ in tally.went}
    found = []
    for code in codes:
        theirs = {given: n for (right, given), n in tally.went.items() if right == code}
        rows, right, desk = sum(theirs.values()), theirs.get(code, 0), theirs.get(DESK, 0)
        strangers = sum(
            n for (other, given), n in tally.went.items() if given == code and other != code
        )
        found.append(OfAgency(code, rows, right, rows - right - desk, desk, strangers))
    return sorted(found, key=lambda agency: (-agency.rows, agency.agency))


def thresholds(tally: Tally) -> list[At]:
    """What several thresholds would do, that of the rules among them."""
    return tally.at(sorted({*THRESHOLDS, tally.auto}))


@dataclass(frozen=True, slots=True)
class Matrix:
    """``cells[i][j]``: rows of agency i that went to place j. Places: the agencies with most rows,
    OTHERS where there are more, then the desk (None); an agency without rows is only a place."""

    agencies: Sequence[str]
    places: Sequence[str | None]
    cells: Sequence[Sequence[int]]


OTHERS: Final = ""
"""All agencies that are not shown one by one."""


def matrix(tally: Tally, most: int = _AGENCIES) -> Matrix:
    """The largest agencies, where their complaints went."""
    rows: Counter[str] = Counter()
    come: Counter[str] = Counter()
    for (right, given), number in tally.went.items():
        rows[right] += number
        if given is not DESK:
            come[given] += number
    everybody = sorted({*rows, *come}, key=lambda code: (-rows[code], -come[code], code))
    shown = everybody[:most]
    places = [*shown, *([OTHERS] if len(everybody) > most else []), DESK]
    index = {place: at for at, place in enumerate(places)}
    cells = [[0] * len(places) for _ in places]
    for (right, given), number in tally.went.items():
        column = index.get(given, len(shown))
        cells[index.get(right, len(shown))][column] += number
    agencies = [place for place in places if place is not DESK and any(cells[index[place]])]
    return Matrix(agencies, places, [cells[index[agency]] for agency in agencies])
