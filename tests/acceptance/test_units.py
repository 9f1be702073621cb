"""The commands of the units for systemd, with the environment that they get and no other."""

import ctypes
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pytest

from broker.node.tcp_ports import choose_ports
from tests.acceptance.outside import Outside
from tests.acceptance.program import PINTU, TOWN, Program
from tests.support.eventually import eventually
from tests.support.units import PROGRAM, Unit

UNITS: Final = {
    "router": "pintu-router@.service",
    "cases": "pintu-cases.service",
    "escalations": "pintu-escalations.service",
    "gateway": "pintu-gateway.service",
    "webhooks": "pintu-webhooks.service",
}
FILES: Final = {"journal.sqlite3", "cases.sqlite3", "gateway.sqlite3"}
_DENY_WRITE_EXECUTE: Final = (
    "import ctypes, os, sys; "
    "assert ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) == 0; "  # PR_SET_MDWE
    "os.execv(sys.argv[1], sys.argv[1:])"
)


class Started(Program):
    """What a unit starts: `ExecStart`, as confined as this machine allows without systemd."""

    def __init__(self, name: str, unit: Unit, credentials: Path, state: Path) -> None:
        self.unit = unit
        self._given = unit.environment(credentials, state)
        # This machine may have one of its own there.
        self._given |= {"PINTU_HTTP": "127.0.0.1:0", "PINTU_GATEWAY": "127.0.0.1:0"}
        self._given["PINTU_CONFIG_DIR"] = str(TOWN)  # /etc/pintu/pintu.env
        super().__init__(name, "", state / "pintu")

    def command(self, name: str) -> list[str]:
        command = self.unit.one("ExecStart").replace(PROGRAM, PINTU).split()
        confined = [*_confining(), *command]
        return ["/usr/bin/env", "-i", *(f"{k}={v}" for k, v in self._given.items()), *confined]

    def stopped(self) -> int:
        """As `systemctl stop` does it; its exit code."""
        self.signal(signal.SIGTERM)
        return self.left(float(self.unit.one("TimeoutStopSec")))


def _confining() -> Iterator[str]:
    """NoNewPrivileges, no capabilities, and no memory that can be written and run."""
    if setpriv := shutil.which("setpriv", path=f"{os.defpath}:/usr/sbin:/sbin"):
        yield from (setpriv, "--no-new-privs")
        if os.geteuid() == 0:
            yield from ("--bounding-set=-all", "--inh-caps=-all")
    if _can_deny_write_execute():
        yield from (sys.executable, "-c", _DENY_WRITE_EXECUTE)


def _can_deny_write_execute() -> bool:
    """Since Linux 6.3 a process can ask for it by itself (PR_GET_MDWE)."""
    return int(ctypes.CDLL(None).prctl(66, 0, 0, 0, 0)) >= 0


@contextmanager
def started(credentials: Path, state: Path, *drop_ins: str) -> Iterator[dict[str, Started]]:
    """Everything that pintu.target wants, ready; what is left of it ends."""

    def start(name: str) -> Started:
        unit = Unit.read(UNITS[name], *drop_ins, instance=str(choose_ports().amqp))
        return Started(name, unit, credentials, state)

    with ExitStack() as stack, ThreadPoolExecutor(len(UNITS)) as together:
        starting = {name: together.submit(start, name) for name in UNITS}
        for one in starting.values():
            one.add_done_callback(lambda one: one.exception() or stack.callback(one.result().kill))
        yield {name: one.result() for name, one in starting.items()}


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_what_the_units_start_does_the_work_and_leaves_well(
    store: str, amqp_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    credentials, drop_ins = tmp_path / "credentials", []
    credentials.mkdir()
    (credentials / "amqp_url").write_text(f"{amqp_url}\n")
    if store == "postgres":
        drop_ins = ["postgresql.conf"]
        (credentials / "database_url").write_text(request.getfixturevalue("postgres_url"))
    with started(credentials, tmp_path / "lib", *drop_ins) as programs:
        outside = Outside(amqp_url)
        outside.publish("web", b"sampah menumpuk", message_id="unit", content_type="text/plain")
        eventually(lambda: outside.drain("channel.web"), saying="the case has begun")
        outside.close()
        files = {file.name for file in (tmp_path / "lib" / "pintu").glob("*.sqlite3")}
        assert files == (FILES if store == "sqlite" else set())
        for program in programs.values():
            assert program.stopped() == 0
        if store == "sqlite":
            backed_up(tmp_path)


def backed_up(place: Path) -> None:
    """What the unit of the timer starts makes a copy and drops those that are too old."""
    unit = Unit.read("pintu-backup.service")
    copies = place / "copies"
    old = copies / "2020-01-01T013000"
    old.mkdir(parents=True)
    os.utime(old, (0, 0))
    environment = unit.environment(place, place / "lib") | {"PATH": os.defpath}
    for key in ("ExecStart", "ExecStartPost"):
        command = unit.one(key).replace(PROGRAM, PINTU).replace("/var/backups/pintu", str(copies))
        words = _as_systemd_reads(command)
        subprocess.run(words, env=environment, cwd=copies, check=True, capture_output=True)
    [made] = copies.iterdir()
    copied = {file.name for file in made.iterdir()}
    assert copied >= {"journal.sqlite3", "cases.sqlite3", "backup.json"}


def _as_systemd_reads(command: str) -> list[str]:
    return [word.replace("$$", "$").replace("%%", "%") for word in shlex.split(command)]
