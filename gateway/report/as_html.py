"""A report as HTML: a section for a page, or the whole as one file that needs nothing else."""

from datetime import tzinfo
from functools import cache, partial
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from config.language import gettext, language, ngettext
from gateway.report.as_text import incomplete
from gateway.report.definitions import DEFINITIONS
from gateway.report.model import Cell, Named, Report, Section, Share, Table
from gateway.report.periods import period_of
from gateway.report.texts import FIELDS, Texts
from gateway.report.wording import NOTHING, moment, period_name, said

_STYLE: Final = "report.css"
ROWS: Final = 50
"""Rows of a table on a page; a file has them all."""
_ALL: Final = 1_000_000


def section_html(section: Section, *, rows: int = ROWS, focusable: bool = True) -> Markup:
    """One section, in the language in use. ``focusable``: wide tables can be scrolled by key."""
    template = _templates().get_template("section.html")
    html = template.render(section=section, rows=rows, focusable=focusable)
    return Markup(html)  # noqa: S704  # a file of ours  # autoescaped


def texts_html(texts: Texts, zone: tzinfo, *, focusable: bool = True) -> Markup:
    """Section 12: what people wrote."""
    template = _templates().get_template("texts.html")
    when = partial(moment, zone=zone)
    html = template.render(
        texts=texts, fields=FIELDS, when=when, focusable=focusable, nothing=NOTHING
    )
    return Markup(html)  # noqa: S704  # autoescaped


def as_html(report: Report, texts: Texts, zone: tzinfo) -> str:
    """One self-contained file."""
    sections = [section_html(one, rows=_ALL, focusable=False) for one in report.sections]
    sections.append(texts_html(texts, zone, focusable=False))
    return (
        _templates()
        .get_template("whole.html")
        .render(
            report=report,
            heading=heading(report),
            as_of=gettext("As of {moment}").format(moment=moment(report.as_of, zone)),
            warning=None if report.complete else incomplete(report),
            sections=sections,
            language=language(),
            style=style(),
        )
    )


def heading(report: Report) -> str:
    """What it is, and of when."""
    return f"{gettext('Evaluation of complaints')} · {period_name(report.period)}"


@cache
def style() -> Markup:
    """The style sheet of the report: ours, no word of anybody's in it."""
    return Markup((files("gateway.report") / "files" / _STYLE).read_text())  # noqa: S704


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("gateway.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # of the extension
    environment.globals |= {
        "said": said,
        "name_of_row": _name_of_row,
        "meaning": _meaning,
        "bars_at": _bars_at,
        "most_of": _most_of,
        "amount": _amount,
        "is_total": _is_total,
    }
    return environment


def _meaning(id: str) -> str:
    return gettext(DEFINITIONS[id]) if id in DEFINITIONS else ""


def _name_of_row(table: Table, value: Cell) -> str:
    """A month has a name on a page, and its key in files for programs."""
    if table.columns[0].id == "month" and isinstance(value, str):
        return period_name(period_of(value))
    return said(value)


def _bars_at(table: Table) -> int | None:
    """The column that a picture shows."""
    ids = [column.id for column in table.columns]
    return ids.index(table.bars) if table.bars else None


def _most_of(table: Table, place: int | None) -> float:
    """What the longest bar stands for: of shares the whole."""
    if place is None:
        return 0
    cells = [row[place] for row in table.rows if not _is_total(row)]
    if any(isinstance(cell, Share) for cell in cells):
        return 1
    return max((_amount(cell) for cell in cells), default=0)


def _amount(cell: Cell) -> float:
    """What a bar shows of a cell; of too few cases for a percentage nothing."""
    if isinstance(cell, Share):
        return cell.share or 0
    return cell if isinstance(cell, int | float) else 0


def _is_total(row: tuple[Cell, ...]) -> bool:
    return isinstance(row[0], Named) and row[0].code in ("total", "others")
