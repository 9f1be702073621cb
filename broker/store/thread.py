"""A thread of its own for work that blocks, awaited from asyncio.

The thread is a daemon: one that hangs on a dead disk does not keep the process alive.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from broker.errors import StoreUnavailable

GRACE: Final = 2.0
"""Seconds that a job gets to come back after it was interrupted."""

T = TypeVar("T")
_Job = tuple["Future[Any]", Callable[[], Any]]


class Worker:
    """Runs jobs one after another in one thread.

    Args:
        interrupt: makes the job that runs now end soon, with an error. It is called from the
            event loop's thread while the job runs in the other.
    """

    def __init__(self, name: str, interrupt: Callable[[], None]) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._interrupt = interrupt
        self._stopped = False
        threading.Thread(target=self._work, name=name, daemon=True).start()

    async def run(self, job: Callable[[], T], within: float) -> T:
        """The result of ``job``, in at most ``within`` seconds (and a short grace).

        When the time is over or the caller is cancelled, the job is interrupted, and not
        begun at all if it was still waiting for the thread.

        Raises:
            StoreUnavailable: no result in time.
        """
        future = self._submit(job)
        waiter = asyncio.wrap_future(future)
        in_time = False
        try:
            await asyncio.wait([waiter], timeout=within)
            in_time = waiter.done()
        finally:
            if not waiter.done():
                await self._give_up(future, waiter)
        if waiter.cancelled() or not waiter.done():
            raise StoreUnavailable(f"no answer from the store within {within:g} s")
        if not in_time and isinstance(why := waiter.exception(), StoreUnavailable):
            # Of what was interrupted: a connection that was cut off says nothing of the reason.
            raise StoreUnavailable(f"no answer from the store within {within:g} s ({why})") from why
        return waiter.result()

    async def finish(self, job: Callable[[], T], within: float) -> T:
        """Like ``run``, but carried through: a cancellation is raised after the job's end.

        A job that was still waiting for the thread when its time was over is done later all
        the same.
        """
        loop = asyncio.get_running_loop()
        waiter = asyncio.wrap_future(self._submit(job))
        end = loop.time() + within
        cancelled: asyncio.CancelledError | None = None
        while not waiter.done() and (left := end - loop.time()) > 0:
            try:
                await asyncio.wait([waiter], timeout=left)
            except asyncio.CancelledError as error:
                cancelled = error
        if not waiter.done():
            self._interrupt()
            with suppress(asyncio.CancelledError):
                await asyncio.wait([waiter], timeout=GRACE)
        if cancelled is not None:
            raise cancelled
        if not waiter.done():
            raise StoreUnavailable(f"no answer from the store within {within:g} s")
        return waiter.result()

    def stop(self) -> None:
        """End the thread after the jobs that are waiting; further ones are refused."""
        self._stopped = True
        self._jobs.put(None)

    def _submit(self, job: Callable[[], T]) -> "Future[T]":
        if self._stopped:
            raise StoreUnavailable("the store is closed")
        future: Future[T] = Future()
        # Looked at once, so that nobody is told of an exception that nobody waits for.
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._jobs.put((future, job))
        return future

    async def _give_up(self, future: "Future[Any]", waiter: "asyncio.Future[Any]") -> None:
        waiter.add_done_callback(lambda done: done.cancelled() or done.exception())
        if not future.cancel():
            self._interrupt()
        await asyncio.wait([waiter], timeout=GRACE)

    def _work(self) -> None:
        while (next_job := self._jobs.get()) is not None:
            future, job = next_job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(job())
            except BaseException as error:
                future.set_exception(error)
