"""A private node in good days: started, joined, stopped, and seen by nobody else."""

import asyncio
import signal
import stat
from pathlib import Path

import psutil
import pytest

from broker.node import (
    Node,
    NotInstalledError,
    StartFailedError,
    installed,
    open_node,
    private_node,
)
from tests.rabbitmq.held_nodes import (
    answers,
    holder,
    keep_a_message,
    kept_message,
    processes,
    ready,
    record,
    running,
    start_holder,
    wait_until_gone,
)
from tests.support.eventually import PATIENCE
from tests.support.nodes import Management

pytestmark = pytest.mark.rabbitmq


@pytest.fixture(autouse=True)
def _rabbitmq_is_installed(rabbitmq: Node) -> None:
    """Skips, or fails in CI, where it is not."""


def test_all_stable_feature_flags_are_on(rabbitmq: Node) -> None:
    assert rabbitmq.management_url
    flags = Management(rabbitmq.management_url).call("GET", "/feature-flags")
    off = [flag["name"] for flag in flags if (flag["stability"], flag["state"]) == _STABLE_OFF]
    assert off == []
    assert {"quorum_queue", "stream_queue"} <= {flag["name"] for flag in flags}


def test_it_listens_on_the_loopback_only(rabbitmq: Node) -> None:
    of_the_node = processes(rabbitmq.folder.path.parent)
    listening = {
        connection.laddr
        for role in ("broker", "epmd")
        for connection in psutil.Process(of_the_node[role].pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert {port for _, port in listening} == {
        rabbitmq.ports.amqp,
        rabbitmq.ports.distribution,
        rabbitmq.ports.epmd,
        rabbitmq.ports.management,
    }
    assert {address for address, _ in listening} <= {"127.0.0.1", "::1"}


def test_its_folder_and_its_secrets_are_for_its_owner_only(rabbitmq: Node) -> None:
    folder = rabbitmq.folder.path
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in (".erlang.cookie", "credentials.json", "rabbitmq.conf", "node.json"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name


def test_no_secret_is_on_a_command_line(rabbitmq: Node) -> None:
    folder = rabbitmq.folder
    cookie = (folder.path / ".erlang.cookie").read_text()
    secrets = [folder.credentials()[1], cookie]
    for process in processes(folder.path.parent).values():
        command = " ".join(psutil.Process(process.pid).cmdline())
        assert not any(secret in command for secret in secrets)


def test_who_comes_later_joins_and_when_the_starter_leaves_may_start_it_anew(
    tmp_path: Path,
) -> None:
    state = tmp_path / "state with a space"
    starter = start_holder(state)
    joiner = start_holder(state)
    first, second = sorted((ready(starter), ready(joiner)), key=lambda held: not held.started_here)
    assert (first.started_here, second.started_here) == (True, False)
    assert first.url == second.url
    keep_a_message(second.url, state)
    name = record(state)["name"]

    second.process.communicate(timeout=PATIENCE)
    assert running(state) == ["supervisor", "broker", "epmd"], "a joiner stops nothing"
    first.process.communicate(timeout=PATIENCE)
    assert running(state) == []

    anew = open_node(state, management=False)
    try:
        assert anew.started_here
        assert anew.url == first.url, "the ports were still free"
        assert record(state)["name"] == name
        assert kept_message(anew.url) == b"not lost"
    finally:
        anew.stop()


def test_nodes_side_by_side_do_not_disturb_each_other(rabbitmq: Node, tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        assert other.url != rabbitmq.url
        assert record(tmp_path)["name"] != rabbitmq.folder.name()
        assert answers(rabbitmq.url) and answers(other.url)
    wait_until_gone(tmp_path)
    assert answers(rabbitmq.url)


@pytest.mark.parametrize("how", ["raise", "SIGTERM"])
def test_an_error_or_a_signal_stops_it_too(tmp_path: Path, how: str) -> None:
    with holder(tmp_path, how) as held:
        if how == "SIGTERM":
            held.process.send_signal(signal.SIGTERM)
        held.process.communicate(timeout=PATIENCE)
        assert running(tmp_path) == []
        assert record(tmp_path)["state"] == "stopped"


async def test_who_gives_up_while_it_starts_leaves_nothing_behind(tmp_path: Path) -> None:
    async def open_it() -> None:
        async with private_node(tmp_path, management=False):
            raise AssertionError("cancelled, hence never here")

    opening = asyncio.create_task(open_it())
    while not (tmp_path / "node" / "node.json").exists():
        await asyncio.sleep(0.02)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert running(tmp_path) == []


def test_a_system_broker_is_not_touched_by_what_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "RABBITMQ_NODENAME": "rabbit@localhost",
        "RABBITMQ_NODE_PORT": "5672",
        "RABBITMQ_MNESIA_BASE": str(tmp_path / "elsewhere"),
        "ERL_EPMD_PORT": "4369",
        "HOME": str(tmp_path / "home"),
    }.items():
        monkeypatch.setenv(name, value)
    with holder(tmp_path / "state") as held:
        assert ":5672/" not in held.url
        assert answers(held.url)
    wait_until_gone(tmp_path / "state")
    assert not (tmp_path / "home").exists()
    assert not (tmp_path / "elsewhere").exists()


def test_without_rabbitmq_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(installed, "_ROOTS", (str(tmp_path),))
    with pytest.raises(NotInstalledError) as error:
        open_node(tmp_path)
    for advice in ("apt-get install rabbitmq-server", "docker compose", "PINTU_AMQP_URL"):
        assert advice in str(error.value)


def test_a_state_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartFailedError, match=r"state folder .*/file/state cannot be used"):
        open_node(tmp_path / "file" / "state")


def test_a_failed_start_shows_the_end_of_the_log(tmp_path: Path) -> None:
    (tmp_path / "node").mkdir()
    (tmp_path / "node" / "advanced.config").write_text("[{rabbit, [{this is not Erlang}]}].")
    with pytest.raises(StartFailedError) as error:
        open_node(tmp_path, management=False)
    assert "advanced.config" in str(error.value)
    assert "console.log" in str(error.value)
    assert running(tmp_path) == []


_STABLE_OFF = ("stable", "disabled")
