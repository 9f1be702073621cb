"""The matrix of where complaints should have gone and where they went, as an HTML table."""

from html import escape
from typing import Final

from broker.domain.routing.rules import Rules
from pintu.rules.evaluating.scoring import DESK
from pintu.rules.evaluating.summary import OTHERS, Matrix
from pintu.rules.evaluating.text_report import clipped

_RIGHT: Final = (21, 128, 61)
_WRONG: Final = (185, 28, 28)
_TO_DESK: Final = (71, 85, 105)
_DARK: Final = 0.55
"""Depth of colour from which the number on it is white."""


def matrix_table(matrix: Matrix, rules: Rules) -> str:
    """A `<table>`: a row for each right agency, a column for each place where complaints went."""
    head = "".join(
        f'<th scope="col" title="{escape(_called(place, rules))}">'
        f"<span>{escape(_short(place, rules))}</span></th>"
        for place in matrix.places
    )
    rows = []
    for agency, cells in zip(matrix.agencies, matrix.cells, strict=True):
        total = sum(cells)
        called = _called(agency, rules)
        tds = "".join(
            _cell(number, total, agency, place, rules)
            for place, number in zip(matrix.places, cells, strict=True)
        )
        rows.append(
            f'<tr><th scope="row" title="{escape(called)}">{escape(clipped(called, 46))}</th>'
            f'<td class="total">{total:,}</td>{tds}</tr>'
        )
    return (
        '<table class="matrix"><thead><tr><th scope="col">should have gone to</th>'
        f'<th scope="col"><span>complaints</span></th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _cell(number: int, total: int, agency: str, place: str | None, rules: Rules) -> str:
    if not number:
        return "<td></td>"
    share = number / total
    # The root: a few that go astray are seen beside many that do not.
    depth = 0.08 + 0.92 * share**0.5
    if place is DESK:
        colour, depth = _TO_DESK, depth * 0.6
    else:
        colour = _RIGHT if place == agency and agency != OTHERS else _WRONG
    if agency == OTHERS and place == OTHERS:
        colour, depth = _TO_DESK, 0.15  # right ones and wrong ones together
    ink = "#fff" if depth > _DARK else "inherit"
    tells = f"{_called(agency, rules)} → {_called(place, rules)}: {number:,} ({share:.0%})"
    return (
        f'<td title="{escape(tells)}" style="background:rgba({colour[0]},{colour[1]},{colour[2]},'
        f'{depth:.2f});color:{ink}">{number:,}</td>'
    )


def _called(place: str | None, rules: Rules) -> str:
    if place is DESK:
        return "the desk (triage)"
    return "all others" if place == OTHERS else rules.agency_name(place)


def _short(place: str | None, rules: Rules) -> str:
    if place is DESK:
        return "desk"
    if place == OTHERS:
        return "others"
    agency = rules.agencies.get(place)
    return clipped((agency.short if agency else None) or place, 26)
