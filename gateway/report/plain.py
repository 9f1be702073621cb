"""A report for programs: the values of ``schemas.report``."""

from datetime import date

from config.language import gettext
from gateway.report.model import (
    Cell,
    Days,
    Figure,
    Hidden,
    Named,
    Report,
    Section,
    Share,
    Table,
)
from gateway.report.texts import Texts
from schemas.report import (
    CellData,
    DaysData,
    FigureData,
    HiddenData,
    NamedData,
    PeriodData,
    PlanItemData,
    ReportData,
    SectionData,
    ShareData,
    TableData,
    TextData,
)


def plain(report: Report, texts: Texts) -> ReportData:
    """Titles and names are in the language in use, ids and codes are always the same."""
    period = report.period
    return ReportData(
        region=report.region,
        period=PeriodData(key=period.key, first=period.first, last=period.last),
        as_of=report.as_of,
        complete=report.complete,
        complete_from=report.complete_from,
        sections=tuple(map(_section, report.sections)),
        texts={
            field: TextData(
                text=one.text,
                items=tuple(
                    PlanItemData(what=i.what, who=i.who, by_when=i.by_when, state=i.state)
                    for i in one.items
                ),
                by=one.by,
                at=one.at,
            )
            for field, one in texts.items()
        },
    )


def _section(section: Section) -> SectionData:
    return SectionData(
        number=section.number,
        id=section.id,
        title=gettext(section.title),
        figures=tuple(map(_figure, section.figures)),
        tables=tuple(map(_table, section.tables)),
    )


def _figure(figure: Figure) -> FigureData:
    return FigureData(
        id=figure.id,
        title=gettext(figure.title),
        value=_cell(figure.value),
        before=_cell(figure.before),
    )


def _table(table: Table) -> TableData:
    ids = tuple(column.id for column in table.columns)
    return TableData(
        id=table.id,
        title=gettext(table.title),
        columns=ids,
        rows=tuple(
            {id: _cell(cell) for id, cell in zip(ids, row, strict=True)} for row in table.rows
        ),
        note=table.note and gettext(table.note),
    )


def _cell(cell: Cell) -> CellData:
    match cell:
        case Share():
            share = cell.share
            return ShareData(
                part=cell.part, of=cell.of, percent=None if share is None else round(share * 100, 1)
            )
        case Days():
            return DaysData(mean=cell.mean, median=cell.median, count=cell.count)
        case Named():
            return NamedData(code=cell.code, name=gettext(cell.name) if cell.said else cell.name)
        case Hidden():
            return HiddenData()
        case date():
            return cell.isoformat()
        case _:
            return cell
