"""Route every row of a CSV file: the columns that came in, then agency, confidence and auto."""

import os
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from broker.domain.routing.decide import Decision, Place, Query, decide
from broker.domain.routing.rules import Rules
from gateway.text.csv_rows import CsvRows, csv_line

ADDED = ("agency", "confidence", "auto")
READ = ("text", "title", "address", "region", "district", "village", "category")


def route_file(source: Path, target: Path, rules: Rules, on: date) -> tuple[int, int]:
    """Rows, and rows that would not go to triage. `target` appears whole or not at all.

    Raises `BadRow`, and `OSError` where a file cannot be read or written.
    """
    part = target.with_name(target.name + ".part")
    total = auto = 0
    try:
        with (
            source.open("rb") as incoming,
            part.open("w", encoding="utf-8", newline="") as outgoing,
            Progress(console=Console(stderr=True), disable=not _watched()) as progress,
        ):
            bar = progress.add_task("routing", total=source.stat().st_size)
            rows = CsvRows(incoming)
            places = rows.columns(READ, ("text",))
            outgoing.write(csv_line([*rows.header, *ADDED], rows.delimiter))
            for row in rows:
                decision = decide(_query(row.cells, places), rules, on=on)
                outgoing.write(csv_line([*row.cells, *_added(decision)], rows.delimiter))
                total += 1
                auto += decision.agency is not None
                progress.update(bar, completed=incoming.tell())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return total, auto


def _watched() -> bool:
    return Console(stderr=True).is_terminal


def _query(row: list[str], places: dict[str, int]) -> Query:
    def cell(name: str) -> str | None:
        return row[places[name]].strip() or None if name in places else None

    place = Place(
        region=cell("region"),
        district=cell("district"),
        village=cell("village"),
        address=cell("address"),
    )
    return Query(
        text=row[places["text"]], title=cell("title"), category=cell("category"), place=place
    )


def _added(decision: Decision) -> tuple[str, str, str]:
    """The agency, or the best candidate where a person would decide."""
    if decision.agency is not None:
        return decision.agency, f"{decision.confidence:.4f}", "true"
    if decision.alternatives:
        best = decision.alternatives[0]
        return best.agency, f"{best.confidence:.4f}", "false"
    return "", "0.0000", "false"
