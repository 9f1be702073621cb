"""A process and its children, and RabbitMQ, seen from outside: CPU seconds and memory."""

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil


class Ended(Exception):
    """A program failed; the first line says how, then come its last words."""


class Measured:
    """A process with its children."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)

    def cpu(self) -> float:
        """CPU seconds since the start, of the user and of the system."""
        total = 0.0
        for process in self._family():
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
        return total

    def resident(self) -> float:
        """MiB."""
        total = 0
        for process in self._family():
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
        return total / 2**20

    def _family(self) -> list[psutil.Process]:
        return [self._process, *self._process.children(recursive=True)]


def rabbitmq_of(folder: Path) -> Measured:
    """The node whose files lie in the folder."""
    for process in psutil.process_iter(["name", "cmdline"]):
        command = process.info["cmdline"] or []
        if "beam" in process.info["name"] and any(str(folder) in word for word in command):
            return Measured(process.pid)
    raise Ended("the process of RabbitMQ was not found")


class Running(Measured):
    """A program under way."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        super().__init__(process.pid)
        self._popen = process
        self._log = log

    def check(self) -> None:
        """Raises Ended when it has ended."""
        if self._popen.poll() is not None:
            raise Ended(f"it ended with {self._popen.returncode}\n{self.last_words()}")

    def last_words(self) -> str:
        return self._log.read_text("utf-8", "replace")[-600:].strip()


@asynccontextmanager
async def running(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> AsyncIterator[Running]:
    """Started when the block begins, told to leave when it ends."""
    with log.open("ab") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    try:
        yield Running(process, log)
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
