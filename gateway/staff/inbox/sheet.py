"""The inbox as a spreadsheet: its columns, and its rows as they go out."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Final

from broker.domain.case import Case
from broker.domain.case.inbox import Tab
from broker.domain.clocks import WorkingCalendar
from config.language import gettext
from gateway.api.world import Gateway
from gateway.staff.inbox.actions import BY_SHEET
from gateway.staff.inbox.deadlines import first_deadline
from gateway.staff.inbox.listing import place_of, state_words
from gateway.text.sheets import csv_rows
from gateway.text.workbook import Workbook

TRACKING: Final = "Kode pelacakan"
DEADLINE: Final = "Batas waktu"
ACTION: Final = "Tindakan"
ANSWER: Final = "Jawaban"
INSIDE: Final = "Catatan internal"
SUGGEST: Final = "OPD yang disarankan"
COLUMNS: Final = (
    *("No", TRACKING, "Diterima", "Judul", "Isi laporan", "Tempat", DEADLINE, "Keadaan"),
    *(ACTION, ANSWER, INSIDE, SUGGEST),
)
"""Names that are read back are the same in every language."""
ROWS: Final = 1_000
_WIDTHS: Final = (5, 17, 22, 30, 60, 30, 22, 28, 14, 50, 30, 30)
_TEXT: Final = 4_000
"""Characters of a complaint: the sheet is for work, the whole text is on its page."""


async def cases_for_sheet(world: Gateway, agency: str, now: datetime) -> list[Case]:
    """What waits for the agency, first what is due first, then what waits for its reporter."""
    found = dict[object, Case]()
    for tab in (Tab.LATE, Tab.DUE, Tab.NEW, Tab.WAITING):
        room = ROWS - len(found)
        if room > 0:
            for case in await world.cases.inbox.page(agency, tab, now, room):
                found.setdefault(case.complaint_id, case)
    return list(found.values())[:ROWS]


def rows(
    cases: Sequence[Case],
    agency: str,
    now: datetime,
    calendar: WorkingCalendar,
    when: Callable[[datetime], str],
) -> Iterator[tuple[str, ...]]:
    """The header, then a row for each; the last four columns are for the officer to fill in."""
    yield COLUMNS
    for n, case in enumerate(cases, 1):
        due = first_deadline(case, agency, now, calendar)
        complaint = case.complaint
        state = state_words(case)
        if complaint and complaint.get("confidential"):
            state = f"{state}; {gettext('Confidential').upper()}"
        yield (
            str(n),
            case.tracking,
            when(case.received_at),
            (complaint.get("title") or "") if complaint else "",
            complaint["text"][:_TEXT] if complaint else "",
            place_of(complaint),
            when(due.due_at) if due else "",
            state,
            *("", "", "", ""),
        )


def as_workbook(table: Sequence[Sequence[str]]) -> bytes:
    """An .xlsx in which every cell is text, and the action one of a list."""
    book = Workbook("Kotak masuk")
    book.columns(_WIDTHS)
    book.choices(COLUMNS.index(ACTION) + 1, tuple(BY_SHEET), max(len(table) - 1, 1))
    for cells in table:
        book.row(cells)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(table: Sequence[Sequence[str]]) -> bytes:
    """The same as CSV: what a program would take for a formula has an apostrophe in front."""
    return "".join(csv_rows(table)).encode()
