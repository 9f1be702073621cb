"""A whole installation on this machine: RabbitMQ, PostgreSQL, the three parts, an adapter and an
agency; and what an operator has on it: systemctl, rabbitmqctl, journalctl, a shell."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

from broker.node.installed import find_installed
from tests.acceptance.program import PINTU, TOWN, environment
from tests.night.units import Part
from tests.support.eventually import eventually
from tests.support.nodes import OwnRabbit
from tests.support.postgres import OwnPostgres
from tests.support.rabbitmqctl import rabbitmqctl

PARTS: Final = ("router", "cases", "escalations")
UNITS: Final = {
    "router": "pintu-router@1",
    "cases": "pintu-cases",
    "escalations": "pintu-escalations",
    "gateway": "pintu-gateway",
}
"""What systemd calls them."""
_WITHIN: Final = 180.0
"""Seconds for what an operator types."""

_ASK = """#!/bin/sh
# Ask the tests to do it, who started the processes: {name} WORDS…
ask="$NIGHT/ask.$$"
printf '%s\\n' {name} "$@" > "$ask.new" && mv "$ask.new" "$ask"
while [ ! -e "$ask.done" ]; do sleep 0.05; done
cat "$ask.said"; exit "$(cat "$ask.done")"
"""


class Installation:
    """Everything runs and is ready when the constructor returns; ``folder`` is its own, ``more``
    are further settings of all parts."""

    def __init__(self, folder: Path, parts: Sequence[str] = PARTS, **more: str) -> None:
        self.folder = folder
        self.config = folder / "config"
        shutil.copytree(TOWN, self.config)
        for words in ("init -q", "add -A", "commit -q -m rules"):
            self.git(words)
        self.rabbit = OwnRabbit(folder / "rabbitmq")
        self.rabbit_runs = True
        self.postgres = OwnPostgres()
        self.postgres_runs = True
        self.database = self.postgres.database("pintu")
        self.amqp_url = self.rabbit.url
        self.settings = {
            "AMQP_URL": self.amqp_url,
            "MANAGEMENT_URL": self.rabbit.management_url or "",
            "DATABASE_URL": self.database,
            "STATE_DIR": str(folder / "state"),
            "CONFIG_DIR": str(self.config),
            **more,
        }
        others = {name: value for name, value in self.settings.items() if name != "AMQP_URL"}
        self.parts = {name: Part(name, self.amqp_url, folder / "state", **others) for name in parts}
        self._programs()
        for part in self.parts.values():
            part.start()
        self.wait_until_ready()

    @property
    def targets(self) -> list[str]:
        return [part.place for part in self.parts.values()]

    def ready(self) -> bool:
        return all(part.ready() for part in self.parts.values())

    def wait_until_ready(self) -> None:
        eventually(self.ready, 120, "not every part is ready")

    def part_at(self, instance: str) -> str | None:
        return next((name for name, part in self.parts.items() if part.place == instance), None)

    def type(self, shell: str, labels: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
        """What an operator types, with the labels of the alert as variables."""
        known = {name: value for name, value in labels.items() if name.isidentifier()}
        if part := known.get("part") or self.part_at(known.get("instance", "")):
            known |= {"part": part, "unit": UNITS[part]}
            known["PINTU_CONFIG_DIR"] = self.parts[part].settings["CONFIG_DIR"]
        home = {"HOME": str(self.folder), "NIGHT": str(self.folder / "asked")}
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        with subprocess.Popen(
            ["bash", "-c", f"set -u\n{shell}"],
            env={**environment(**self.settings), **home, **known, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
        ) as typing:
            until = time.monotonic() + _WITHIN
            while typing.poll() is None:
                self._do_what_is_asked()
                time.sleep(0.05)
                if time.monotonic() > until:
                    typing.kill()
            assert typing.stdout
            return subprocess.CompletedProcess(
                shell, typing.returncode, typing.stdout.read()[-10_000:], ""
            )

    def number(self, query: str) -> int:
        """What the database says."""
        with psycopg.connect(self.database) as connection:
            row = connection.execute(query.encode()).fetchone()
        return int(row[0]) if row else 0

    def end(self) -> None:
        for part in self.parts.values():
            part.die() if part.runs else None
        self.rabbit.stop()
        self.postgres.stop()

    def _do_what_is_asked(self) -> None:
        """What the shell asks for is done here: a node ends with the thread that started it."""
        for ask in (self.folder / "asked").glob("ask.*"):
            if ask.suffix in (".new", ".said", ".done") or Path(f"{ask}.done").exists():
                continue
            name, *words = ask.read_text().splitlines()
            try:
                said, code = self._done(name, words), 0
            except AssertionError as why:
                said, code = f"{why}\n", 1
            Path(f"{ask}.said").write_text(said)
            Path(f"{ask}.code").write_text(str(code))
            Path(f"{ask}.code").rename(f"{ask}.done")

    def _done(self, name: str, words: list[str]) -> str:
        if name == "chronyc":
            for clock in self.folder.glob("clock-*"):
                clock.write_text("0")
            return "200 OK\n"
        if name == "journalctl":
            units = [name for name, unit in UNITS.items() if unit in words]
            lines = "".join(self.parts[unit].log() for unit in units).splitlines(keepends=True)
            return "".join(lines[-int(words[words.index("-n") + 1]) :])
        if name in ("rabbitmqctl", "rabbitmq-diagnostics"):
            wanted = [word for word in words if word not in ("alarms", "--local")]
            return rabbitmqctl(self.rabbit.node, *(wanted or ["status"]))
        verb, *units = words
        return "".join(self.systemctl(verb, unit.removesuffix(".service")) for unit in units)

    def systemctl(self, verb: str, unit: str) -> str:
        """Start, stop and restart as systemd does; otherwise only say how it is."""
        if unit == "rabbitmq-server":
            if verb in ("stop", "restart") and self.rabbit_runs:
                self.rabbit.stop()
                self.rabbit_runs = False
            if verb in ("start", "restart") and not self.rabbit_runs:
                self.rabbit.start()
                self.rabbit_runs = True
            return f"{unit}: {'active' if self.rabbit_runs else 'inactive'}\n"
        if unit == "postgresql":
            if verb in ("stop", "restart") and self.postgres_runs:
                self.postgres.shut()
                self.postgres_runs = False
            if verb in ("start", "restart") and not self.postgres_runs:
                self.postgres.start()
                self.postgres_runs = True
            return f"{unit}\n"
        part = next(self.parts[name] for name, known in UNITS.items() if known == unit)
        if verb in ("stop", "restart"):
            part.stop()
        if verb in ("start", "restart"):
            part.start()
        return f"{unit}: {'active' if part.runs else 'inactive'}\n"

    def _programs(self) -> None:
        """What stands in the operator's PATH before the machine's own."""
        bin_, asked = self.folder / "bin", self.folder / "asked"
        bin_.mkdir()
        asked.mkdir()
        sudo = '#!/bin/sh\nexec "$@"\n'
        asking = ("chronyc", "systemctl", "journalctl", "rabbitmqctl", "rabbitmq-diagnostics")
        scripts = {name: _ASK.format(name=name) for name in asking}
        pintu = f'#!/bin/sh\nexec {shlex.quote(PINTU)} "$@"\n'
        for name, script in {**scripts, "sudo": sudo, "pintu": pintu}.items():
            (bin_ / name).write_text(script)
            (bin_ / name).chmod(0o755)

    def cloned_config(self) -> Path:
        """Another machine's copy of the configuration."""
        copy = self.folder / "copy"
        self.git(f"clone -q {self.config} {copy}")
        return copy

    def git(self, words: str) -> None:
        who = ("-c", "user.name=operator", "-c", "user.email=operator@localhost")
        subprocess.run(["git", *who, *words.split()], cwd=self.config, check=True)


@contextmanager
def installation(folder: Path, parts: Sequence[str] = PARTS, **more: str) -> Iterator[Installation]:
    """Gone at the end of the block."""
    assert find_installed()
    assert sys.executable
    made = Installation(folder, parts, **more)
    try:
        yield made
    finally:
        made.end()
