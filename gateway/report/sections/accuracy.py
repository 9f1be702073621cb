"""How often the router was right: in the period, and month by month with the year before."""

from collections.abc import Mapping
from datetime import date

from broker.domain.case.judging import WHATS, What
from config.language import marked
from gateway.report.model import Cell, Figure, Share, Table, columns
from gateway.report.periods import Period, whole
from gateway.report.reading import Read
from gateway.report.sections.course import months_of


def accuracy(read: Read) -> tuple[Figure, ...]:
    """Of the period."""
    counts = read.tally.routing
    return (
        Figure("accuracy", marked("Right, of what was judged"), _right(counts)),
        Figure(
            "first_alternative",
            marked("The desk named the first alternative"),
            _alternative(counts),
        ),
    )


def accuracy_by_month(read: Read) -> Table:
    """Whole months but for the last, which ends with the period; of earlier ones than the store
    has whole nothing is said."""
    rows: list[tuple[Cell, ...]] = []
    for month in _months(read):
        at = month.first.year, month.first.month
        counts = {what: read.tally.accuracy[at, what] for what in WHATS}
        if counts["came"]:
            own = Share(counts["by_itself"], counts["came"])
            judged = counts["stood"] + counts["wrong"]
            right, alternative = _right(counts), _alternative(counts)
            rows.append((month.key, counts["came"], own, judged, right, alternative))
    return Table(
        "accuracy",
        marked("The router's accuracy by month"),
        columns(
            ("month", marked("Month")),
            ("in", marked("Came in")),
            ("by_itself", marked("Decided by itself")),
            ("judged", marked("Judged")),
            ("accuracy", marked("Right, of what was judged")),
            ("first_alternative", marked("The desk named the first alternative")),
        ),
        tuple(rows),
        bars="accuracy",
    )


def _months(read: Read) -> list[Period]:
    first = max(read.period.year_before.first, read.complete_from)
    month = whole("month", first)
    if month.first < first:
        month = month.after
    begins: date = month.first
    return months_of(Period(begins, read.period.last, "days")) if begins <= read.period.last else []


def _right(counts: Mapping[What, int]) -> Share:
    stood = counts["stood"]
    return Share(stood, stood + counts["wrong"])


def _alternative(counts: Mapping[What, int]) -> Share:
    return Share(counts["first_alternative"], counts["assigned"])
