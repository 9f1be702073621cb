"""A report in each of its forms, and the recap table of its annex."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo
from io import BytesIO
from typing import Final

from broker.domain.case import Case, CaseFilter, State
from config.language import gettext
from gateway.desk.recap import COLUMNS, recap_row
from gateway.desk.session import DeskSession
from gateway.report.as_html import as_html
from gateway.report.as_text import as_text
from gateway.report.as_workbook import as_workbook
from gateway.report.model import Report
from gateway.report.periods import Period
from gateway.report.plain import plain
from gateway.report.texts import Texts
from gateway.text.sheets import tab_rows

_ALL: Final = 1 << 62
MOST_ROWS: Final = 5_000
"""Rows of the annex: each asks for what was said in a case. More are for ``pintu case export``."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A report with what people wrote in it. ``recap``: the rows of its annex, for the workbook."""

    report: Report
    texts: Texts
    zone: tzinfo
    recap: Sequence[Sequence[str]] = field(default=())


def written(whole: Whole, form: str) -> bytes:
    """In the language in use."""
    match form:
        case "html":
            return as_html(whole.report, whole.texts, whole.zone).encode()
        case "xlsx":
            out = BytesIO()
            as_workbook(whole.report, whole.texts, whole.zone, whole.recap, out)
            return out.getvalue()
        case "json":
            data = plain(whole.report, whole.texts).model_dump_json(indent=1)
            return data.encode() + b"\n"
        case _:
            lines = as_text(whole.report, whole.texts, whole.zone)
            return "".join(f"{line}\n" for line in lines).encode()


async def annex_rows(office: DeskSession, period: Period) -> list[tuple[str, ...]]:
    """The recap rows of the cases received in a period, by moment and code, after their header;
    where there are too many, a last row says so.

    Raises StoreUnavailable.
    """
    calendar = office.clocks.calendar
    since = datetime.combine(period.first, time(), calendar.zone)
    found: list[Case] = []
    for state in (None, State.CLOSED):
        async for case in office.store.listed(CaseFilter(since=since, state=state), most=_ALL):
            if calendar.local_day(case.received_at) in period:
                found.append(case)
            if len(found) > 2 * MOST_ROWS:
                break
    found.sort(key=lambda one: (one.received_at, one.tracking))
    rows: list[tuple[str, ...]] = [COLUMNS]
    for number, case in enumerate(found[:MOST_ROWS], 1):
        said = await office.store.conversation(case.complaint_id)
        rows.append((str(number), *recap_row(case, said, office)))
    if len(found) > MOST_ROWS:
        rows.append((gettext("There are more: pintu case export writes all of them."),))
    return rows


def tab_separated(rows: Iterable[Sequence[str]]) -> str:
    """A row a line; no cell is a formula, no cell has a line of its own."""
    lines = tab_rows([" ".join(cell.split()) for cell in row] for row in rows)
    return f"{lines}\n" if lines else ""
