"""Routers that die with a journal's transaction open."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

from broker.ports import Journal
from broker.store.journal import open_journal

NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)

CLAIM_AND_WAIT = """
import asyncio, sys
from datetime import UTC, datetime
from uuid import UUID
from broker.store.journal import open_journal

async def main(url, complaint):
    journal = await open_journal(url)
    async with journal.recording([UUID(complaint)], datetime(2026, 2, 2, tzinfo=UTC)) as new:
        print(len(new), flush=True)
        sys.stdin.readline()
    print("recorded", flush=True)
    sys.stdin.readline()

asyncio.run(main(*sys.argv[1:]))
"""


class Router:
    """A process that has claimed a complaint, and publishes it until it is told to go on."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def says(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def go_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextmanager
def a_router_with(url: str, complaint: UUID) -> Iterator[Router]:
    command = [sys.executable, "-c", CLAIM_AND_WAIT, url, str(complaint)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        router = Router(process)
        try:
            assert router.says() == "1"
            yield router
        finally:
            router.kill()


async def claim(journal: Journal, complaint: UUID) -> frozenset[UUID]:
    async with journal.recording([complaint], NOW) as new:
        return new


async def test_a_complaint_in_the_hand_of_a_killed_router_is_new_to_the_next(
    store_url: str,
) -> None:
    complaint = uuid4()
    journal = await open_journal(store_url)
    with a_router_with(store_url, complaint) as router:
        waiting = asyncio.create_task(claim(journal, complaint))
        done, _ = await asyncio.wait([waiting], timeout=0.3)
        assert not done
        router.kill()
        assert await waiting == {complaint}
    await journal.close()


async def test_what_a_router_recorded_before_it_was_killed_is_old(store_url: str) -> None:
    complaint = uuid4()
    with a_router_with(store_url, complaint) as router:
        router.go_on()
        assert router.says() == "recorded"
    journal = await open_journal(store_url)
    assert await claim(journal, complaint) == frozenset()
    await journal.close()


def record_in_a_router(url: str, complaint: UUID) -> str:
    with a_router_with(url, complaint) as router:
        router.go_on()
        return router.says()


async def test_routers_that_start_together_all_find_the_tables_made(store_url: str) -> None:
    starting = [asyncio.to_thread(record_in_a_router, store_url, uuid4()) for _ in range(3)]
    assert await asyncio.gather(*starting) == ["recorded"] * 3
