"""A report as a person reads it on a terminal: the figures, and tables that fit there."""

import re
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Final

from config.language import gettext
from gateway.report.model import Report, Section, Table
from gateway.report.texts import FIELDS, Texts
from gateway.report.wording import day, moment, period_name, said

_ROWS: Final = 15
_WIDEST: Final = 28
_NUMBER: Final = re.compile(r"[\d.,%/ ()–-]+")  # noqa: RUF001  # ranges have that dash


def as_text(report: Report, texts: Texts, zone: tzinfo) -> Iterator[str]:
    """Line by line."""
    yield f"{gettext('Evaluation of complaints')} · {report.region} · {period_name(report.period)}"
    yield gettext("As of {moment}").format(moment=moment(report.as_of, zone))
    if not report.complete:
        yield incomplete(report)
    for section in report.sections:
        yield ""
        yield f"{section.number}. {gettext(section.title)}"
        yield from _section(section)
    yield ""
    yield f"12. {gettext('Findings and action plan')}"
    for field, title in FIELDS.items():
        text = texts[field]
        if text.text or text.items:
            yield f"   {gettext(title)}:"
            yield from (f"     {line}" for line in text.text.splitlines())
            for item in text.items:
                cells = (item.what, item.who, item.by_when, item.state)
                yield f"     - {' · '.join(cell for cell in cells if cell)}"


def incomplete(report: Report) -> str:
    """The sentence that says from when the figures are whole."""
    return gettext(
        "Incomplete: closed cases are removed after a while; figures are whole from {day} on."
    ).format(day=day(report.complete_from))


def _section(section: Section) -> Iterator[str]:
    for figure in section.figures:
        line = f"   {gettext(figure.title)}: {said(figure.value)}"
        if figure.before is not None:
            line += f"   [{gettext('period before')}: {said(figure.before)}]"
        yield line
    for table in section.tables:
        if table.rows:
            yield f"   {gettext(table.title)}"
            yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    head = [gettext(column.title) for column in table.columns]
    rows = [[_short(said(cell)) for cell in row] for row in table.rows[:_ROWS]]
    widths = [max(len(_short(cell)) for cell in column) for column in zip(head, *rows, strict=True)]
    for row in ([_short(cell) for cell in head], *rows):
        yield "     " + "  ".join(_padded(row, widths)).rstrip()
    if len(table.rows) > _ROWS:
        yield "     " + gettext("… and {n} more").format(n=len(table.rows) - _ROWS)
    if table.note:
        yield f"     ({gettext(table.note)})"


def _padded(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for n, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.rjust(width) if n and _NUMBER.fullmatch(cell) else cell.ljust(width)


def _short(cell: str) -> str:
    line = " ".join(cell.split())
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"
