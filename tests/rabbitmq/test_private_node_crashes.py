"""A private node in bad days: `kill -9`, stale files, ports and pids that others have by now."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import pytest

from broker.node import Node, lifecycle, open_node
from broker.node.processes import Process
from broker.node.supervisor import started_at
from broker.node.tcp_ports import Ports, choose_ports
from tests.rabbitmq.held_nodes import (
    answers,
    holder,
    keep_a_message,
    kept_message,
    processes,
    record,
    running,
    wait_until_gone,
)
from tests.support.eventually import PATIENCE, eventually

pytestmark = [pytest.mark.rabbitmq, pytest.mark.chaos]


@pytest.fixture(autouse=True)
def _rabbitmq_is_installed(rabbitmq: Node) -> None:
    """Skips, or fails in CI, where it is not."""


@pytest.fixture
def stranger() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that is none of ours."""
    with subprocess.Popen(["sleep", "600"]) as process:
        yield process
        process.kill()


def test_when_pintu_is_killed_the_node_stops_by_itself_and_starts_again_with_its_data(
    tmp_path: Path,
) -> None:
    with holder(tmp_path) as held:
        keep_a_message(held.url, tmp_path)
        held.process.kill()
        wait_until_gone(tmp_path)
    (tmp_path / "node" / "node.json").write_text('{"half a record')
    with holder(tmp_path) as again:
        assert again.started_here
        assert kept_message(again.url) == b"not lost"


def test_when_its_supervisor_is_killed_as_well_nothing_is_left_behind(tmp_path: Path) -> None:
    with holder(tmp_path) as held:
        os.kill(processes(tmp_path)["supervisor"].pid, signal.SIGKILL)
        held.process.kill()
        wait_until_gone(tmp_path)


@pytest.mark.slow
def test_a_broker_that_survived_all_that_is_found_and_ended_at_the_next_start(
    tmp_path: Path,
) -> None:
    with holder(tmp_path) as held:
        keep_a_message(held.url, tmp_path)
        left = processes(tmp_path)
        os.kill(left["broker"].pid, signal.SIGSTOP)  # it does not hear the kernel's SIGTERM
        os.kill(left["supervisor"].pid, signal.SIGKILL)
        held.process.kill()
        eventually(lambda: running(tmp_path) == ["broker"])
    with holder(tmp_path) as again:
        assert again.started_here
        assert not left["broker"].is_running()
        assert kept_message(again.url) == b"not lost"


def test_when_rabbitmq_is_killed_it_comes_back_where_it_was(tmp_path: Path) -> None:
    with holder(tmp_path) as held:
        keep_a_message(held.url, tmp_path)
        before = processes(tmp_path)
        os.kill(before["epmd"].pid, signal.SIGKILL)
        os.kill(before["broker"].pid, signal.SIGKILL)
        eventually(lambda: answers(held.url), saying="RabbitMQ did not come back")
        after = processes(tmp_path)
        assert after["supervisor"] == before["supervisor"]
        assert after["broker"].pid != before["broker"].pid
        assert after["epmd"].pid != before["epmd"].pid
        assert kept_message(held.url) == b"not lost"


def test_ports_that_others_have_taken_meanwhile_are_replaced(tmp_path: Path) -> None:
    with holder(tmp_path) as held:
        keep_a_message(held.url, tmp_path)
        before = record(tmp_path)
        held.process.communicate(timeout=PATIENCE)
    taken = socket.create_server(("127.0.0.1", before["ports"]["amqp"]))
    with taken, holder(tmp_path) as again:
        after = record(tmp_path)
        assert not set(after["ports"].values()) & set(before["ports"].values())
        assert after["name"] == before["name"]
        assert kept_message(again.url) == b"not lost"


@pytest.mark.parametrize("port", ["amqp", "distribution", "epmd", "management"])
def test_a_port_that_somebody_has_just_while_rabbitmq_starts_is_replaced(
    port: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was free when it was chosen, and is free again when one looks why the start failed."""
    first = choose_ports()
    choices = iter([first])
    monkeypatch.setattr(
        lifecycle,
        "choose_ports",
        lambda instead_of: next(choices, None) or choose_ports(instead_of),
    )
    monkeypatch.setattr(Ports, "all_free", lambda _: True)
    with socket.create_server(("127.0.0.1", getattr(first, port))):
        node = open_node(tmp_path)
    try:
        assert not set(astuple(node.ports)) & set(astuple(first))
        assert answers(node.url)
    finally:
        node.stop()


def test_a_process_that_merely_has_a_recorded_pid_is_left_alone(
    tmp_path: Path, stranger: "subprocess.Popen[bytes]"
) -> None:
    started = started_at(stranger.pid)
    assert started
    other_word = {"pid": stranger.pid, "started": started, "marker": "pintu-0@localhost"}
    other_start = {"pid": stranger.pid, "started": started - 1, "marker": "sleep"}
    (tmp_path / "node").mkdir()
    stale = {"supervisor": other_start, "owner": other_start, "state": "ready"}
    (tmp_path / "node" / "node.json").write_text(
        json.dumps({**stale, "broker": other_word, "epmd": other_start})
    )
    node = open_node(tmp_path, management=False)
    node.stop()
    assert node.started_here
    assert stranger.poll() is None


def test_only_the_very_process_that_was_recorded_counts_as_running(
    stranger: "subprocess.Popen[bytes]",
) -> None:
    started = started_at(stranger.pid)
    assert started
    # Popen is back a moment before /proc tells the command.
    eventually(lambda: Process(stranger.pid, started, "sleep").is_running())
    assert not Process(stranger.pid, started + 1, "sleep").is_running()
    assert not Process(stranger.pid, started, "rabbit").is_running()
    stranger.kill()
    eventually(lambda: not Process(stranger.pid, started, "sleep").is_running())
