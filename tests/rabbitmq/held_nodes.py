"""Private nodes held by other processes, and what is left of them."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pika  # type: ignore[import-untyped]  # -- pika has no types

from broker.node.processes import Process
from tests.support.eventually import PATIENCE, eventually

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Holder:
    """A process that holds the node of a state folder, and what it said about it."""

    process: "subprocess.Popen[str]"
    url: str
    started_here: bool


def start_holder(state_dir: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Begin to hold the node; `ready` waits for it."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.rabbitmq.node_holder", str(state_dir), *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ready(process: "subprocess.Popen[str]") -> Holder:
    assert process.stdout and process.stderr
    line = process.stdout.readline()
    assert line, process.stderr.read()
    said = json.loads(line)
    return Holder(process, said["url"], said["started_here"])


@contextlib.contextmanager
def holder(state_dir: Path, *arguments: str) -> Iterator[Holder]:
    process = start_holder(state_dir, *arguments)
    try:
        yield ready(process)
    finally:
        process.kill()
        process.communicate()


def record(state_dir: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((state_dir / "node" / "node.json").read_text())
    return found


def processes(state_dir: Path) -> dict[str, Process]:
    """The recorded processes of the node, by role, running or not."""
    entries = record(state_dir)
    found = {role: Process.from_record(entries.get(role)) for role in _ROLES}
    return {role: process for role, process in found.items() if process}


def running(state_dir: Path) -> list[str]:
    return [role for role, process in processes(state_dir).items() if process.is_running()]


def wait_until_gone(state_dir: Path, within: float = PATIENCE) -> None:
    eventually(lambda: not running(state_dir), within, "the node was left behind")


def keep_a_message(url: str, state_dir: Path) -> None:
    """One message, confirmed, in the quorum queue `kept`, whose name is on disk then."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare("kept", durable=True, arguments={"x-queue-type": "quorum"})
        channel.basic_publish("", "kept", b"not lost", mandatory=True)
    files = list((state_dir / "node" / "data").glob("*/quorum/*/names.dets"))
    eventually(lambda: any(b"_kept" in file.read_bytes() for file in files))


def kept_message(url: str) -> bytes | None:
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        body: bytes | None = connection.channel().basic_get("kept")[2]
        return body


def answers(url: str) -> bool:
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = parameters.stack_timeout = 5
    try:
        pika.BlockingConnection(parameters).close()
    except pika.exceptions.AMQPError:
        return False
    return True


_ROLES = ("supervisor", "broker", "epmd")
