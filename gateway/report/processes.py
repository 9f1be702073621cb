"""Counting in processes of their own.

In the gateway's own, threads that count for seconds would hold up every request: one of them runs
at a time. ``python -m gateway.report.processes`` is such a process: it takes its work, pickled, on
its standard input, and writes what it counted.
"""

import asyncio
import gc
import pickle
import sys
from collections.abc import Sequence
from contextlib import suppress
from os import sched_getaffinity
from typing import Final

from broker.errors import StoreUnavailable
from broker.ports import RecordsPart
from gateway.report.counting import Task, count_alone
from gateway.report.tally import Tally

FEWEST: Final = 10_000
"""Cases; fewer are counted in less time than a process needs to start."""
_MOST: Final = 2
"""Processes: more would take the machine from everything else that it does."""
_COMMAND: Final = (sys.executable, "-P", "-m", "gateway.report.processes")


class NotCounted(Exception):
    """A process could not be started, or died: its message says how."""


def how_many() -> int:
    """Processes that this machine has cores for."""
    return min(len(sched_getaffinity(0)), _MOST)


async def count_apart(task: Task, parts: Sequence[RecordsPart]) -> Tally:
    """All parts, each in a process of its own; none outlives the call.

    Raises:
        StoreUnavailable: one of them could not read.
        NotCounted: one of them could not run.
    """
    running = [asyncio.create_task(_counted(task, part)) for part in parts]
    try:
        counted = await asyncio.gather(*running)
    finally:
        for one in running:
            one.cancel()
        await asyncio.wait(running)
    first, *others = counted
    for other in others:
        first.take(other)
    return first


async def _counted(task: Task, part: RecordsPart) -> Tally:
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            # A session of its own: Ctrl-C is for this process, which ends that one.
            *_COMMAND,
            stdin=pipe,
            stdout=pipe,
            start_new_session=True,
        )
    except OSError as why:
        raise NotCounted(f"no process: {why}") from why
    try:
        written, _ = await process.communicate(pickle.dumps((task, part)))
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if process.returncode:
        raise NotCounted(f"ended with {process.returncode}")
    outcome: Tally | str = pickle.loads(written)  # noqa: S301  # what our own process wrote
    if isinstance(outcome, str):
        raise StoreUnavailable(outcome)
    return outcome


async def _count(task: Task, part: RecordsPart) -> Tally | str:
    try:
        async with part.open() as snapshot:
            return await count_alone(task, snapshot)
    except StoreUnavailable as why:
        return str(why)


def main() -> None:
    """Count one part."""
    gc.disable()  # what is read has no circles, and the process ends soon
    task, part = pickle.load(sys.stdin.buffer)  # noqa: S301  # of the process that started this
    outcome = asyncio.run(_count(task, part))
    with suppress(BrokenPipeError):  # nobody waits for it any more
        pickle.dump(outcome, sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
