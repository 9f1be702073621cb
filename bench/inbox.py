"""An agency's inbox with very many open cases: what each question to the case store takes.

Run: ``python -m bench.inbox [--postgres URL] [--open N]``. SQLite in a folder of its own, or an
empty PostgreSQL database. One agency holds six of ten cases, another a hundred in all. Nothing is
asserted.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from typing import Final

from sqlalchemy import text

from bench.support.filling import Plan, fill
from broker.domain.case.inbox import Tab, place_in
from broker.store.cases import open_case_store
from broker.store.database import Database

_FIRST: Final = datetime(2026, 2, 2, 2, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_ROUNDS: Final = 7
BIG: Final = "dpupr"
SMALL: Final = "dlh"
_STATES: Final = (("acknowledged", 5, 2), ("responded", 5, 1), ("resolved", 20, 3))
"""State, and which of so many of the big agency's cases have it; the others are new."""


def spread(url: str, at_small: int = 100) -> None:
    """What was filled in as one agency's goes to several, in several states."""
    asyncio.run(_spread(url, at_small))


async def _spread(url: str, at_small: int) -> None:
    database = Database(url)

    def work() -> None:
        with database.transaction() as connection:
            count = connection.scalar(text("SELECT count(*) FROM cases")) or 0
            ids = [row[0] for row in connection.execute(text("SELECT complaint_id FROM cases"))]
            was = connection.scalar(text("SELECT agency FROM cases LIMIT 1"))
            for n, one in enumerate(ids):
                agency = BIG if n % 10 < 6 else SMALL if n < at_small * 5 // 2 else "dishub"
                state = next((s for s, of, rest in _STATES if n % of == rest), "routed")
                given = {"agency": agency, "state": state, "id": one, "was": f'"agency":"{was}"'}
                given |= {"now": f'"agency":"{agency}"', "to": f'"state":"{state}"'}
                connection.execute(_MOVE, given)
                connection.execute(_OWED, given)
                if state == "resolved":
                    connection.execute(_PAID, given)
                elif state == "responded":
                    connection.execute(_ANSWERED, given)
        print(f"{count:,} cases")
        with database.transaction() as connection:
            connection.execute(text("ANALYZE"))

    await database.run(work, 3600)
    await database.close()


_MOVE: Final = text(
    "UPDATE cases SET agency = :agency, state = :state, record ="
    ' replace(replace(record, :was, :now), \'"state":"routed"\', :to) WHERE complaint_id = :id'
)
_OWED: Final = text("UPDATE case_owed SET agency = :agency WHERE complaint_id = :id")
_PAID: Final = text("DELETE FROM case_owed WHERE complaint_id = :id")
_ANSWERED: Final = text("DELETE FROM case_owed WHERE complaint_id = :id AND clock = 'response'")


async def measure(url: str) -> None:
    """Each question so many times."""
    store = await open_case_store(url)
    at = _FIRST + 14 * _DAY
    inbox = store.inbox
    for agency in (BIG, SMALL, "nobody"):
        print(agency, dict(await inbox.counts(agency, at)))
        await _took(f"{agency}: counts", partial(inbox.counts, agency, at))
        for tab in Tab:
            await _took(f"{agency}: {tab}", partial(inbox.page, agency, tab, at, 51))
        found = await inbox.page(agency, Tab.DUE, at, 51)
        if found:
            after = place_in(found[-1], agency, Tab.DUE)
            await _took(
                f"{agency}: due, second page",
                partial(inbox.page, agency, Tab.DUE, at, 51, after),
            )
        for words in ("jalan", "tidak ada yang menulis ini"):
            await _took(
                f"{agency}: search {words[:12]!r}",
                partial(inbox.mentioning, agency, words, 50),
            )
    await store.close()


async def _took(what: str, ask: Callable[[], Awaitable[object]]) -> None:
    times = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        await ask()
        times.append((time.perf_counter() - started) * 1000)
    print(f"{what:<40} {median(times):7.1f} ms, at most {max(times):.1f} ms", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres")
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--there", help="a database that was filled before")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.there or given.postgres or f"sqlite:///{folder}/cases.db"
        if not given.there:
            fill(url, Plan(given.open, [_FIRST + n * _DAY for n in range(28)]))
            spread(url)
        asyncio.run(measure(url))


if __name__ == "__main__":
    main()
