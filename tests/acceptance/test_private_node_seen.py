"""`pintu node`: the private node of a state folder, seen and stopped from beside it."""

import json
import subprocess
from pathlib import Path

import pika  # type: ignore[import-untyped]  # it has no types

from broker.node import open_node
from tests.acceptance.program import pintu


def test_where_no_node_runs_it_is_said_what_starts_one(tmp_path: Path) -> None:
    settings = {"STATE_DIR": str(tmp_path / "state")}
    for word in ("url", "stop"):
        done = pintu("node", word, settings=settings)
        assert (done.returncode, done.stdout) == (1, b"")
        assert b"`pintu run all` starts one" in done.stderr
    done = pintu("node", "status", "--json", settings=settings)
    assert done.returncode == 1
    assert json.loads(done.stdout)["state"] == "stopped"
    assert not (tmp_path / "state").exists()


def test_a_node_that_runs_is_found_used_and_stopped(tmp_path: Path) -> None:
    settings = {"STATE_DIR": str(tmp_path)}
    node = open_node(tmp_path)
    try:
        url = pintu("node", "url", settings=settings).stdout.decode().strip()
        assert url == node.url
        pika.BlockingConnection(pika.URLParameters(url)).close()
        status = pintu("node", "status", "--json", settings=settings)
        seen = json.loads(status.stdout)
        assert (status.returncode, seen["state"], seen["pid"]) == (0, "ready", node.broker_pid())
        password = node.folder.credentials()[1]
        assert password.encode() not in status.stdout
        assert password.encode() not in pintu("node", "status", settings=settings).stdout
        stopped: subprocess.CompletedProcess[bytes] = pintu("node", "stop", settings=settings)
        assert (stopped.returncode, stopped.stdout) == (0, b"stopped\n")
        assert node.wait_until_ended(5.0)
        assert pintu("node", "status", settings=settings).returncode == 1
    finally:
        node.stop()
