"""Every page of people who sign in, with very many open cases: how long each takes at the server.

Run: ``python -m bench.pages [--postgres URL|own] [--open N] [--rounds N]``. SQLite in a folder of
its own, an empty PostgreSQL database, or a PostgreSQL server of its own. The pages are made by the
gateway's application, in this process, with the shipped rules, from a store that was filled: six
of ten cases are one agency's, one of fifty waits for the desk. Nothing is asserted.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Final

import httpx
import structlog
from sqlalchemy import text

from bench.inbox import BIG, spread
from bench.support.filling import Plan, fill
from broker.domain.case import CaseFilter, State
from broker.ports import CaseStore
from broker.store.cases import open_case_store
from broker.store.database import Database
from tests.acceptance.gateway.pages.county_door import Stage, county_door
from tests.acceptance.gateway.pages.officers_pages import PAGES
from tests.unit.gateway.door import NOW

_DAYS: Final = 28
_WAITS: Final = 50
_TO_THE_DESK: Final = text(
    "UPDATE cases SET agency = NULL, state = 'triage', record = replace(replace(replace(replace("
    'record, :agency, :none), \'"state":"routed"\', \'"state":"triage"\'),'
    ' \'"name":"response"\', \'"name":"verification"\'), :of, :none) WHERE complaint_id = :id'
)
_OWED: Final = text(
    "UPDATE case_owed SET agency = NULL, clock = 'verification'"
    " WHERE complaint_id = :id AND clock = 'response'"
)
_REST: Final = text("DELETE FROM case_owed WHERE complaint_id = :id AND clock <> 'verification'")


async def _some_wait(url: str) -> None:
    """Some go back to the desk."""
    database = Database(url)

    def work() -> None:
        with database.transaction() as connection:
            wanted = text("SELECT complaint_id, agency FROM cases WHERE state = 'routed'")
            found = connection.execute(wanted).all()
            for id, agency in found[: len(found) : _WAITS]:
                given = {"id": id, "agency": f'"agency":"{agency}"', "none": '"agency":null'}
                connection.execute(_TO_THE_DESK, given | {"of": f'"agency": "{agency}"'})
                connection.execute(_OWED, {"id": id})
                connection.execute(_REST, {"id": id})
        with database.transaction() as connection:
            connection.execute(text("ANALYZE"))

    await database.run(work, 3600)
    await database.close()


async def measure(url: str, many: int, rounds: int) -> None:
    """Each page so many times."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    store = await open_case_store(url)
    began = time.perf_counter()
    async with county_door(store, await _places(store)) as (app, stage):
        kind, load = url.partition(":")[0], os.getloadavg()[0]
        ready = time.perf_counter() - began
        print(f"{many:,} open cases, {kind}; ready in {ready:.1f} s; load {load:.1f}", flush=True)
        print(f"{'page':<16} {'median':>8} {'slowest':>9} {'CPU':>8} {'kB':>6}")
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://bench.test") as client:
            for name in PAGES:
                await _page(client, stage, name, rounds)
    await store.close()


async def _places(store: CaseStore) -> dict[str, str]:
    async def of(**wanted: str) -> list[str]:
        asked = CaseFilter(state=State(wanted["state"]), agency=wanted.get("agency"))
        return [case.tracking async for case in store.listed(asked, most=2)]

    waits, [case, *_] = await of(state="triage"), await of(state="responded", agency=BIG)
    return {"case": case, "agency": BIG, "waits": waits[0], "waits_too": waits[1]}


async def _page(client: httpx.AsyncClient, stage: Stage, name: str, rounds: int) -> None:
    at = PAGES[name]
    headers = {"Accept": "text/html", "Accept-Language": "id"}
    if at.who:
        headers["Cookie"] = "=".join(stage.cookies[at.who])
    times, busy, size = list[float](), list[float](), 0
    for _ in range(rounds):
        began, work = time.perf_counter(), time.process_time()
        answer = await client.get(at.path.format_map(stage.places), headers=headers)
        times.append((time.perf_counter() - began) * 1000)
        busy.append((time.process_time() - work) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{at.path}: {answer.status_code}")
        size = len(answer.content)
    told = f"{median(times):>5.0f} ms {max(times):>6.0f} ms {median(busy):>5.0f} ms"
    print(f"{name:<16} {told} {size / 1000:>6.0f}", flush=True)


@asynccontextmanager
async def _database(wanted: str | None, folder: Path) -> AsyncIterator[str]:
    if wanted != "own":
        yield wanted or f"sqlite:///{folder}/cases.db"
        return
    from tests.support.postgres import OwnPostgres  # noqa: PLC0415 -- only where it is asked for

    own = OwnPostgres(fsync="on")
    try:
        yield own.database("pages")
    finally:
        own.stop()


async def _run(options: argparse.Namespace, folder: Path) -> None:
    async with _database(options.postgres, folder) as url:
        days = [NOW - timedelta(days=n) for n in range(_DAYS, 0, -1)]
        await asyncio.to_thread(fill, url, Plan(options.open, days))
        await asyncio.to_thread(spread, url)
        await _some_wait(url)
        await measure(url, options.open, options.rounds)


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", metavar="URL", help="an empty database, or: own")
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args(given)
    with tempfile.TemporaryDirectory(prefix="pintu-bench-") as folder:
        asyncio.run(_run(options, Path(folder)))


if __name__ == "__main__":
    main()
