"""Processes that are known to be ours: by pid, moment of start and a word of their command line."""

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broker.node.supervisor import ProcessRecord, started_at


@dataclass(frozen=True, slots=True)
class Process:
    """`started` is in clock ticks since boot; `marker` occurs in the command line."""

    pid: int
    started: int
    marker: str

    @classmethod
    def from_record(cls, entry: Any) -> "Process | None":
        """What `node.json` says of a process; None when it says nothing usable."""
        try:
            return cls(int(entry["pid"]), int(entry["started"]), str(entry["marker"]))
        except (TypeError, KeyError, ValueError):
            return None

    def record(self) -> ProcessRecord:
        """As `node.json` has it."""
        return {"pid": self.pid, "started": self.started, "marker": self.marker}

    @classmethod
    def current(cls) -> "Process":
        pid = os.getpid()
        return cls(pid, started_at(pid) or 0, "")

    def is_running(self) -> bool:
        """True only for the very process that was recorded, never for a later user of its pid."""
        if started_at(self.pid) != self.started:
            return False
        try:
            command = Path(f"/proc/{self.pid}/cmdline").read_bytes()
        except OSError:
            return False
        return os.fsencode(self.marker) in command

    def end(self, grace: float) -> None:
        """Ask it to stop, wait up to `grace` seconds, then end it; nothing if it is not running."""
        self._send(signal.SIGTERM)
        if not self.wait(grace):
            self._send(signal.SIGKILL)
            self.wait(5.0)

    def kill(self) -> None:
        self._send(signal.SIGKILL)
        self.wait(5.0)

    def wait(self, seconds: float) -> bool:
        """Whether it ended within that time."""
        until = time.monotonic() + seconds
        while self.is_running():
            if time.monotonic() >= until:
                return False
            time.sleep(0.02)
        return True

    def _send(self, number: signal.Signals) -> None:
        if self.is_running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
