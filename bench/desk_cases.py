"""The desk's pages of cases with very many open ones: how long each takes at the server.

Run: ``python -m bench.desk_cases [--postgres URL] [--open N] [--rounds N]``. SQLite in a folder of
its own, or an empty PostgreSQL database. The pages are made by the gateway's application, in this
process, from a store that was filled; nothing is sent. Nothing is asserted.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, Final

import psutil
import structlog
from sqlalchemy import text

from bench.support.filling import Plan, fill
from broker.domain.case import CaseFilter
from broker.store.cases import open_case_store
from broker.store.database import Database
from tests.unit.gateway.staff_door import signed_in, staff_door, with_desk

_FIRST: Final = datetime(2026, 2, 2, 2, tzinfo=UTC)
_DAYS: Final = 28
_SOME: Final = 997
"""So many different words stand in the complaints, beside those that all have."""
_PAGES: Final = (
    ("every open case", "/meja/kasus"),
    ("the last page of them", "/meja/kasus?urut=lama&sesudah={last}"),
    ("a word of all", "/meja/kasus?q=jalan"),
    ("a word of one in a thousand", "/meja/kasus?q=kata17x"),
    ("two words, one of them rare", "/meja/kasus?q=jalan+kata17x"),
    ("a word of none", "/meja/kasus?q=tidakada"),
    ("a place", "/meja/kasus?tempat=rias"),
    ("a telephone that nobody has", "/meja/kasus?telp=99887766"),
    ("a word, agency, state, channel, time", "/meja/kasus?q=jalan&instansi=dpupr&status=routed"
     "&kanal=web&jenis=complaint&dari=2026-02-10&sampai=2026-02-20"),
    ("an agency without a case", "/meja/kasus?instansi=dlh"),
    ("a state without a case", "/meja/kasus?status=held"),
    ("what is overdue, with a word", "/meja/kasus?q=kata17x&lewat=1"),
    ("a tracking code", "/meja/kasus?q={code}"),
    ("one case", "/meja/kasus/{code}"),
    ("overdue", "/meja/lewat"),
    ("overdue of an agency and clock", "/meja/lewat?instansi=dpupr&jam=response"),
    ("the preview of a handover", "/meja/kasus/pindah?dari=dpupr&ke=dlh"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Later:
    """A clock that stands still, when the oldest cases are overdue."""

    def now(self) -> datetime:
        return _FIRST + timedelta(days=_DAYS)


async def _vary(url: str) -> None:
    """Words that only some complaints have."""
    database = Database(url)
    number = "rowid" if database.is_sqlite else "abs(hashtext(complaint_id::text))"
    wanted = f"UPDATE case_texts SET complaint = replace(complaint, 'pasar', 'kata' || ({number} % {_SOME}) || 'x')"  # noqa: E501 -- ours

    def work() -> None:
        with database.transaction() as connection:
            connection.execute(text(wanted))
        with database.transaction() as connection:
            connection.execute(text("ANALYZE"))

    await database.run(work, 3600)
    await database.close()


async def measure(url: str, many: int, rounds: int) -> None:
    """Fill the index, then every page so many times."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    store = await open_case_store(url)
    async with staff_door(config=None) as door:
        with_desk(door, store)
        world: Any = door.world
        world.clock, world.search._clock = _Later(), _Later()
        rina = await signed_in(door, "rina", "desk")
        process, began = psutil.Process(), time.perf_counter()
        before, busy = process.memory_info().rss, time.process_time()
        await world.search.look()
        took, busy = time.perf_counter() - began, time.process_time() - busy
        more = (process.memory_info().rss - before) / 2**20
        print(f"{many:>9,} open: index filled in {took:.1f} s ({busy:.1f} s CPU), {more:.0f} MiB")
        began, busy = time.perf_counter(), time.process_time()
        await world.search.look()
        took, busy = time.perf_counter() - began, time.process_time() - busy
        print(f"{many:>9,} open: nothing changed: {took * 1000:.0f} ms ({busy * 1000:.0f} ms CPU)")
        some = [case async for case in store.listed(CaseFilter(newest_first=True), most=60)]
        last = f"{some[-1].opened_at.isoformat().replace('+00:00', 'Z')}_{some[-1].complaint_id}"
        for name, path in _PAGES:
            await _page(rina, name, path.format(code=some[7].tracking, last=last), many, rounds)
    await store.close()


async def _page(rina: Any, name: str, path: str, many: int, rounds: int) -> None:
    times, busy, size = list[float](), list[float](), 0
    for _ in range(rounds):
        began, work = time.perf_counter(), time.process_time()
        answer = await rina.get(path)
        times.append((time.perf_counter() - began) * 1000)
        busy.append((time.process_time() - work) * 1000)
        if answer.status_code != (303 if "code" in name else 200):
            raise SystemExit(f"{path}: {answer.status_code}")
        size = len(answer.content)
    print(
        f"{many:>9,} open: {name}: {median(times):.0f} ms, at most {max(times):.0f} ms"
        f" ({median(busy):.0f} ms CPU), {size / 1000:.0f} kB",
        flush=True,
    )


def main(given: Sequence[str] | None = None) -> None:
    """One store after another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", metavar="URL")
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args(given)
    with tempfile.TemporaryDirectory(prefix="pintu-bench-") as folder:
        url = options.postgres or f"sqlite:///{folder}/cases.db"
        fill(url, Plan(options.open, [_FIRST + timedelta(days=n) for n in range(_DAYS)]))
        asyncio.run(_vary(url))
        asyncio.run(measure(url, options.open, options.rounds))


if __name__ == "__main__":
    main()
