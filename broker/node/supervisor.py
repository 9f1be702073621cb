"""The small process between pintu and its private node; run by path, standard library only.

It holds the node's only life line: when the process that started it goes away, in whatever
manner, it stops the node. When it is itself killed, the kernel ends the node (PDEATHSIG is
reliable here, and would not be in pintu, because this process has one thread). When RabbitMQ
dies, it is started again on the same data and ports, unless the plan says otherwise.

It alone writes `node.json`. Its plan arrives as one line of JSON on standard input, so that no
secret is on a command line; the end of standard input means: stop.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TypedDict

_PR_SET_PDEATHSIG = 1
_GRACE_SECONDS = 15.0
_TRIES = 3
_LIBC = ctypes.CDLL(None, use_errno=True)


class ProcessRecord(TypedDict):
    """A process for good: its pid, when it started, what stands in its command line."""

    pid: int
    started: int
    marker: str


class NodeRecord(TypedDict, total=False):
    """What `node.json` says of a node; readers take nothing in it for granted."""

    version: int
    name: str
    ports: dict[str, int]
    url: str
    management_url: str | None
    owner: ProcessRecord
    supervisor: ProcessRecord | None
    broker: ProcessRecord | None
    epmd: ProcessRecord | None
    state: str
    detail: str
    ready_at: float


class Plan(TypedDict):
    """What the supervisor is to do, from the process that starts it."""

    environment: dict[str, str]
    broker: list[str]
    epmd: list[str]
    before_stop: list[str]
    marker: str
    restart: bool
    record: NodeRecord


def started_at(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None when there is none (or a zombie).

    Together with the pid this names a process for good: pids are used again, the pair is not.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    fields = stat[stat.rindex(b")") + 2 :].split()
    return None if fields[0] in (b"Z", b"X") else int(fields[19])


def write_record(file: Path, record: NodeRecord) -> None:
    """Replace the file in one step, readable by its owner only."""
    new = file.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(record, out, indent=1)
    new.replace(file)


class Supervisor:
    def __init__(self, folder: Path, plan: Plan) -> None:
        self._folder = folder
        self._plan = plan
        self._parent = os.getppid()
        self._told_to_stop = False
        self._wake, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop_on_signal)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self._notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        address = f"pintu-{secrets.token_hex(12)}"
        self._notify.bind(f"\0{address}")
        # With this variable RabbitMQ's script becomes the Erlang VM instead of its parent, and
        # RabbitMQ says READY=1 when every listener is up (the protocol of sd_notify).
        self._environment = {**plan["environment"], "NOTIFY_SOCKET": f"@{address}"}
        self._alive = os.open(folder / "alive.lock", os.O_RDWR | os.O_CREAT, 0o600)
        self._epmd: subprocess.Popen[bytes] | None = None
        self._broker: subprocess.Popen[bytes] | None = None
        self._record: NodeRecord = {
            **plan["record"],
            "supervisor": _identity(os.getpid(), str(folder)),
        }

    def run(self) -> int:
        try:
            # RabbitMQ inherits this lock: as long as either lives nobody else starts on the data.
            fcntl.flock(self._alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return 75
        state, detail = "failed", ""
        try:
            state, detail = self._keep_running()
        finally:
            was_ready = self._record.get("state") == "ready"
            self._write("stopping")
            if was_ready:
                self._prepare_to_stop()
            self._end(self._broker, _GRACE_SECONDS)
            self._end(self._epmd, 0.0)
            self._write(state, detail)
        return 0 if state == "stopped" else 70

    def _keep_running(self) -> tuple[str, str]:
        failures = 0
        ready = False
        notify = self._notify.fileno()
        while True:
            if self._epmd is None or self._epmd.poll() is not None:
                if self._epmd is not None and not ready:
                    return "failed", "epmd, Erlang's port mapper, ended at once"
                self._epmd = self._spawn(self._plan["epmd"], signal.SIGKILL, ())
            if self._broker is None:
                ready = False
                self._broker = self._spawn(self._plan["broker"], signal.SIGTERM, (self._alive,))
                self._write("starting")
            readable = select.select([0, notify, self._wake], [], [], 1.0)[0]
            if notify in readable and b"READY=1" in self._notify.recv(65536).split(b"\n"):
                ready, failures = True, 0
                self._write("ready")
            if self._wake in readable:
                os.read(self._wake, 4096)
            if self._told_to_stop or os.getppid() != self._parent:
                return "stopped", "the process that started the node is gone or said so"
            if 0 in readable and not os.read(0, 4096):
                return "stopped", "the process that started the node is gone or said so"
            if self._broker.poll() is not None:
                failures += not ready
                code = self._broker.returncode
                if not self._plan["restart"]:
                    return "failed", f"RabbitMQ ended with code {code}"
                if failures >= (1 if "ready_at" not in self._record else _TRIES):
                    return "failed", f"RabbitMQ ended with code {code} before it was ready"
                self._broker = None

    def _spawn(
        self, command: list[str], when_we_die: signal.Signals, keep: tuple[int, ...]
    ) -> "subprocess.Popen[bytes]":
        with open(self._folder / "log" / "console.log", "ab") as console:
            return subprocess.Popen(
                command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                pass_fds=keep,
                preexec_fn=_die_with(os.getpid(), when_we_die),  # noqa: PLW1509 -- one thread only
            )

    def _prepare_to_stop(self) -> None:
        if self._plan["before_stop"]:
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                subprocess.run(
                    self._plan["before_stop"],
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=5.0,
                    check=False,
                )

    def _end(self, process: "subprocess.Popen[bytes] | None", grace: float) -> None:
        if process is None:
            return
        if grace:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(grace)
        process.kill()
        process.wait()

    def _write(self, state: str, detail: str = "") -> None:
        broker, epmd = self._broker, self._epmd
        found = _identity(broker.pid, self._plan["marker"]) if broker else None
        self._record["broker"] = found or self._record.get("broker")
        found = _identity(epmd.pid, "epmd") if epmd else None
        self._record["epmd"] = found or self._record.get("epmd")
        self._record["state"], self._record["detail"] = state, detail
        if state == "ready":
            self._record["ready_at"] = time.time()  # noqa: TID251 -- for people who read the file
        write_record(self._folder / "node.json", self._record)

    def _stop_on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._told_to_stop = True


def _identity(pid: int, marker: str) -> ProcessRecord | None:
    started = started_at(pid)
    return None if started is None else {"pid": pid, "started": started, "marker": marker}


def _die_with(parent: int, number: signal.Signals) -> Callable[[], None]:
    def in_the_child() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return in_the_child


def _read_plan() -> Plan:
    line = b""
    while not line.endswith(b"\n"):
        more = os.read(0, 65536)
        if not more:
            sys.exit(os.EX_OK)
        line += more
    plan: Plan = json.loads(line)
    return plan


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(Supervisor(Path(sys.argv[1]), _read_plan()).run())
