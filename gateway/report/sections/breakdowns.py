"""Section 6: by classification, category, place and channel; and where it burns."""

from typing import Final

from config.language import marked
from gateway.report.burning import LEAST_PAST, burns, expected
from gateway.report.hiding import shown
from gateway.report.model import HIDDEN, Cell, Named, Section, Share, Table, columns
from gateway.report.names import Names
from gateway.report.reading import Read
from gateway.report.words import DIMENSIONS, OTHERS

MOST: Final = 10
_BURNING: Final = {one: Named(one, DIMENSIONS[one], said=True) for one in ("topic", "village")}
_HINT: Final = marked(
    "Cells with fewer than five cases in which somebody could be recognised are hidden: they are"
    " among all others, and so is what would tell of them."
)
_NONE: Final[frozenset[str]] = frozenset()


def breakdowns(read: Read, names: Names) -> Section:
    """The top ten of each dimension, the change on the period before, and what burns."""
    tables = tuple(_breakdown(read, names, one) for one in DIMENSIONS)
    return Section(
        6,
        "breakdowns",
        marked("Classification, category, place, channel"),
        tables=(*tables, _burning(read, names)),
    )


def _breakdown(read: Read, names: Names, dimension: str) -> Table:
    tally = read.tally
    counts = tally.counted.cells[dimension].counts
    part = shown(counts, read.protected.get(dimension, _NONE), MOST)
    total = tally.counted.total
    earlier: dict[str, int] = {}
    if read.comparable:
        # What the report of that period does not show is not shown here either.
        was = tally.before.cells[dimension].counts
        hidden = read.protected_before.get(dimension, _NONE)
        earlier = dict(shown(was, hidden, len(was)).rows)
    rows: list[tuple[Cell, ...]] = []
    for code, count in part.rows:
        before: Cell = None
        if read.comparable:
            there = code in tally.before.cells[dimension].counts
            before = earlier.get(code, HIDDEN if there else 0)
        change = count - before if isinstance(before, int) else before
        rows.append((names.of(dimension, code), count, Share(count, total), before, change))
    if part.cells:
        rows.append((OTHERS, part.others, Share(part.others, total), None, None))
    return Table(
        dimension,
        DIMENSIONS[dimension],
        columns(
            ("name", marked("Name")),
            ("cases", marked("Cases")),
            ("share", marked("Share")),
            ("before", marked("Period before")),
            ("change", marked("Difference")),
        ),
        tuple(rows),
        _HINT if part.hidden or HIDDEN in {cell for row in rows for cell in row[3:]} else None,
        bars="cases",
    )


def _burning(read: Read, names: Names) -> Table:
    tally, rows = read.tally, list[tuple[Cell, ...]]()
    days, past_days = tally.period.days, 0
    if tally.past_from is not None:
        past_days = (tally.period.year_before.last - tally.past_from).days + 1
    for dimension, what in _BURNING.items():
        hidden = read.protected.get(dimension, _NONE)
        for code, now in tally.counted.cells[dimension].counts.most_common():
            past = tally.past[dimension, code]
            if code not in hidden and burns(now, past, days, past_days):
                usual = round(expected(past, days, past_days), 1)
                rows.append((names.of(dimension, code), what, now, usual))
    note = None
    if past_days < LEAST_PAST:
        note = marked("Not tested: fewer than 90 days of the past are known.")
    elif tally.past_from is not None and tally.past_from > tally.period.year_before.first:
        note = marked("Less than twelve months of the past are known; it is compared by days.")
    return Table(
        "burns",
        marked("Where it burns"),
        columns(
            ("name", marked("Name")),
            ("dimension", marked("What")),
            ("cases", marked("Cases")),
            ("expected", marked("Expected")),
        ),
        tuple(rows),
        note,
    )
