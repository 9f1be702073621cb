"""Who is on duty, as a CSV file: all of it is taken in, or nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final
from uuid import uuid4

from broker.ports import Duty, DutyStore
from config.language import gettext
from gateway.desk.duty import FIELDS, cells, read_duty
from gateway.text.csv_rows import BadRow, CsvRows
from gateway.text.formulas import restored

ROWS: Final = 5_000
_NEEDED: Final = ("opd", "dari", "sampai", "nama")
_TOLD: Final = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """``added``: how many are new; ``known``: how many were there already, letter for letter."""

    added: int
    known: int


def read_file(
    file: BinaryIO, agencies: Collection[str], by: str, at: datetime
) -> list[Duty] | list[str]:
    """The duties of a file, or what is wrong with it, with the numbers of the rows."""
    found, wrong = list[Duty](), list[str]()
    try:
        rows = CsvRows(file)
        places = rows.columns(FIELDS, _NEEDED)
        for row in rows:
            if len(found) >= ROWS:
                return [gettext("At most {n} rows at a time.").format(n=ROWS)]
            fields = {name: restored(row.cells[at]) for name, at in places.items()}
            read = read_duty(fields, agencies, uuid4().hex, by, at)
            if isinstance(read, Duty):
                found.append(read)
            elif len(wrong) < _TOLD:
                told = gettext("Row {n}: {why}")
                wrong += [told.format(n=row.number, why=why) for why in read]
    except BadRow as why:
        return [gettext("The file cannot be read: {why}").format(why=why)]
    return wrong[:_TOLD] or found


async def take_in(store: DutyStore, duties: Sequence[Duty]) -> Taken:
    """Keep those that are not there yet. Raises StoreUnavailable."""
    if not duties:
        return Taken(0, 0)
    first, last = min(one.first for one in duties), max(one.last for one in duties)
    there = {cells(one) for one in await store.duties(first, last)}
    new = {cells(one): one for one in duties if cells(one) not in there}
    await store.add_duties(list(new.values()))
    return Taken(len(new), len(duties) - len(new))
