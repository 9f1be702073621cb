"""The thread of a store: bounded waits, and nothing done behind anybody's back."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from broker.errors import StoreUnavailable
from broker.store import thread as worker_module
from broker.store.thread import Worker
from tests.support.eventually import PATIENCE


class Slow:
    """A job that hangs until it is interrupted, or for good where it is deaf."""

    def __init__(self, deaf: bool = False) -> None:
        self.started = threading.Event()
        self.free = threading.Event()
        self._deaf = deaf

    def __call__(self) -> str:
        self.started.set()
        self.free.wait()
        return "ended"

    def interrupt(self) -> None:
        if not self._deaf:
            self.free.set()


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "GRACE", 0.1)


@pytest.fixture
def slow() -> Iterator[Slow]:
    slow = Slow()
    yield slow
    slow.free.set()


@pytest.fixture
def deaf() -> Iterator[Slow]:
    deaf = Slow(deaf=True)
    yield deaf
    deaf.free.set()


def nothing() -> None: ...


async def begun(slow: Slow) -> None:
    assert await asyncio.to_thread(slow.started.wait, 5)


async def test_a_job_gives_its_result_and_runs_in_the_one_thread() -> None:
    worker = Worker("w", nothing)
    threads = [await worker.run(threading.get_ident, 5) for _ in range(2)]
    assert threads[0] == threads[1] != threading.get_ident()
    worker.stop()


async def test_a_job_that_raises_raises_where_it_is_awaited() -> None:
    worker = Worker("w", nothing)
    with pytest.raises(ZeroDivisionError):
        await worker.run(lambda: 1 / 0, 5)
    with pytest.raises(ZeroDivisionError):
        await worker.finish(lambda: 1 / 0, 5)
    assert await worker.run(lambda: "well", 5) == "well"
    worker.stop()


async def test_a_job_that_takes_too_long_is_interrupted_and_its_late_result_counts(
    slow: Slow,
) -> None:
    worker = Worker("w", slow.interrupt)
    assert await worker.run(slow, 0.05) == "ended"
    worker.stop()


async def test_a_job_that_cannot_be_interrupted_is_given_up(deaf: Slow) -> None:
    worker = Worker("w", deaf.interrupt)
    with pytest.raises(StoreUnavailable):
        await worker.run(deaf, 0.05)
    worker.stop()


async def test_a_job_that_nobody_waits_for_any_more_is_not_begun(deaf: Slow) -> None:
    worker = Worker("w", deaf.interrupt)
    hung = asyncio.create_task(worker.run(deaf, 5))
    await begun(deaf)
    done: list[int] = []
    with pytest.raises(StoreUnavailable):
        await worker.run(lambda: done.append(1), 0.05)
    deaf.free.set()
    await hung
    await worker.run(nothing, 5)
    assert done == []
    worker.stop()


async def test_cancelling_interrupts_a_job(slow: Slow) -> None:
    worker = Worker("w", slow.interrupt)
    running = asyncio.create_task(worker.run(slow, 60))
    await begun(slow)
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=20)
    assert done
    assert running.cancelled()
    assert await worker.run(lambda: "well", 5) == "well"
    worker.stop()


async def test_a_job_that_is_carried_through_ends_before_the_cancellation_is_told(
    deaf: Slow,
) -> None:
    worker = Worker("w", nothing)
    running = asyncio.create_task(worker.finish(deaf, 60))
    await begun(deaf)
    for _ in range(2):
        running.cancel()
        done, _pending = await asyncio.wait([running], timeout=0.05)
        assert not done
    deaf.free.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    worker.stop()


async def test_a_job_that_is_carried_through_has_its_bound_too(deaf: Slow) -> None:
    worker = Worker("w", deaf.interrupt)
    with pytest.raises(StoreUnavailable):
        await worker.finish(deaf, 0.05)
    worker.stop()


async def test_a_job_that_is_carried_through_is_done_later_if_the_thread_was_busy(
    deaf: Slow,
) -> None:
    worker = Worker("w", deaf.interrupt)
    hung = asyncio.create_task(worker.run(deaf, 5))
    await begun(deaf)
    done: list[int] = []
    with pytest.raises(StoreUnavailable):
        await worker.finish(lambda: done.append(1), 0.05)
    deaf.free.set()
    await hung
    await worker.run(nothing, 5)
    assert done == [1]
    worker.stop()


async def test_a_worker_that_was_stopped_refuses() -> None:
    worker = Worker("w", nothing)
    worker.stop()
    with pytest.raises(StoreUnavailable):
        await worker.run(nothing, 5)


def test_a_thread_that_hangs_does_not_keep_the_process_alive() -> None:
    hang = """
import asyncio, threading
from broker.errors import StoreUnavailable
from broker.store.thread import Worker

async def main():
    try:
        await Worker("w", lambda: None).run(threading.Event().wait, 0.05)
    except StoreUnavailable:
        print("given up")

asyncio.run(main())
"""
    ended = subprocess.run(
        [sys.executable, "-c", hang], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("given up\n", "", 0)
