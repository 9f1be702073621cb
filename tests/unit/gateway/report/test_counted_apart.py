"""What several count, each a part of the cases, is what one counts of all of them."""

import asyncio
import random
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from broker.errors import StoreUnavailable
from broker.memory import MemoryCaseStore
from broker.ports import CaseChange, CaseStore, RecordsSnapshot
from broker.store.cases import open_case_store
from gateway.report import processes, reading
from gateway.report.counting import Task, count_alone
from gateway.report.making import report_of
from gateway.report.periods import Period, period_of
from gateway.report.plain import plain
from gateway.report.processes import NotCounted, count_apart
from gateway.report.reading import Read, read_cases
from gateway.report.tally import Tally
from gateway.report.texts import FIELDS, Written
from tests.unit.gateway.report.lives import NOW, a_life, town
from tests.unit.gateway.report.test_facts import EVER

CASES = [CaseChange(*a_life(seed)) for seed in range(120)]
TEXTS = {field: Written() for field in FIELDS}


async def filled(store: CaseStore, cases: list[CaseChange]) -> CaseStore:
    async with store.transaction() as transaction:
        await transaction.save(cases)
    return store


async def counted(store: CaseStore, period: Period) -> Read:
    return await read_cases(store.records, period, town()[1], NOW, EVER)


def shown(read: Read) -> str:
    return plain(report_of(read, *town()), TEXTS).model_dump_json()


async def of_some(cases: list[CaseChange], task: Task) -> Tally:
    store = await filled(MemoryCaseStore(), cases)
    async with store.records.snapshot() as snapshot:
        return await count_alone(task, snapshot)


@pytest.mark.parametrize("seed", range(6))
async def test_tallies_of_parts_add_up_to_the_tally_of_all(seed: int) -> None:
    draw = random.Random(seed)
    cases = draw.sample(CASES, draw.randrange(len(CASES)))
    task = Task(period_of(draw.choice(("2026-01", "2026-Q2", "2026"))), town()[1].calendar, NOW)
    of_each: list[list[CaseChange]] = [[], [], []]
    for case in cases:
        draw.choice(of_each).append(case)
    whole = await of_some(cases, task)
    first, *others = [await of_some(some, task) for some in of_each]
    for other in others:
        first.take(other)
    first.finish(task.period.first)
    whole.finish(task.period.first)
    assert first.counted.cells.keys() == whole.counted.cells.keys()
    for name, cells in whole.counted.cells.items():
        mine = first.counted.cells[name]
        assert (mine.counts, mine.anonymous) == (cells.counts, cells.anonymous)
        assert mine.in_question() == cells.in_question()
    first.counted = whole.counted
    first.before._ids = whole.before._ids
    assert first == whole


class Here:
    """A part that is no other process's: what it says when it is opened."""

    def __init__(self, why: str) -> None:
        self.why = why

    def open(self) -> AbstractAsyncContextManager[RecordsSnapshot]:
        raise StoreUnavailable(self.why)


@pytest.mark.parametrize("name", ["2026-Q1", "2026"])
async def test_processes_of_their_own_count_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    period = period_of(name)
    store = await filled(await open_case_store(f"sqlite:///{tmp_path}/cases"), CASES)
    here = await counted(store, period)
    monkeypatch.setattr(reading, "FEWEST", 1)
    monkeypatch.setattr(reading, "how_many", lambda: 2)
    monkeypatch.setattr(reading, "count_beside", None)  # not called
    apart = await counted(store, period)
    await store.close()
    assert apart.tally.counted.total == here.tally.counted.total > 0
    assert shown(apart) == shown(here)


async def test_where_no_process_can_be_had_it_is_counted_here_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FEWEST", 1)
    store = await filled(await open_case_store(f"sqlite:///{tmp_path}/cases"), CASES[:20])
    for command in (("/nowhere/python",), (sys.executable, "-c", "exit(9)")):
        monkeypatch.setattr(processes, "_COMMAND", command)
        with capture_logs() as logs:
            read = await counted(store, period_of("2026"))
        assert read.tally.counted.total == 20
        assert [line["event"] for line in logs] == ["report.counted_here"]
    await store.close()


async def test_a_store_that_is_away_in_another_process_is_away() -> None:
    task = Task(period_of("2026"), town()[1].calendar, NOW)
    with pytest.raises(StoreUnavailable, match="gone"):
        await count_apart(task, [Here("gone")])


async def test_nobody_counts_on_when_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    task = Task(period_of("2026"), town()[1].calendar, NOW)
    started: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def starting(*command: str, **options: object) -> asyncio.subprocess.Process:
        started.append(await start(*command, **options))  # type: ignore[arg-type]
        there.set()
        return started[-1]

    there = asyncio.Event()
    monkeypatch.setattr(processes, "_COMMAND", (sys.executable, "-c", "input()"))
    monkeypatch.setattr(asyncio, "create_subprocess_exec", starting)
    running = asyncio.create_task(count_apart(task, [Here("")]))
    await there.wait()
    running.cancel()
    with pytest.raises((asyncio.CancelledError, NotCounted)):
        await running
    assert started[0].returncode is not None
