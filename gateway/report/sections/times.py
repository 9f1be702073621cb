"""Sections 4, 5, 7 and 11: in time, by agency, what nobody has followed up, escalations."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final

from broker.domain.clocks import WorkingCalendar
from config.language import marked
from gateway.report.model import Cell, Figure, Named, Section, Share, Table, columns, days_of
from gateway.report.names import Names
from gateway.report.reading import Read
from gateway.report.words import CLOCKS, KINDS, RUNGS, TOTAL, named

AGES: Final = ((0, 5), (6, 14), (15, 60), (61, None))
"""Working days since the complaint was received."""


def in_time(read: Read) -> Section:
    """By classification and clock."""
    found = read.tally.clocks
    rows: list[tuple[Cell, ...]] = []
    for kind in KINDS:
        for clock in CLOCKS:
            good, late, over = (found[kind, clock, one] for one in ("in_time", "late", "overdue"))
            if good + late + over:
                share = Share(good, good + late + over)
                rows.append((named(KINDS, kind), named(CLOCKS, clock), good, late, over, share))
    table = Table(
        "in_time",
        marked("In time, by classification and clock"),
        columns(
            ("kind", marked("Classification")),
            ("clock", marked("Clock")),
            ("in_time", marked("Stopped in time")),
            ("late", marked("Stopped late")),
            ("overdue", marked("Overdue now")),
            ("share", marked("In time")),
        ),
        tuple(rows),
    )
    return Section(4, "in_time", marked("In time"), tables=(table,))


def agencies(read: Read, names: Names) -> Section:
    """By the agency that has the case now, the most first; the desk has what is in triage."""
    tally = read.tally
    everybody: set[str | None] = {*tally.agencies, *tally.returned}
    ordered = sorted(everybody, key=lambda one: (-tally.agencies[one].statuses.total(), one or ""))
    rows: list[tuple[Cell, ...]] = []
    for code in ordered:
        count = tally.agencies[code]
        of, total = count.statuses, count.statuses.total()
        days = days_of(count.days)
        rows.append(
            (
                names.agency(code),
                total,
                of["triage"],
                of["waiting"],
                of["process"],
                of["held"],
                of["done"],
                of["archived"],
                Share(of["process"] + of["done"], total),
                days.median,
                days.mean,
                count.overdue,
                tally.returned[code] if code is not None else 0,
            )
        )
    table = Table(
        "agencies",
        marked("By agency (OPD)"),
        columns(
            ("agency", marked("Agency")),
            ("in", marked("Came in")),
            ("triage", marked("Not verified")),
            ("waiting", marked("Not followed up")),
            ("process", marked("In process")),
            ("held", marked("Held")),
            ("done", marked("Done")),
            ("archived", marked("Archived")),
            ("tl", marked("Followed up (TL)")),
            ("median", marked("Median days")),
            ("mean", marked("Mean days")),
            ("overdue", marked("Overdue now")),
            ("returned", marked("Handed back")),
        ),
        tuple(rows),
    )
    return Section(5, "agencies", marked("By agency (OPD)"), tables=(table,))


def not_followed_up(read: Read, calendar: WorkingCalendar) -> Section:
    """By age; tracking codes, no text."""
    tally = read.tally
    today = calendar.local_day(read.now)
    now, older = (_aged(some, calendar, today) for some in (tally.waiting, tally.older))
    counts = [Counter(_place(age) for age, _ in some) for some in (now, older)]
    rows: list[tuple[Cell, ...]] = [
        (_named(place), counts[0][place], counts[1][place]) for place in range(len(AGES))
    ]
    rows.append((TOTAL, len(now), len(older)))
    ages = Table(
        "ages",
        marked("Not followed up, by age in working days"),
        columns(
            ("age", marked("Working days")),
            ("cases", marked("Received in the period")),
            ("older", marked("Received before it")),
        ),
        tuple(rows),
        bars="cases",
    )
    listed = sorted([*now, *older], key=lambda one: (-one[0], one[1]))
    codes = Table(
        "codes",
        marked("Their tracking codes"),
        columns(("age", marked("Working days")), ("tracking", marked("Tracking ID"))),
        tuple(listed),
    )
    return Section(7, "not_followed_up", marked("Not followed up"), tables=(ages, codes))


def _aged(
    some: Iterable[tuple[date, str]], calendar: WorkingCalendar, today: date
) -> list[tuple[int, str]]:
    return [(max(calendar.working_days_between(day, today), 0), code) for day, code in some]


def _place(age: int) -> int:
    return next(n for n, (_, last) in enumerate(AGES) if last is None or age <= last)


def _named(place: int) -> Named:
    first, last = AGES[place]
    code = f"{first}-{last}" if last is not None else f"{first}-"
    return Named(code, f"{first}–{last}" if last is not None else f"> {first - 1}")  # noqa: RUF001  # a range has that dash


def escalations(read: Read) -> Section:
    """By clock and rung."""
    found = read.tally.rungs
    rows: list[tuple[Cell, ...]] = [
        (named(RUNGS, rung), *(found[clock, rung] for clock in CLOCKS), _sum(found, rung))
        for rung in RUNGS
    ]
    table = Table(
        "rungs",
        marked("Escalations by rung"),
        columns(
            ("rung", marked("Rung")),
            *((clock, title) for clock, title in CLOCKS.items()),
            ("total", marked("total")),
        ),
        tuple(rows),
        bars="total",
    )
    figures = (Figure("rungs", marked("Escalations"), found.total()),)
    return Section(11, "escalations", marked("Escalations"), figures, (table,))


def _sum(found: "Counter[tuple[str, str]]", rung: str) -> int:
    return sum(found[clock, rung] for clock in CLOCKS)
