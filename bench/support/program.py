"""``pintu run NAME`` as an operator runs it, measured from outside."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp


class Program:
    """A process of the program on a broker. Its log goes to ``STATE-NAME.log`` beside its state
    folder. Settings may be given by name."""

    def __init__(
        self, name: str, url: str, state: Path, tree: Path | None = None, /, **settings: str
    ) -> None:
        """``tree``: another checkout, with a ``.venv`` of its own."""
        self._name = name
        self._port = free_port()
        self._tree = tree
        self._python = str(tree / ".venv/bin/python") if tree else sys.executable
        self._environment = os.environ | {
            "PINTU_AMQP_URL": url,
            "PINTU_STATE_DIR": str(state),
            "PINTU_HTTP": f"127.0.0.1:{self._port}",
            "PINTU_LOG_FORMAT": "json",
            **{f"PINTU_{setting}": value for setting, value in settings.items()},
        }
        self._log = state.with_name(f"{state.name}-{name}.log")
        self._pid = 0
        self.ready_in = 0.0
        """Seconds from its start until it said that it is ready."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Program"]:
        """Ready when the block begins, told to leave when it ends."""
        with self._log.open("ab") as log:
            started = time.perf_counter()
            process = subprocess.Popen(
                [self._python, "-m", "pintu", "run", self._name],
                env=self._environment,
                cwd=self._tree,
                stderr=log,
            )
            self._pid = process.pid
            try:
                while not await self._ready():
                    if process.poll() is not None:
                        raise SystemExit(f"it ended: {self._log.read_text()[-2000:]}")
                    await asyncio.sleep(0.05)
                self.ready_in = time.perf_counter() - started
                yield self
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(20)

    async def command(self, *words: str) -> str:
        """What a command beside it prints, with its settings."""
        process = await asyncio.create_subprocess_exec(
            self._python,
            "-m",
            "pintu",
            *words,
            env=self._environment,
            cwd=self._tree,
            stdout=subprocess.PIPE,
        )
        told, _ = await process.communicate()
        return told.decode()

    async def value(self, metric: str) -> float:
        """The sum of a metric over its labels."""
        url = f"http://127.0.0.1:{self._port}/metrics"
        async with aiohttp.ClientSession() as http, http.get(url) as answer:
            page = await answer.text()
        return sum(
            float(line.rsplit(" ", 1)[1])
            for line in page.splitlines()
            if line.startswith((f"{metric} ", f"{metric}{{"))
        )

    async def cpu(self) -> float:
        """CPU seconds since its start."""
        return await self.value("process_cpu_seconds_total")

    def most_resident(self) -> int:
        """The most memory that it ever held, in MiB."""
        status = Path(f"/proc/{self._pid}/status").read_text()
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) >> 10

    async def _ready(self) -> bool:
        url = f"http://127.0.0.1:{self._port}/readyz"
        try:
            async with aiohttp.ClientSession() as http, http.get(url) as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False


def free_port() -> int:
    """One that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
