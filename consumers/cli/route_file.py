"""Route every row of a CSV file: the columns that came in, then agency, confidence and auto."""

import csv
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import Progress

from broker.domain.routing.decision import Decision, Place, Query, decide
from broker.domain.routing.rules import Rules

ADDED = ("agency", "confidence", "auto")
READ = ("text", "address", "district", "village", "category")
MAX_CELL = 1 << 24  # characters; the csv module stops at 128 KiB otherwise


class BadRow(Exception):
    """The file cannot be read as asked; the message says where (the header is row 1)."""


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
            rows = _rows(incoming)
            header = next(rows, None)
            places = _columns(header)
            writer = csv.writer(outgoing, lineterminator="\n")
            writer.writerow([*(header or ()), *ADDED])
            for row in rows:
                decision = decide(_query(row, places), rules, on=on)
                writer.writerow([*row, *_added(decision)])
                total += 1
                auto += decision.agency is not None
                progress.update(bar, completed=incoming.tell())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return total, auto


def _watched() -> bool:
    return Console(stderr=True).is_terminal


def _rows(incoming: BinaryIO) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL)
    lines = (
        line.decode("utf-8-sig" if not number else "utf-8") for number, line in enumerate(incoming)
    )
    reader = csv.reader(lines, strict=True)
    width = number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except UnicodeDecodeError:
            raise BadRow(f"row {number} (line {reader.line_num + 1}) is not UTF-8") from None
        except csv.Error as error:
            raise BadRow(f"row {number} (line {reader.line_num}) is not CSV: {error}") from None
        if not row:
            continue
        width = width or len(row)
        if len(row) != width:
            what = f"has {len(row)} columns, the header {width}"
            raise BadRow(f"row {number} (line {reader.line_num}) {what}")
        yield row


def _columns(header: list[str] | None) -> dict[str, int]:
    if header is None:
        raise BadRow("is empty; the first row names the columns, one of them text")
    names = [name.strip().lower() for name in header]
    if "text" not in names:
        raise BadRow(f"row 1 has no column text, only {', '.join(header)[:200]}")
    return {name: names.index(name) for name in READ if name in names}


def _query(row: list[str], places: dict[str, int]) -> Query:
    def cell(name: str) -> str | None:
        return row[places[name]].strip() or None if name in places else None

    place = Place(district=cell("district"), village=cell("village"), address=cell("address"))
    return Query(text=row[places["text"]], category=cell("category"), place=place)


def _added(decision: Decision) -> tuple[str, str, str]:
    """The agency, or the best candidate where a person would decide."""
    if decision.agency is not None:
        return decision.agency, f"{decision.confidence:.4f}", "true"
    if decision.alternatives:
        best = decision.alternatives[0]
        return best.agency, f"{best.confidence:.4f}", "false"
    return "", "0.0000", "false"
