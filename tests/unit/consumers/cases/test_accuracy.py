"""Once a day the case consumer counts how often the router was right, and tells a month that is
worse than those before it."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from prometheus_client import CollectorRegistry

from broker.domain.case import Case, Entry
from broker.memory import MemoryCaseStore
from broker.ports import CaseChange, CaseRecords, RecordsPart, Step
from consumers.cases.accuracy_watch import AccuracyWatch
from consumers.runtime.metrics import AccuracyMetrics
from tests.unit.broker.domain.case.story import CLOCKS, NOTHING, ROAD, Story

NOW = datetime(2026, 11, 10, 3, tzinfo=UTC)
KEPT = timedelta(days=730)


class Counted:
    """Records that tell how often they were asked."""

    def __init__(self, records: CaseRecords) -> None:
        self._records = records
        self.since: list[datetime] = []
        self.histories: list[int] = []

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["Counted"]:
        async with self._records.snapshot() as self._snapshot:
            yield self

    async def parts(self, many: int, fewest: int) -> Sequence[RecordsPart]:
        return ()

    async def pages(self, ended_since: datetime) -> AsyncIterator[Sequence[str]]:
        self.since.append(ended_since)
        async for page in self._snapshot.pages(ended_since):
            yield page

    async def steps(self, complaints: Collection[UUID]) -> dict[UUID, list[Step]]:
        self.histories.append(len(complaints))
        return await self._snapshot.steps(complaints)

    async def confidential(self, complaints: Collection[UUID]) -> set[UUID]:
        return set()


Life = tuple[Case, tuple[Entry, ...]]


def lived(month: int, *said: tuple[str, dict[str, Any]], text: str = ROAD) -> Life:
    story = Story(now=datetime(2026, month, 3, 2, tzinfo=UTC)).begins(text)
    for key, data in said:
        story.says(key, **data)
    return story.it, tuple(story.history)


STOOD = ("agency.dpupr.responded", {"note": "Kami periksa."})
TAKEN = ("desk.sri.assigned", {"agency": "dlh"})
WRONG = ("agency.dpupr.returned", {"reason": "bukan kami"})


def many(life: Life, number: int, first: int) -> list[CaseChange]:
    case, history = life
    return [
        CaseChange(
            replace(case, complaint_id=UUID(int=first + n), tracking=f"{first + n}"), history
        )
        for n in range(number)
    ]


async def watched(
    months: dict[int, tuple[int, int]],
    kept: timedelta = KEPT,
    wrong: tuple[str, dict[str, Any]] = WRONG,
) -> tuple[AccuracyWatch, Counted, CollectorRegistry, list[datetime]]:
    """A store in which of each month so many stood and so many came back."""
    store, first = MemoryCaseStore(), 1
    async with store.transaction() as transaction:
        for month, (stood, others) in months.items():
            for said, number in ((STOOD, stood), (wrong, others)):
                await transaction.save(many(lived(month, said), number, first))
                first += number
        triaged = lived(10, ("desk.sri.assigned", {"agency": "dlh"}), text=NOTHING)
        await transaction.save([*many(triaged, 3, first), *many(lived(11), 2, first + 3)])
    records, registry, now = Counted(store.records), CollectorRegistry(), [NOW]
    watch = AccuracyWatch(
        records,
        AccuracyMetrics(registry),
        lambda: now[0],
        lambda: CLOCKS.calendar,
        lambda: kept,
    )
    return watch, records, registry, now


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    return registry.get_sample_value(f"pintu_routing_{name}", labels)


GOOD = {month: (27, 3) for month in range(4, 10)}


async def test_the_two_months_are_shown_by_what_became_of_the_decisions() -> None:
    watch, _, registry, _ = await watched({**GOOD, 10: (45, 15)})
    await watch.look()
    assert value(registry, "accuracy_ratio", how="by_itself", month="last") == 0.75
    assert value(registry, "accuracy_ratio", how="first_alternative", month="last") == 0.0
    assert value(registry, "coverage_ratio", month="last") == 60 / 63
    shown = {
        what: value(registry, "cases", month="last", what=what)
        for what in ("came", "by_itself", "stood", "wrong", "assigned", "first_alternative")
    }
    assert list(shown.values()) == [63, 60, 45, 15, 3, 0]
    assert value(registry, "cases", month="this", what="by_itself") == 2
    assert value(registry, "accuracy_ratio", how="by_itself", month="this") is None, "none judged"


async def test_a_month_that_is_worse_than_those_before_it_is_told() -> None:
    watch, _, registry, _ = await watched({**GOOD, 10: (45, 15)})
    await watch.look()
    labels = {"how": "by_itself", "month": "last"}
    estimate = value(registry, "accuracy_drop_ratio", bound="estimate", **labels)
    lower = value(registry, "accuracy_drop_ratio", bound="lower", **labels)
    assert estimate is not None and lower is not None
    assert 0.01 < lower < estimate < 0.16


async def test_a_month_like_those_before_it_is_not_and_of_few_cases_nothing_is_said() -> None:
    watch, _, registry, _ = await watched({**GOOD, 10: (53, 7)})
    await watch.look()
    labels = {"bound": "lower", "month": "last"}
    lower = value(registry, "accuracy_drop_ratio", how="by_itself", **labels)
    assert lower is not None and lower < 0
    assert value(registry, "accuracy_drop_ratio", how="first_alternative", **labels) is None
    assert (
        value(registry, "accuracy_drop_ratio", how="by_itself", month="this", bound="lower") is None
    )


async def test_all_months_are_read_once_and_then_the_last_two_once_a_day() -> None:
    watch, records, registry, now = await watched({**GOOD, 10: (45, 15)})
    await watch.look()
    await watch.look()
    assert [since.date().isoformat() for since in records.since] == ["2026-04-01"]
    now[0] += timedelta(days=1)
    await watch.look()
    assert [since.month for since in records.since] == [4, 10]
    assert value(registry, "accuracy_drop_ratio", how="by_itself", month="last", bound="lower")
    now[0] = datetime(2026, 12, 1, 3, tzinfo=UTC)
    await watch.look()
    assert [since.month for since in records.since] == [4, 10, 5], "another month, another six"


async def test_histories_are_read_of_those_cases_alone_that_the_desk_took_away() -> None:
    watch, records, registry, _ = await watched({10: (40, 600)}, wrong=TAKEN)
    await watch.look()
    assert records.histories == [500, 100]
    assert value(registry, "cases", month="last", what="wrong") == 600
    watch, records, registry, _ = await watched({10: (40, 600)})
    await watch.look()
    assert records.histories == []
    assert value(registry, "cases", month="last", what="wrong") == 600


async def test_months_of_which_closed_cases_are_gone_are_not_compared_with() -> None:
    watch, _, registry, _ = await watched({**GOOD, 10: (45, 15)}, kept=timedelta(days=60))
    await watch.look()
    assert value(registry, "accuracy_ratio", how="by_itself", month="last") == 0.75
    labels = {"how": "by_itself", "month": "last", "bound": "lower"}
    assert value(registry, "accuracy_drop_ratio", **labels) is None
