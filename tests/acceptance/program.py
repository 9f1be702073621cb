"""The program as its users have it: the command `pintu` in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from tests.support.eventually import PATIENCE, eventually

PINTU: Final = str(Path(sys.executable).with_name("pintu"))
TOWN: Final = Path(__file__).with_name("town")
"""A configuration with few queues: agencies dlh (sampah), dishub and pln (lampu jalan), dpupr
(jalan rusak), inspektorat (pungli), a district and a village; channels web, sms, api."""
LEAVES_WITHIN: Final = 30.0
"""Seconds. The program is done in ten where it gets a core to itself."""


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings of pintu and no others; in English."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PINTU_")}
    clean["PINTU_LANGUAGE"] = "en"
    return clean | {f"PINTU_{name}": value for name, value in settings.items()}


def pintu(
    *words: str, settings: Mapping[str, str], given: bytes = b"", within: float = 60.0
) -> "subprocess.CompletedProcess[bytes]":
    """Run a command to its end, with `given` on standard input."""
    return subprocess.run(
        [PINTU, *words],
        env=environment(**settings),
        input=given,
        capture_output=True,
        timeout=within,
        check=False,
    )


class Program:
    """`pintu run NAME` on a broker; ready when the constructor returns."""

    def __init__(self, name: str, amqp_url: str, state_dir: Path, **settings: str) -> None:
        self.name = name
        self.state_dir = state_dir
        state_dir.mkdir(parents=True, exist_ok=True)
        (state_dir / "log").mkdir(exist_ok=True)
        self.log_path = state_dir / "log" / f"{name}-{uuid4().hex}.jsonl"
        defaults = {
            "AMQP_URL": amqp_url,
            "STATE_DIR": str(state_dir),
            "CONFIG_DIR": str(TOWN),
            "HTTP": "127.0.0.1:0",
            "GATEWAY": "127.0.0.1:0",
            "LOG_FORMAT": "json",
        }
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                self.command(name),
                env=environment(**defaults | settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self.url = eventually(self._address, saying=f"{name} says where it serves")
            eventually(self.started, saying=f"{name} is ready")
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise

    def command(self, name: str) -> list[str]:
        """What is run."""
        return [PINTU, "run", name]

    def started(self) -> bool:
        """Whether it does its work."""
        return self.get("/readyz")[0] == 200

    def log(self) -> list[dict[str, Any]]:
        """Its lines so far; one that is no JSON is an error of the program."""
        lines = self.log_path.read_text().splitlines()
        try:
            return [json.loads(line) for line in lines]
        except ValueError:
            others = [line for line in lines if not line.startswith("{")] or lines[-10:]
            raise AssertionError("not every line is JSON:\n" + "\n".join(others[:50])) from None

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metric(self, name: str, **labels: str) -> float:
        """A sample of /metrics; 0 where it is not there."""
        shown = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
        start = f"{name}{{{shown}}} " if labels else f"{name} "
        lines = self.get("/metrics")[1].splitlines()
        return next((float(li[len(start) :]) for li in lines if li.startswith(start)), 0.0)

    def signal(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def left(self, within: float = LEAVES_WITHIN) -> int:
        """Wait for the end; gives the exit code."""
        return self.process.wait(within)

    def stop(self) -> None:
        """SIGTERM; it leaves in time, well, and has not failed on any message meanwhile."""
        self.signal()
        try:
            assert self.left() == 0, self.log()[-3:]
        finally:
            self.kill()
        failed = [line for line in self.log() if line["event"].endswith(".failed")]
        failures = [line for line in failed if line["event"] != "probe.failed"]  # RabbitMQ's
        assert not failures, failures

    def kill(self) -> None:
        """Whatever is left of it."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _address(self) -> str | None:
        if self.process.poll() is not None:
            raise RuntimeError(f"it ended: {self.log_path.read_text()}")
        serves = [line for line in self.log() if line["event"].endswith(".serves")]
        return str(serves[0]["http"]) if serves else None


class Router(Program):
    """`pintu run router`."""

    def __init__(self, amqp_url: str, state_dir: Path, **settings: str) -> None:
        super().__init__("router", amqp_url, state_dir, **settings)
