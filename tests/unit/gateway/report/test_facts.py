"""What figures take from a case: the record says the same as the history, wherever it says it."""

from collections import Counter
from datetime import timedelta

from broker.memory import MemoryCaseStore
from broker.ports import CaseChange
from gateway.report.facts import STATUSES, Fact, FactMaker, needs_steps
from gateway.report.making import make_report
from gateway.report.model import Report
from gateway.report.periods import Period, period_of
from gateway.report.reading import Read, read_cases
from tests.unit.broker.domain.case.group import Group, a_group
from tests.unit.broker.domain.case.story import CLOCKS
from tests.unit.gateway.report.lives import NOW, a_life, a_record, steps_of, town

MANY = 250
EVER = timedelta(days=4000)


def test_a_record_that_needs_no_history_tells_what_the_history_tells() -> None:
    make, told = FactMaker(town()[1].calendar, NOW), Counter[bool]()
    for seed in range(MANY):
        case, history = a_life(seed)
        record = a_record(case)
        needed = needs_steps(record)
        told[needed] += 1
        if not needed:
            received = make.received(record)
            alone = make.fact(record, received)
            assert alone == make.fact(record, received, steps_of(history)), (seed, case)
    assert min(told[True], told[False]) > MANY / 10


async def counted(period: Period) -> tuple[Read, Report]:
    store = MemoryCaseStore()
    async with store.transaction() as transaction:
        await transaction.save([CaseChange(*a_life(seed)) for seed in range(MANY)])
    rules, clocks = town()
    read = await read_cases(store.records, period, clocks, NOW, EVER)
    return read, await make_report(store, period, rules, clocks, NOW)


async def test_open_before_and_in_less_closed_is_open_after_in_every_month() -> None:
    days = Counter[int]()
    for name in ("2026-01", "2026-02", "2026-Q1", "2026-H1", "2026", "2026-02-10..2026-04-09"):
        period = period_of(name)
        read, report = await counted(period)
        rows = report.section("flow").tables[0].rows
        for _, before, came, closed, after in rows:
            assert isinstance(before, int) and isinstance(came, int) and isinstance(closed, int)
            assert before + came - closed == after
        next_read, _ = await counted(period.after)
        assert rows[-1][4] == next_read.tally.open_before
        days[period.days] = read.tally.counted.total
    assert days[365] == MANY


async def test_states_add_up_to_what_came_in_here_and_by_agency() -> None:
    read, report = await counted(period_of("2026-Q1"))
    came = read.tally.counted.total
    *each, total = report.section("status").tables[0].rows
    assert sum(int(str(row[1])) for row in each) == total[1] == came > 0
    assert len(each) == len(STATUSES)
    rows = report.section("agencies").tables[0].rows
    assert sum(int(str(row[1])) for row in rows) == came
    for row in rows:
        assert sum(int(str(cell)) for cell in row[2:8]) == row[1]


async def test_every_table_of_a_breakdown_adds_up_or_leaves_out_what_has_no_such_thing() -> None:
    _, report = await counted(period_of("2026-H1"))
    for table in report.section("breakdowns").tables[:5]:
        counts = [row[1] for row in table.rows]
        assert all(isinstance(count, int) for count in counts)
        if table.id in ("kind", "channel"):
            assert (
                sum(int(str(count)) for count in counts)
                == report.section("summary").figures[0].value
            )


def test_a_case_that_follows_another_is_answered_with_it_and_late_with_nothing() -> None:
    """What is late is the case that leads, once."""
    group = a_group("lead", "one")
    make = FactMaker(CLOCKS.calendar, group.now + timedelta(days=90))

    def fact(name: str) -> Fact:
        record = a_record(group[name])
        steps = steps_of(group.history[group.names[name]])
        return make.fact(record, make.received(record), steps)

    assert [fact(name).overdue for name in ("lead", "one")] == [True, False]
    assert [verdict for _, verdict in fact("one").clocks] == []
    group.says("lead", "agency.dpupr.resolved", note="Sudah ditambal.")
    assert [fact(name).status for name in ("lead", "one")] == ["process", "process"]
    assert fact("one").answered is not None


def test_a_case_that_was_overdue_before_it_followed_is_not_overdue_twice() -> None:
    group = Group().begins("one")
    group.waits(timedelta(days=60))
    group.begins("lead")
    group.merges("one", "lead")
    make = FactMaker(CLOCKS.calendar, group.now)
    facts = {}
    for name in ("lead", "one"):
        record = a_record(group[name])
        facts[name] = make.fact(record, make.received(record))
    assert facts["lead"].overdue, "it has the deadline of both"
    assert not facts["one"].overdue
