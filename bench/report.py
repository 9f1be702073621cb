"""The report of a year: how long it takes to count.

Run: ``python -m bench.report [--postgres URL] [--cases N]``. SQLite in a folder of its own, or an
empty PostgreSQL database. The cases are lived ones of every kind; nothing is published. Nothing is
asserted.
"""

import argparse
import asyncio
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta

from bench.support.filling import apart
from bench.support.lives import START, Year, fill_here
from broker.store.cases import open_case_store
from config.loading import load_rules
from config.loading.clocks import load_clocks
from gateway.report.making import report_of
from gateway.report.periods import period_of
from gateway.report.plain import plain
from gateway.report.reading import read_cases
from gateway.report.texts import FIELDS, Written

_NOW = datetime(2026, 1, 5, 3, tzinfo=UTC)
_KEPT = timedelta(days=400)
_DAYS = 365
_TIMES = 3
_PERIODS = ("2025", "2025-H2", "2025-Q4", "2025-12")


async def measure(url: str) -> None:
    """In wall time, and in time of a processor."""
    rules, clocks = load_rules(None), load_clocks()
    texts = {field: Written() for field in FIELDS}
    store = await open_case_store(url)
    for name in _PERIODS:
        for _ in range(_TIMES):
            began, worked = time.perf_counter(), _processor()
            read = await read_cases(store.records, period_of(name), clocks, _NOW, _KEPT)
            counted = time.perf_counter() - began
            size = len(plain(report_of(read, rules, clocks), texts).model_dump_json())
            wall, cpu = time.perf_counter() - began, _processor() - worked
            cases = read.tally.counted.total
            print(
                f"{name:>8}: {cases:>9,} cases, counted in {counted:.2f} s, as JSON"
                f" ({size:,} bytes) in {wall:.2f} s, {cpu:.2f} s of a processor,"
                f" at load {os.getloadavg()[0]:.0f}",
                flush=True,
            )
    await store.close()


def _processor() -> float:
    """Of this process and of those that it started and that ended."""
    of = os.times()
    return of.user + of.system + of.children_user + of.children_system


def main() -> None:
    """Fill, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", metavar="URL")
    parser.add_argument("--cases", type=int, default=200_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.postgres or f"sqlite:///{folder}/cases.sqlite3"
        apart(fill_here, url, Year(given.cases, START, _DAYS, _NOW))
        asyncio.run(measure(url))


if __name__ == "__main__":
    main()
