"""The matrix of where complaints should have gone and where they went (``matrix.html``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from broker.domain.routing.rules import Rules
from config.language import gettext, worded
from pintu.rules.evaluating.scoring import DESK
from pintu.rules.evaluating.summary import OTHERS, Matrix
from pintu.rules.evaluating.tables import clipped

_RIGHT: Final = (21, 128, 61)
_WRONG: Final = (185, 28, 28)
_TO_DESK: Final = (71, 85, 105)
_DARK: Final = 0.55
"""Depth of colour from which the number on it is white."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A place to which complaints went."""

    called: str
    short: str


@dataclass(frozen=True, slots=True)
class Cell:
    """So many complaints; ``colour`` is red, green, blue and depth, ``tells`` the whole story."""

    number: int
    tells: str
    colour: str
    ink: str


@dataclass(frozen=True, slots=True)
class Row:
    """Where the complaints of an agency went; None for nowhere."""

    called: str
    total: int
    cells: Sequence[Cell | None]


@dataclass(frozen=True, slots=True)
class MatrixTable:
    """A row for each right agency, a column for each place where complaints went."""

    places: Sequence[Heading]
    rows: Sequence[Row]


def matrix_table(matrix: Matrix, rules: Rules) -> MatrixTable:
    """The matrix in words and colours."""
    return MatrixTable(
        [Heading(_called(place, rules), _short(place, rules)) for place in matrix.places],
        [
            Row(
                _called(agency, rules),
                sum(cells),
                [
                    _cell(number, sum(cells), agency, place, rules)
                    for place, number in zip(matrix.places, cells, strict=True)
                ],
            )
            for agency, cells in zip(matrix.agencies, matrix.cells, strict=True)
        ],
    )


def _cell(number: int, total: int, agency: str, place: str | None, rules: Rules) -> Cell | None:
    if not number:
        return None
    share = number / total
    # The root: a few that go astray are seen beside many that do not.
    depth = 0.08 + 0.92 * share**0.5
    if place is DESK:
        colour, depth = _TO_DESK, depth * 0.6
    else:
        colour = _RIGHT if place == agency and agency != OTHERS else _WRONG
    if agency == OTHERS and place == OTHERS:
        colour, depth = _TO_DESK, 0.15  # right ones and wrong ones together
    return Cell(
        number,
        f"{_called(agency, rules)} → {_called(place, rules)}: "
        + worded("{number:,} ({share:.0%})", number=number, share=share),
        f"{','.join(map(str, colour))},{depth:.2f}",
        "#fff" if depth > _DARK else "inherit",
    )


def _called(place: str | None, rules: Rules) -> str:
    if place is DESK:
        return gettext("the desk (triage)")
    return gettext("all others") if place == OTHERS else rules.agency_name(place)


def _short(place: str | None, rules: Rules) -> str:
    if place is DESK:
        return gettext("desk")
    if place == OTHERS:
        return gettext("others")
    agency = rules.agencies.get(place)
    return clipped((agency.short if agency else None) or place, 26)
