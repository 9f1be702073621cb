"""Many inputs by several processes; each is made from the seed and its number alone.

A worker notes the number of the input before it runs it, in memory that the parent sees: an input
that ends the worker, or never ends, is made again from its number.
"""

import gc
import hashlib
import json
import mmap
import os
import resource
import signal
import time
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from pathlib import Path
from random import Random

from tests.fuzz.measuring import HANG, Cost, Finding, alone, highest, judged, run
from tests.fuzz.mutating import Maker
from tests.fuzz.target import MIB, Target

_LOOK = 0.1
_NOT_TWICE = 3
"""Findings of one kind and target, without a mark of their own, that are looked into."""
_ROOM = 3 << 30
"""Bytes of address space beyond what a worker has when it begins."""
_NUMBER, _DONE, _FIELDS = 0, 1, 2
"""Places in a worker's board: the input in work, -1 for none; those done; then three a target."""


@dataclass(slots=True)
class Tally:
    """Of one target."""

    inputs: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    findings: int = 0


@dataclass(slots=True)
class Plan:
    """How much is done. Whatever is reached first ends it."""

    seed: int
    workers: int
    inputs: int | None = None
    seconds: float | None = None
    cpu_seconds: float | None = None
    hang: float = HANG


@dataclass(slots=True)
class Outcome:
    seconds: float
    tallies: dict[str, Tally]
    findings: list[tuple[Finding, Path]] = field(default_factory=list)


class Inputs:
    """The inputs by their numbers."""

    def __init__(self, targets: Sequence[Target], seed: int) -> None:
        self._targets = targets
        self._seed = seed
        self._maker = Maker(Random())
        self._weights = list(accumulate(target.weight for target in targets))

    def __call__(self, number: int) -> tuple[int, bytes]:
        """Number of the target, and the input."""
        maker = self._maker
        maker.begin((self._seed << 64) + number)
        at = bisect(self._weights, maker.random.random() * self._weights[-1])
        which = min(at, len(self._targets) - 1)
        return which, self._targets[which].make(maker)


class Campaign:
    """Runs inputs, keeps those that are findings in ``found``."""

    def __init__(
        self, targets: Sequence[Target], plan: Plan, found: Path, say: Callable[[str], None]
    ) -> None:
        self._targets = targets
        self._plan = plan
        self._found = found
        self._say = say
        self._inputs = Inputs(targets, plan.seed)
        self._boards = [_board(len(targets)) for _ in range(plan.workers)]
        self._findings: dict[str, tuple[Finding, Path]] = {}
        self._news = os.pipe()
        os.set_blocking(self._news[0], False)
        self._heard = b""

    def run(self) -> Outcome:
        """Until the plan is done; may be stopped by Ctrl-C, and tells what there was until then."""
        gc.collect()
        gc.freeze()
        began = time.monotonic()
        workers = {self._start(nth, nth): nth for nth in range(self._plan.workers)}
        seen: dict[int, tuple[int, float, float]] = {}
        told = began
        try:
            while workers:
                time.sleep(_LOOK)
                self._hear()
                self._bury(workers)
                self._end_hung(workers, seen)
                now = time.monotonic()
                if now - told >= 5:
                    told = now
                    self._say(self._progress(now - began))
                if self._plan.seconds is not None and now - began > self._plan.seconds:
                    self._stop(workers)
        except KeyboardInterrupt:
            self._stop(workers)
        self._hear()
        return Outcome(time.monotonic() - began, self._tallies(), list(self._findings.values()))

    def _start(self, nth: int, number: int) -> int:
        child = os.fork()
        if child == 0:
            try:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                self._work(nth, number)
                self._boards[nth][_NUMBER] = -1
                os._exit(0)
            finally:
                os._exit(1)
        return child

    def _work(self, nth: int, number: int) -> None:
        """In a worker: every so-many-th input, from one on."""
        plan, board = self._plan, self._boards[nth]
        now = _address_space()
        resource.setrlimit(resource.RLIMIT_AS, (now + _ROOM, now + _ROOM))
        share = None if plan.cpu_seconds is None else plan.cpu_seconds / plan.workers
        looked: dict[str, int] = {}
        while True:
            if plan.inputs is not None and number >= plan.inputs:
                return
            if share is not None and time.process_time() > share:
                return
            board[_NUMBER] = number
            which, data = self._inputs(number)
            self._one(which, data, board, looked)
            board[_DONE] += 1
            number += plan.workers

    def _one(
        self, which: int, data: bytes, board: "memoryview[float]", looked: dict[str, int]
    ) -> None:
        target = self._targets[which]
        before = highest()
        seconds, error = run(target, data)
        place = _FIELDS + 3 * which
        board[place] += 1
        board[place + 1] += seconds
        board[place + 2] = max(board[place + 2], seconds)
        first = judged(target, Cost(seconds, (highest() - before) / MIB, error), len(data))
        if first is None:
            return
        mark = f"{target.name} {first.kind} {first.mark}"
        looked[mark] = looked.get(mark, 0) + 1
        if looked[mark] > (1 if first.mark else 20 * _NOT_TWICE):
            return
        finding = alone(target, data, self._plan.hang)
        if finding is not None:
            self._tell(finding, data)

    def _tell(self, finding: Finding, data: bytes) -> None:
        name = f"{finding.target}-{hashlib.sha256(data).hexdigest()[:16]}"
        self._found.mkdir(parents=True, exist_ok=True)
        (self._found / name).write_bytes(data)
        line = json.dumps({"name": name, "finding": asdict(finding)}) + "\n"
        os.write(self._news[1], line.encode())

    def _hear(self) -> None:
        """What workers have found: each fault once."""
        while True:
            try:
                self._heard += os.read(self._news[0], 1 << 16)
            except BlockingIOError:
                break
        *lines, self._heard = self._heard.split(b"\n")
        for line in lines:
            said = json.loads(line)
            self._keep(Finding(**said["finding"]), self._found / said["name"])

    def _keep(self, finding: Finding, path: Path) -> None:
        alike = f"{finding.target} {finding.kind} {finding.mark}"
        nth = sum(key.startswith(alike) for key in self._findings)
        if nth >= (1 if finding.mark else _NOT_TWICE):
            if path not in [kept for _, kept in self._findings.values()]:
                path.unlink(missing_ok=True)
            return
        if (finding, path) in self._findings.values():
            return
        self._findings[f"{alike} {nth}"] = (finding, path)
        self._say(f"FOUND {finding.target}: {finding.kind}: {finding.detail}\n      {path}")

    def _bury(self, workers: dict[int, int]) -> None:
        """A worker that ended before its time has had an input that ends processes."""
        for child, nth in list(workers.items()):
            done, _ = os.waitpid(child, os.WNOHANG)
            if not done:
                continue
            del workers[child]
            number = int(self._boards[nth][_NUMBER])
            if number >= 0:
                self._look_again(number)
                workers[self._start(nth, number + self._plan.workers)] = nth

    def _end_hung(self, workers: dict[int, int], seen: dict[int, tuple[int, float, float]]) -> None:
        for child, nth in workers.items():
            number = int(self._boards[nth][_NUMBER])
            before, since, used = seen.get(child, (-2, 0.0, 0.0))
            now, cpu = time.monotonic(), _processor_time(child)
            if number != before:
                seen[child] = (number, now, cpu)
            elif cpu - used > 2 * self._plan.hang or now - since > 8 * self._plan.hang:
                os.kill(child, signal.SIGKILL)  # buried at the next look

    def _look_again(self, number: int) -> None:
        which, data = self._inputs(number)
        target = self._targets[which]
        finding = alone(target, data, self._plan.hang)
        self._boards[0][_FIELDS + 3 * which] += 1
        if finding is not None:
            self._tell(finding, data)

    def _stop(self, workers: dict[int, int]) -> None:
        for child in workers:
            os.kill(child, signal.SIGKILL)
        for child in workers:
            os.waitpid(child, 0)
        workers.clear()

    def _progress(self, seconds: float) -> str:
        done = sum(int(board[_DONE]) for board in self._boards)
        rate = done / seconds
        return f"{seconds:7.0f} s {done:12,} inputs {rate:9,.0f}/s {len(self._findings)} findings"

    def _tallies(self) -> dict[str, Tally]:
        tallies = {}
        for which, target in enumerate(self._targets):
            place = _FIELDS + 3 * which
            tallies[target.name] = Tally(
                int(sum(board[place] for board in self._boards)),
                sum(board[place + 1] for board in self._boards),
                max(board[place + 2] for board in self._boards),
                sum(finding.target == target.name for finding, _ in self._findings.values()),
            )
        return tallies


def _board(targets: int) -> "memoryview[float]":
    """Numbers that a worker writes and the parent reads."""
    size = 8 * (_FIELDS + 3 * targets)
    board = memoryview(mmap.mmap(-1, size)).cast("d")
    board[_NUMBER] = -1
    return board


def _processor_time(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _address_space() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
