"""Labelled history, a row at a time: complaints with the agency that dealt with each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from broker.domain.routing.decide import Place, Query
from gateway.text.csv_rows import CsvRows
from gateway.text.formulas import restored

COLUMNS: Final = ("text", "address", "district", "village", "topic", "agency", "reported_at")
"""What a labelled history has, to learn from and to score by."""
_KNOWN: Final = (*COLUMNS, "confidential")
_NOT_CONFIDENTIAL: Final = frozenset({"", "0", "false", "no", "n", "tidak", "null"})


@dataclass(frozen=True, slots=True)
class Example:
    """A complaint and its agency as written; ``agency`` and ``topic`` are empty where unknown.

    Neither is in ``query``: a row is decided as if nobody had said who answers.
    """

    row: int
    query: Query
    agency: str
    topic: str
    confidential: bool


class Examples:
    """The rows of a file that have a text. ``without_text``: numbers of those that have none.

    ``required``: columns besides ``text`` that must be there.

    Raises:
        BadRow: see CsvRows.
    """

    def __init__(self, incoming: BinaryIO, required: Sequence[str] = ()) -> None:
        self._rows = CsvRows(incoming)
        self._columns = self._rows.columns(_KNOWN, ("text", *required))
        self.without_text: list[int] = []

    def has(self, column: str) -> bool:
        return column in self._columns

    def __iter__(self) -> Iterator[Example]:
        for row in self._rows:
            cells = {name: restored(row.cells[at]).strip() for name, at in self._columns.items()}
            if cells["text"]:
                yield _example(row.number, cells)
            else:
                self.without_text.append(row.number)


def _example(number: int, cells: Mapping[str, str]) -> Example:
    def cell(name: str) -> str | None:
        return cells.get(name) or None

    place = Place(district=cell("district"), village=cell("village"), address=cell("address"))
    return Example(
        row=number,
        query=Query(text=cells["text"], place=place),
        agency=cells.get("agency", ""),
        topic=cells.get("topic", ""),
        # As everywhere: what is not plainly false is confidential.
        confidential=cells.get("confidential", "").lower() not in _NOT_CONFIDENTIAL,
    )
