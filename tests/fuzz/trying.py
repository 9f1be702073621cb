"""One input on one target: what it may cost and raise, and what is found where it does more."""

import gc
import hashlib
import resource
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CPU: Final = 0.05
"""Seconds that one input may cost."""
MEMORY: Final = 64 * 1024 * 1024
"""Bytes that one input may take at its peak."""
FOUND: Final = Path(__file__).with_name("found")


@dataclass(frozen=True)
class Target:
    """``run`` takes bytes and raises nothing but ``allowed``; an AssertionError is a finding."""

    name: str
    run: Callable[[bytes], object]
    seeds: Sequence[bytes] = (b"",)
    allowed: tuple[type[BaseException], ...] = ()
    cpu: float = CPU


@dataclass(frozen=True)
class Finding:
    """``kind``: error, slow, memory, hang or exit."""

    target: str
    kind: str
    what: str
    data: bytes

    def save(self, folder: Path = FOUND) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{self.target}-{hashlib.sha256(self.data).hexdigest()[:12]}"
        (folder / name).write_bytes(self.data)
        return folder / name


def attempt(target: Target, data: bytes) -> Finding | None:
    """Run once; what looks too dear is run again alone, since a collection may have come amid."""
    before = _peak()
    error, seconds = _run(target, data)
    if error:
        return Finding(target.name, "error", error, data)
    if _peak() - before > MEMORY:
        taken = _taken(target, data)
        if taken > MEMORY:
            return Finding(target.name, "memory", f"{taken >> 20} MiB", data)
    if seconds > target.cpu:
        gc.collect()
        again = _run(target, data)[1]
        if min(seconds, again) > target.cpu:
            what = f"{min(seconds, again) * 1000:.0f} ms, may cost {target.cpu * 1000:.0f}"
            return Finding(target.name, "slow", what, data)
    return None


def _run(target: Target, data: bytes) -> tuple[str | None, float]:
    began = time.process_time()
    try:
        target.run(data)
    except target.allowed:
        pass
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return f"{type(error).__name__}: {str(error)[:200]}", 0.0
    return None, time.process_time() - began


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _taken(target: Target, data: bytes) -> int:
    tracemalloc.start()
    try:
        _run(target, data)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
