"""What one input costs, and whether it keeps what its target promises.

The first look is cheap: processor time, and how far the largest resident set rose. Whatever
seems too much is tried again in a process of its own, where neither the garbage collector nor
what came before plays a part; only what is too much there as well is a finding.
"""

import contextlib
import gc
import os
import pickle
import resource
import select
import signal
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.target import MIB, Target

HANG = 5.0
"""Seconds of processor time after which an input is given up, and 4 times as many of any time."""
_TRIES = 3
_MOST_TRIES = 12
"""Where all before took too long: on a busy machine processor time is up to four times as much."""
_MUCH = 5
"""Times what an input may cost: that is no matter of how busy a machine is."""
_LONGEST = 400
_CLEAR = Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True)
class Finding:
    """``kind``: error, slow, memory, hang or exit. ``mark`` tells one fault from another."""

    target: str
    kind: str
    detail: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    seconds: float
    mebibytes: float
    error: tuple[str, str] | None = None


def highest() -> int:
    """Bytes of the largest resident set so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def run(target: Target, data: bytes) -> tuple[float, tuple[str, str] | None]:
    """Seconds of processor time, and the error that it raised: what it says, and where."""
    began = time.process_time()
    try:
        target.run(data)
    except BaseException as error:
        return time.process_time() - began, _said(error)
    return time.process_time() - began, None


def alone(target: Target, data: bytes, hang: float = HANG) -> Finding | None:
    """Try one input in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _measure(target, data, writing, hang)
    os.close(writing)
    cost = _answer(reading, hang * 4)
    os.close(reading)
    if not isinstance(cost, Cost):
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if isinstance(cost, Cost):
        return judged(target, cost, len(data))
    if cost is None or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
        return Finding(target.name, "hang", f"no end after {hang:g} s of processor time")
    return Finding(target.name, "exit", "ended the process")


def judged(target: Target, cost: Cost, size: int) -> Finding | None:
    """What is wrong with a cost. An input of several mebibytes, which is several messages or a
    file, may cost as many times what one may."""
    times = max(1.0, size / MIB)
    if cost.error is not None:
        said, where = cost.error
        return Finding(target.name, "error", said, where)
    if cost.seconds > target.seconds * times:
        took = (
            f"{cost.seconds * 1000:.0f} ms for {size:,} bytes, at most {target.seconds * 1000:.0f}"
        )
        return Finding(target.name, "slow", took)
    if cost.mebibytes > target.mebibytes * times:
        took = f"{cost.mebibytes:.0f} MiB for {size:,} bytes, at most {target.mebibytes:.0f}"
        return Finding(target.name, "memory", took)
    return None


def _measure(target: Target, data: bytes, writing: int, hang: float) -> None:
    """In the child: several tries, the cheapest counts. Never returns."""
    try:
        most = int(2 * hang) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        seconds: list[float] = []
        mebibytes: list[float] = []
        for nth in range(_MOST_TRIES):
            enough = min(seconds, default=0.0) <= target.seconds or sum(seconds) > hang / 2
            if nth >= _TRIES and enough:
                break
            gc.collect()
            before = _forget_highest()
            took, error = run(target, data)
            seconds.append(took)
            mebibytes.append((highest() - before) / MIB)
            if error is not None or took > _MUCH * target.seconds:
                break
        cost = Cost(min(seconds), min(mebibytes), error)
        os.write(writing, pickle.dumps(cost))
        os._exit(0)
    finally:
        os._exit(1)


def _forget_highest() -> int:
    """Let the largest resident set be that of now; gives it."""
    with contextlib.suppress(OSError):  # not on Linux: only growth beyond it is seen
        _CLEAR.write_text("5")
    return highest()


def _answer(reading: int, within: float) -> Cost | bytes | None:
    """What the child says; b"" where it ended without a word, None where it says nothing."""
    ready, _, _ = select.select([reading], [], [], within)
    if not ready:
        return None
    if said := os.read(reading, 1 << 16):
        cost = pickle.loads(said)
        assert isinstance(cost, Cost)
        return cost
    return b""


def _said(error: BaseException) -> tuple[str, str]:
    frames = traceback.extract_tb(error.__traceback__)
    inner = [f"{Path(f.filename).name}:{f.lineno}" for f in frames[-3:]]
    what = f"{type(error).__name__}: {error}".encode("ascii", "backslashreplace").decode()
    where = " < ".join(reversed(inner))
    return f"{what[:_LONGEST]} ({where})", f"{type(error).__name__} {where}"
