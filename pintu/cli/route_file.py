"""Route every row of a CSV file: the columns that came in, then agency, confidence and auto."""

from datetime import date
from pathlib import Path

from rich.progress import Progress

from broker.domain.routing.decide import Decision, Place, Query, decide
from broker.domain.routing.rules import Rules
from config.files import open_rows, replaced
from config.language import gettext
from gateway.text.console import Console
from gateway.text.csv_rows import CsvRows, csv_line
from gateway.text.formulas import Guard, restored

ADDED = ("agency", "confidence", "auto")
READ = ("text", "title", "address", "region", "district", "village", "category")


def route_file(
    source: Path, target: Path, rules: Rules, on: date, guard: Guard | None = None
) -> tuple[int, int]:
    """Rows, and rows that would not go to triage. `target` appears whole or not at all, for its
    owner alone; `guard` sees to its cells.

    Raises `BadRow`, and `OSError` where a file cannot be read or written.
    """
    guard = guard or Guard()
    total = auto = 0
    with (
        open_rows(source) as incoming,
        replaced(target) as outgoing,
        Progress(console=Console(stderr=True), disable=not _watched()) as progress,
    ):
        measured = incoming.seekable()  # a pipe has no length
        bar = progress.add_task(
            gettext("routing"), total=source.stat().st_size if measured else None
        )
        rows = CsvRows(incoming)
        places = rows.columns(READ, ("text",))
        outgoing.write(csv_line(_safe([*rows.header, *ADDED], guard), rows.delimiter))
        for row in rows:
            decision = decide(_query(row.cells, places), rules, on=on)
            outgoing.write(csv_line(_safe([*row.cells, *_added(decision)], guard), rows.delimiter))
            total += 1
            auto += decision.agency is not None
            if measured:
                progress.update(bar, completed=incoming.tell())
    return total, auto


def _safe(cells: list[str], guard: Guard) -> list[str]:
    # What was guarded before is not guarded twice.
    return cells if guard.raw else guard.row([restored(cell) for cell in cells])


def _watched() -> bool:
    return Console(stderr=True).is_terminal


def _query(row: list[str], places: dict[str, int]) -> Query:
    def cell(name: str) -> str | None:
        return restored(row[places[name]]).strip() or None if name in places else None

    place = Place(
        region=cell("region"),
        district=cell("district"),
        village=cell("village"),
        address=cell("address"),
    )
    text = restored(row[places["text"]])
    return Query(text=text, title=cell("title"), category=cell("category"), place=place)


def _added(decision: Decision) -> tuple[str, str, str]:
    """The agency, or the best candidate where a person would decide."""
    if decision.agency is not None:
        return decision.agency, f"{decision.confidence:.4f}", "true"
    if decision.alternatives:
        best = decision.alternatives[0]
        return best.agency, f"{best.confidence:.4f}", "false"
    return "", "0.0000", "false"
