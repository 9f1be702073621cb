"""Many inputs on all targets, by several processes; one that ends or hangs is a finding too."""

import multiprocessing
import os
import random
import signal
import struct
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from mmap import mmap
from typing import Any, Final

from tests.fuzz.mutating import LARGEST, Mutator
from tests.fuzz.trying import Finding, Target, attempt

HANGS: Final = 20.0
"""Seconds on one input after which a process is ended."""
_SLICE: Final = 0.5
_MOST_OF_A_TARGET: Final = 5
_HEAD: Final = struct.Struct("<QII")  # inputs so far, number of the target, length of the input
_FORK: Final = multiprocessing.get_context("fork")


@dataclass
class Result:
    """Inputs tried of each target, and what was found."""

    inputs: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)


def fuzz(
    targets: Sequence[Target],
    *,
    seconds: float = 60.0,
    inputs: int = 0,
    jobs: int | None = None,
    seed: int = 1,
    hangs: float = HANGS,
    tell: Callable[[Result, float], None] | None = None,
) -> Result:
    """Each target gets the same time, so cheap ones get more inputs.

    Args:
        inputs: where it is not 0, go on to so many, however long it takes.
        tell: called every few seconds with what there is.
    """
    result, began, told = Result(), time.monotonic(), time.monotonic()
    workers = [_Worker(targets, seed, n) for n in range(jobs or os.cpu_count() or 1)]
    try:
        while workers:
            time.sleep(0.05)
            now = time.monotonic()
            for number, worker in enumerate(workers):
                worker.collect(result)
                if (finding := worker.trouble(now, hangs)) is not None:
                    result.findings.append(finding)
                    workers[number] = _Worker(targets, seed, worker.seed + 1_000)
            tried = result.inputs.total()
            if tried >= inputs if inputs else now - began >= seconds:
                break
            if tell and now - told > 5:
                told = now
                tell(result, now - began)
    finally:
        for worker in workers:
            worker.end(result)
    return result


class _Worker:
    """A process that tries inputs; each stands in shared memory before it is tried."""

    def __init__(self, targets: Sequence[Target], seed: int, number: int) -> None:
        self.seed = number
        self._targets = targets
        self._shared = mmap(-1, _HEAD.size + LARGEST)
        self._mine, theirs = _FORK.Pipe(duplex=False)
        self._seen = (-1, time.monotonic())
        self._process = _FORK.Process(
            target=_work, args=(targets, f"{seed}/{number}", self._shared, theirs), daemon=True
        )
        self._process.start()
        theirs.close()

    def collect(self, result: Result) -> None:
        try:
            while self._mine.poll():
                name, tried, findings = self._mine.recv()
                result.inputs[name] += tried
                result.findings += findings
        except EOFError:
            pass

    def trouble(self, now: float, hangs: float) -> Finding | None:
        count, target, length = _HEAD.unpack_from(self._shared)
        if count != self._seen[0]:
            self._seen = (count, now)
        hung = now - self._seen[1] > hangs
        if self._process.is_alive() and not hung:
            return None
        self._kill()
        kind, what = "exit", f"the process ended with {self._process.exitcode}"
        if hung:
            kind, what = "hang", f"more than {hangs:g} s"
        data = bytes(self._shared[_HEAD.size : _HEAD.size + length])
        return Finding(self._targets[target].name, kind, what, data)

    def end(self, result: Result) -> None:
        self._kill()
        self.collect(result)

    def _kill(self) -> None:
        if self._process.pid is not None and self._process.is_alive():
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()


def _work(targets: Sequence[Target], seed: str, shared: mmap, out: Any) -> None:
    chance = random.Random(seed)
    mutators = [Mutator(chance, target.seeds) for target in targets]
    found: Counter[str] = Counter()
    count = 0
    while True:
        for number in chance.sample(range(len(targets)), len(targets)):
            target, findings, tried = targets[number], [], 0
            if found[target.name] >= _MOST_OF_A_TARGET:
                continue
            until = time.monotonic() + _SLICE
            while time.monotonic() < until and found[target.name] < _MOST_OF_A_TARGET:
                data = mutators[number]()
                count += 1
                shared[_HEAD.size : _HEAD.size + len(data)] = data
                _HEAD.pack_into(shared, 0, count, number, len(data))
                if (finding := attempt(target, data)) is not None:
                    findings.append(finding)
                    found[target.name] += 1
                tried += 1
            out.send((target.name, tried, findings))
        if all(found[target.name] >= _MOST_OF_A_TARGET for target in targets):
            time.sleep(0.1)
            count += 1
            _HEAD.pack_into(shared, 0, count, 0, 0)
