"""The case store with few and with very many open cases: what a wake-up costs.

Run: ``python -m bench.case_store [--postgres URL] [--open N ...] [--rungs N]``. SQLite in a folder
of its own, or an empty PostgreSQL database. The cases and their rungs are real ones, nothing is
published. Nothing is asserted.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles

import psutil
from sqlalchemy import text

from bench.support.filling import Plan, apart, fill, opened
from broker.domain.case import fire
from broker.domain.clocks import SlaCalendar
from broker.ports import CaseChange, CaseStore
from broker.store.cases import open_case_store
from broker.store.cases.tables import case_causes, case_history, case_owed, case_texts, cases
from broker.store.database import Database
from config.loading import load_rules
from config.loading.clocks import load_clocks

_FIRST = datetime(2026, 2, 2, 2, tzinfo=UTC)
_DAY = timedelta(days=1)
_ROUNDS = 30
_A_ROUND = 100
_BATCH = 200


def plan(many: int) -> Plan:
    """A hundred for each round, each round due at a moment of its own, before all the others."""
    due = opened(_FIRST, load_rules(None), load_clocks()).case.next_due
    assert due is not None
    rounds = [(due + n * timedelta(minutes=1), _A_ROUND) for n in range(_ROUNDS)]
    return Plan(many, [_FIRST + n * _DAY for n in range(28, 42)], rounds)


def measure(url: str, many: int, rungs: int) -> None:
    """In a process of its own, as if it were the escalations'."""
    asyncio.run(_measure(url, many, rungs))


async def _measure(url: str, many: int, rungs: int) -> None:
    clocks = load_clocks()
    started = time.perf_counter()
    store = await open_case_store(url)
    await store.check()
    await store.next_due()
    ready = time.perf_counter() - started
    print(f"{many:>9,} open: ready in {ready:.2f} s", flush=True)
    walks = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        moment = await store.next_due()
        assert moment is not None
        if await fired(store, moment, _A_ROUND + 1, clocks) != _A_ROUND:
            raise SystemExit("not what was filled in")
        walks.append((time.perf_counter() - started) * 1000)
    print(
        f"{many:>9,} open: a wake-up with {_A_ROUND} due {median(walks):.1f} ms"
        f" (95 of 100 within {quantiles(walks, n=20)[-1]:.1f} ms)",
        flush=True,
    )
    await asks(store, many)
    if rungs and many > rungs:
        await burst(store, many, rungs, clocks)
    resident = psutil.Process().memory_info().rss / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(f"{many:>9,} open: resident {resident:.0f} MiB, at most {peak:.0f} MiB", flush=True)
    await store.close()


async def asks(store: CaseStore, many: int) -> None:
    """What a scrape asks."""
    at = await store.next_due() or _FIRST
    for name, question in (("counts", store.counts()), ("overdue", store.overdue(at))):
        started = time.perf_counter()
        answer = await question
        took = (time.perf_counter() - started) * 1000
        print(f"{many:>9,} open: {name} {took:.0f} ms, {len(answer)} rows", flush=True)


async def burst(store: CaseStore, many: int, rungs: int, clocks: SlaCalendar) -> None:
    """Very many due at once. Not waded through: later wake-ups are as quick as the first."""
    done, batches = 0, []
    started = time.perf_counter()
    moment = await store.next_due()
    while done < rungs:
        assert moment is not None
        batch = time.perf_counter()
        some = await fired(store, moment, _BATCH, clocks)
        if not some:
            moment = await store.next_due()
            continue
        done += some
        batches.append((time.perf_counter() - batch) * 1000)
    seconds = time.perf_counter() - started
    print(
        f"{many:>9,} open: {done:,} rungs recorded in {seconds:.0f} s, {done / seconds:,.0f} a"
        f" second; a batch of {_BATCH} {median(batches):.0f} ms, the last"
        f" {median(batches[-20:]):.0f} ms, the longest {max(batches):.0f} ms",
        flush=True,
    )


async def fired(store: CaseStore, moment: datetime, most: int, clocks: SlaCalendar) -> int:
    """One transaction of the escalations, but for the publishing."""
    async with store.transaction() as transaction:
        found = await transaction.due(moment, most)
        changes = []
        for case in found:
            outcome = fire(case, clocks, now=moment, watermark=moment)
            assert outcome is not None
            changes.append(CaseChange(outcome.case, outcome.history, outcome.causes))
        await transaction.save(changes)
    return len(found)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--postgres", metavar="URL", help="an empty database")
    arguments.add_argument("--open", type=int, nargs="+", default=[10_000, 1_000_000])
    arguments.add_argument("--rungs", type=int, default=100_000)
    given = arguments.parse_args()
    for many in given.open:
        with tempfile.TemporaryDirectory() as folder:
            url = given.postgres or f"sqlite:///{folder}/cases.db"
            started = time.perf_counter()
            fill(url, plan(many))
            took = time.perf_counter() - started
            print(f"{many:>9,} open: filled in {took:.0f} s", flush=True)
            apart(measure, url, many, given.rungs)
            if given.postgres:
                asyncio.run(_emptied(url))


async def _emptied(url: str) -> None:
    database = Database(url)

    def work() -> None:
        with database.transaction() as connection:
            for table in (cases, case_texts, case_owed, case_history, case_causes):
                connection.execute(text(f"TRUNCATE {table.name}"))

    await database.run(work, 60)
    await database.close()


if __name__ == "__main__":
    main()
