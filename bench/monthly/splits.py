"""A history in order of time, cut at the beginning of each of its last months."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FEWEST = 100
"""Rows of a month; with fewer, its shares say nothing. So a month that has just begun falls out."""


@dataclass(frozen=True, slots=True)
class Split:
    """Rows before a month, and those of it; each as written, in order of time."""

    month: str
    before: Sequence[Mapping[str, str]]
    rows: Sequence[Mapping[str, str]]


def read(history: Path) -> list[dict[str, str]]:
    """In order of time. Raises `SystemExit` where the rows have no times."""
    with history.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not all(row.get("reported_at") for row in rows):
        raise SystemExit(f"{history}: every row needs a reported_at")
    return sorted(rows, key=lambda row: row["reported_at"])


def splits(rows: Sequence[Mapping[str, str]], months: int) -> list[Split]:
    """The last `months` months that have rows enough, and something before them."""
    counts = Counter(row["reported_at"][:7] for row in rows)
    large = [month for month in sorted(counts) if counts[month] >= FEWEST]
    return [
        Split(
            month,
            [row for row in rows if row["reported_at"][:7] < month],
            [row for row in rows if row["reported_at"][:7] == month],
        )
        for month in large[1:][-months:]
    ]


def write(file: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """As CSV with a header."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
