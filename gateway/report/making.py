"""The report of a period, made of the cases."""

from datetime import datetime

from broker.domain.clocks import SlaCalendar
from broker.domain.routing.rules import Rules
from broker.ports import CaseStore
from gateway.report.model import Report
from gateway.report.names import Names
from gateway.report.periods import Period
from gateway.report.reading import Read, read_cases
from gateway.report.sections.breakdowns import breakdowns
from gateway.report.sections.course import flow, status, summary
from gateway.report.sections.handling import endings, quality, routing
from gateway.report.sections.times import agencies, escalations, in_time, not_followed_up


async def make_report(
    store: CaseStore, period: Period, rules: Rules, clocks: SlaCalendar, now: datetime
) -> Report:
    """Sections 1 to 11, as of now; what people write and the annex are asked for by themselves.

    Raises StoreUnavailable.
    """
    kept = rules.retention.closed_cases
    return report_of(await read_cases(store.records, period, clocks, now, kept), rules, clocks)


def report_of(read: Read, rules: Rules, clocks: SlaCalendar) -> Report:
    """The same of what was counted."""
    names, calendar = Names(rules), clocks.calendar
    return Report(
        region=names.region,
        period=read.period,
        as_of=read.now,
        complete_from=read.complete_from,
        complete=read.complete,
        sections=(
            summary(read),
            flow(read),
            status(read),
            in_time(read),
            agencies(read, names),
            breakdowns(read, names),
            not_followed_up(read, calendar),
            routing(read, names),
            endings(read),
            quality(read),
            escalations(read),
        ),
    )
