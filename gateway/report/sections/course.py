"""Sections 1 to 3: the summary, the flow and where cases stand."""

from datetime import date

from config.language import marked
from gateway.report.facts import STATUSES
from gateway.report.model import Cell, Figure, Section, Share, Table, columns, days_of
from gateway.report.periods import Period, whole
from gateway.report.reading import Read
from gateway.report.tally import Counted
from gateway.report.words import STATUSES as NAMES
from gateway.report.words import TOTAL, named


def summary(read: Read) -> Section:
    """In, followed up, done, speed, in time."""
    tally = read.tally
    now, before = tally.counted, tally.before if read.comparable else None
    in_time = sum(n for (_, _, verdict), n in tally.clocks.items() if verdict == "in_time")
    figures = (
        Figure("in", marked("Came in"), now.total, before.total if before else None),
        Figure(
            "tl",
            marked("Followed up (TL)"),
            followed_up(now),
            followed_up(before) if before else None,
        ),
        Figure(
            "tl_net",
            marked("Followed up, without archived and held ones"),
            followed_up(now, net=True),
            followed_up(before, net=True) if before else None,
        ),
        Figure("done", marked("Done"), done(now), done(before) if before else None),
        Figure(
            "archived",
            marked("Archived"),
            Share(now.statuses["archived"], now.total),
            Share(before.statuses["archived"], before.total) if before else None,
        ),
        Figure("speed", marked("Speed of follow-up, working days"), days_of(tally.answered)),
        Figure("speed_net", marked("Speed without holds"), days_of(tally.answered_net)),
        Figure("solving", marked("Time to the final answer, working days"), days_of(tally.solved)),
        Figure("verifying", marked("Verification, working days"), days_of(tally.verified)),
        Figure("in_time", marked("In time"), Share(in_time, tally.clocks.total())),
    )
    return Section(1, "summary", marked("Summary"), figures)


def followed_up(counted: Counted, *, net: bool = False) -> Share:
    """TL: in process and done of what came in."""
    of = counted.statuses
    left_out = of["archived"] + of["held"] if net else 0
    return Share(of["process"] + of["done"], counted.total - left_out)


def done(counted: Counted) -> Share:
    """Closed after a final answer."""
    return Share(counted.statuses["done"], counted.total)


def flow(read: Read) -> Section:
    """Open before + in - closed = open after, by month."""
    tally = read.tally
    rows: list[tuple[Cell, ...]] = []
    before = tally.open_before
    for month in months_of(tally.period):
        came = sum(n for day, n in tally.came.items() if day in month)
        closed = sum(n for day, n in tally.closed.items() if day in month)
        after = before + came - closed
        rows.append((month.key, before, came, closed, after))
        before = after
    if len(rows) > 1:
        came, closed = (sum(int(str(row[n])) for row in rows) for n in (2, 3))
        rows.append((TOTAL, tally.open_before, came, closed, before))
    table = Table(
        "flow",
        marked("Flow"),
        columns(
            ("month", marked("Month")),
            ("before", marked("Open before")),
            ("in", marked("Came in")),
            ("closed", marked("Closed in it")),
            ("after", marked("Open after")),
        ),
        tuple(rows),
        bars="in",
    )
    return Section(2, "flow", marked("Flow"), tables=(table,))


def months_of(period: Period) -> list[Period]:
    """The months of a period, the first and the last cut where it begins and ends."""
    found: list[Period] = []
    day: date = period.first
    while day <= period.last:
        month = whole("month", day)
        last = min(month.last, period.last)
        full = day == month.first and last == month.last
        found.append(month if full else Period(day, last, "days"))
        day = month.after.first
    return found


def status(read: Read) -> Section:
    """Where the cases stand now; they add up to what came in."""
    counted = read.tally.counted
    before = read.tally.before if read.comparable else None
    rows: list[tuple[Cell, ...]] = [
        (
            named(NAMES, one),
            counted.statuses[one],
            Share(counted.statuses[one], counted.total),
            before.statuses[one] if before else None,
        )
        for one in STATUSES
    ]
    whole_before = before.total if before else None
    rows.append((TOTAL, counted.total, Share(counted.total, counted.total), whole_before))
    table = Table(
        "status",
        marked("Status"),
        columns(
            ("status", marked("Status")),
            ("cases", marked("Cases")),
            ("share", marked("Share")),
            ("before", marked("Period before")),
        ),
        tuple(rows),
        bars="cases",
    )
    return Section(3, "status", marked("Status"), tables=(table,))
