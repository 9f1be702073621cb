"""The parts of an installation, each a process that an operator starts and stops by its unit."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from broker.node.tcp_ports import choose_ports
from tests.acceptance.program import Program


class Unit(Program):
    """`pintu run NAME` at an address that stays; it counts as started once it runs."""

    def __init__(self, name: str, amqp_url: str, folder: Path, **settings: str) -> None:
        self.place = settings["HTTP"]
        super().__init__(name, amqp_url, folder, **settings)

    def started(self) -> bool:
        return True

    def _address(self) -> str:
        return f"http://{self.place}"


class Faulty(Unit):
    """A version with a fault in it."""

    def command(self, name: str) -> list[str]:
        return [sys.executable, "-m", "tests.night.planted", "run", name]


class Wrong(Unit):
    """On a machine whose clock is an hour or a day off."""

    off: ClassVar[timedelta]

    def command(self, name: str) -> list[str]:
        file = self.state_dir.parent / f"clock-{name}"
        file.write_text(str(self.off.total_seconds()))
        return [sys.executable, "-m", "tests.support.wrong_clock", str(file), "run", name]


class AnHourAhead(Wrong):
    off = timedelta(hours=1)


class ADayBehind(Wrong):
    off = timedelta(hours=-25)


class Part:
    """One unit: the process that runs, if any. Settings may be changed between two starts."""

    def __init__(self, name: str, amqp_url: str, folder: Path, **settings: str) -> None:
        self.name = name
        self.settings = settings
        self.place = f"127.0.0.1:{choose_ports().amqp}"
        self.amqp_url = amqp_url
        self.kind: type[Unit] = Unit
        """What starts from now on."""
        self._folder = folder
        self._units: list[Unit] = []

    @property
    def unit(self) -> Unit:
        return self._units[-1]

    @property
    def runs(self) -> bool:
        return bool(self._units) and self.unit.process.poll() is None

    def start(self) -> None:
        if not self.runs:
            settings = {**self.settings, "HTTP": self.place}
            self._units.append(self.kind(self.name, self.amqp_url, self._folder, **settings))

    def stop(self) -> None:
        """As systemd does: SIGTERM, and SIGKILL for one that hangs."""
        if self.runs:
            self.unit.signal()
            try:
                self.unit.left(10)
            except subprocess.TimeoutExpired:
                self.unit.kill()

    def die(self) -> None:
        """It is gone, and nobody starts it again."""
        self.unit.kill()

    def hang(self) -> None:
        """It answers nothing any more."""
        self.unit.signal(signal.SIGSTOP)

    def ready(self) -> bool:
        try:
            return self.unit.get("/readyz")[0] == 200
        except OSError:
            return False

    def log(self) -> str:
        """Everything that it wrote, over all starts."""
        return "".join(unit.log_path.read_text() for unit in self._units)
