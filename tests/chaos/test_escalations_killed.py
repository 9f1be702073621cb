"""Thousands of rungs fall due while the escalations are killed every second, and their store is
cut off in between: each fires, under one id."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from broker.messaging import names
from tests.acceptance.program import Program
from tests.chaos.load import declare, depth
from tests.support.due_cases import Rung, came_twice, cases_long_due, fired, nothing_due
from tests.support.eventually import eventually_async
from tests.support.outages import file_locked
from tests.support.postgres import OwnPostgres

CASES = 4_000
CASES_ON_POSTGRES = 2_000
KILLS = 6
_PIECES = sum(1 + kill % 3 + kill % 2 for kill in range(KILLS))
"""How often somebody waits for more to fire; so many times more falls due."""
_STEP = 200
"""Cases that may be in hand at a kill or a cut."""


async def test_kills_of_the_escalations_fire_each_rung_under_one_id(
    amqp_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "cases.sqlite3"

    async def short_lock() -> None:
        def lock() -> None:
            with file_locked(file):
                pass

        await asyncio.to_thread(lock)

    await _killed(f"sqlite:///{file}", CASES, amqp_url, tmp_path, short_lock)


async def test_kills_and_cut_connections_on_postgresql_do_neither(
    amqp_url: str, postgres: OwnPostgres, postgres_url: str, tmp_path: Path
) -> None:
    database = postgres_url.rsplit("/", 1)[1]

    async def cut() -> None:
        async def somebody_was_there() -> bool:
            return await asyncio.to_thread(postgres.cut, database) > 0

        await eventually_async(somebody_was_there)

    await _killed(postgres_url, CASES_ON_POSTGRES, amqp_url, tmp_path, cut)


async def _killed(
    url: str,
    cases: int,
    amqp_url: str,
    folder: Path,
    cut: Callable[[], Awaitable[None]],
) -> None:
    await declare(amqp_url)
    expected: set[Rung] = set()
    kills = cuts = pieces = 0

    async def more_fires() -> None:
        # What is due comes bit by bit: however quick it is, no kill is too late.
        nonlocal expected, pieces
        before = await depth(amqp_url, names.ESCALATIONS_QUEUE)

        async def amid_the_work() -> bool:
            return await depth(amqp_url, names.ESCALATIONS_QUEUE) > before

        expected |= await cases_long_due(url, range(pieces, cases, _PIECES))
        pieces += 1
        await eventually_async(amid_the_work)

    async def started() -> Program:
        return await asyncio.to_thread(Program, "escalations", amqp_url, folder, DATABASE_URL=url)

    program = await started()
    try:
        while kills < KILLS:
            for _ in range(1 + kills % 3):
                await more_fires()
            if kills % 2:
                await cut()
                cuts += 1
                await more_fires()
            program.process.kill()
            program.process.wait()
            kills += 1
            program = await started()
        await eventually_async(lambda: nothing_due(url))
        await asyncio.to_thread(program.stop)
    finally:
        program.kill()
    found = await fired(amqp_url)
    twice = came_twice(found)
    assert pieces == _PIECES, "some cases never fell due"
    print(
        f"\n{kills} kills and {cuts} cuts amid {len(expected):,} rungs of {cases:,} cases:"
        f" {twice} came twice"
    )
    assert found.keys() == expected
    again = {rung[0] for rung, ids in found.items() if ids.total() > 1}
    assert len(again) <= (kills + cuts) * _STEP, "twice without a kill or a cut"
