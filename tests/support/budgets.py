"""What a call costs, for tests of budgets: processor time and memory, not the clock on the wall."""

import time
import tracemalloc
from collections.abc import Callable
from typing import Final

SECONDS: Final = 0.05
"""The budget of one message of at most 1 MiB."""
MEMORY: Final = 64 * 1024 * 1024
FACTOR: Final = 4
"""How much slower a test may be than the budget: other tests run beside it, on shared caches and
slow machines. What is quadratic, or makes an error of each of a million items, is slower."""
_TIMES: Final = 3


def assert_cheap(call: Callable[[], object], *, memory: bool = True) -> None:
    """Within the budget, or not much slower at the best of three times; ``memory``: also in what
    it allocates, which is slow to find out."""
    best = _seconds(call)
    for _ in range(1, _TIMES):
        if best > SECONDS:
            best = min(best, _seconds(call))
    assert best <= SECONDS * FACTOR, f"{best * 1000:.0f} ms of processor time"
    if not memory:
        return
    tracemalloc.start()
    try:
        call()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= MEMORY, f"{peak / 2**20:.0f} MiB"


def _seconds(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start
