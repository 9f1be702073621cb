"""The command from outside: what it refuses, and a whole check of the agency that Pintu ships."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pika  # type: ignore[import-untyped] # -- it has no types
import pytest

from tests.acceptance.program import TOWN, pintu
from tests.support.eventually import PATIENCE

SIMULATED = ("agency", "dishub", "--simulate", "--answers", "1", "--returns", "0", "--silent", "0")


def settings(amqp_url: str, tmp_path: Path) -> dict[str, str]:
    return {"AMQP_URL": amqp_url, "CONFIG_DIR": str(TOWN), "STATE_DIR": str(tmp_path / "state")}


@pytest.mark.parametrize("kind", ["adapter", "agency"])
def test_the_steps_are_named_without_a_broker(kind: str) -> None:
    words = ("web",) if kind == "adapter" else ("dishub",)
    done = pintu("check", kind, *words, "--list", settings={})
    assert done.returncode == 0
    assert done.stdout.decode().splitlines()[0].startswith("connect")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("adapter", "fax"), "no channel has the code"),
        (("agency", "dishubb"), "no agency has the code"),
        (("agency", "dishub", "--steps", "connect,dance"), "no step 'dance'"),
        (("agency", "dishub", "--listen", "here"), "host:port"),
    ],
)
def test_wrong_use_is_told_before_anything_starts(words: tuple[str, ...], said: str) -> None:
    done = pintu("check", *words, settings={"CONFIG_DIR": str(TOWN)})
    assert done.returncode == 2
    assert said in " ".join(done.stderr.decode().replace("│", " ").split())


@pytest.fixture
def left_over(amqp_url: str) -> Iterator[str]:
    """A node on which messages wait for a case consumer that is not there."""
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    channel = connection.channel()
    channel.queue_declare("cases", durable=True, arguments={"x-queue-type": "quorum"})
    channel.confirm_delivery()
    channel.basic_publish("", "cases", b"{}")
    yield amqp_url
    connection.close()


def test_a_node_where_another_pintu_has_work_is_refused(left_over: str, tmp_path: Path) -> None:
    done = pintu("check", "agency", "dishub", settings=settings(left_over, tmp_path))
    assert done.returncode == 78
    assert b"another Pintu works on this node" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_port_that_is_taken_is_refused(amqp_url: str, tmp_path: Path) -> None:
    taken = amqp_url.rpartition("@")[2].partition("/")[0]
    words = ("check", "agency", "dishub", "--listen", taken)
    done = pintu(*words, settings=settings(amqp_url, tmp_path))
    assert done.returncode == 78
    assert b"take another port" in done.stderr
    assert b"Traceback" not in done.stderr


def test_an_adapter_that_never_comes_fails(amqp_url: str, tmp_path: Path) -> None:
    words = ("check", "adapter", "web", "--timeout", "0.2", "--json")
    done = pintu(*words, settings=settings(amqp_url, tmp_path))
    report = json.loads(done.stdout)
    failed = [one["rule"] for one in report["findings"] if one["verdict"] == "fail"]
    assert (done.returncode, report["result"], failed) == (1, "fail", ["connects", "submits"])
    assert amqp_url.split(":")[2].split("@", maxsplit=1)[0] not in done.stderr.decode()


def a_free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@pytest.mark.slow
def test_the_agency_that_pintu_ships_passes(amqp_url: str, tmp_path: Path) -> None:
    port, ends = a_free_port(), threading.Event()
    through = settings(
        f"{amqp_url.rpartition('@')[0]}@127.0.0.1:{port}/{amqp_url.rpartition('/')[2]}", tmp_path
    )

    def be_the_agency() -> None:
        """It ends with its connection: whoever runs it starts it again."""
        while not ends.is_set():
            pintu(*SIMULATED, settings=through, within=PATIENCE * 4)

    agency = threading.Thread(target=be_the_agency)
    agency.start()
    try:
        steps = "connect,complaint,repeated,redelivered,unknown,lost-confirm,others,end"
        words = ("check", "agency", "dishub", "--listen", f"127.0.0.1:{port}", "--steps", steps)
        done = pintu(
            *words, "--timeout", "30", settings=settings(amqp_url, tmp_path), within=PATIENCE * 4
        )
    finally:
        ends.set()  # and it leaves with its connection
        agency.join()
    said = done.stdout.decode()
    assert done.returncode == 0, said
    assert " 0 failed" in said
