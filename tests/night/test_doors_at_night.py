"""What goes wrong at the doors over HTTP at night: each alert comes, and goes by its runbook."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import psutil
import psycopg
import pytest

from broker.node.tcp_ports import choose_ports
from tests.night.installation import PARTS, Installation, installation
from tests.night.portal import Portal, portal
from tests.night.prometheus import Alert, Prometheus, installed
from tests.night.runbook import entries
from tests.night.test_other_nights import comes, goes, watched
from tests.support.eventually import eventually

pytestmark = [
    pytest.mark.skipif(os.environ.get("NIGHT") != "all", reason="NIGHT=all: it takes minutes"),
    pytest.mark.skipif(not installed(), reason="Prometheus is not installed here"),
    pytest.mark.timeout(2400),
]
GOES_WITHIN: Final = 420.0
"""Seconds: the rules look back for five minutes."""


class Doors:
    """An installation with a gateway, a portal that goes on asking, and who watches."""

    def __init__(self, here: Installation, watch: Prometheus, address: str, asks: Portal) -> None:
        self.here, self.watch, self.address, self.portal = here, watch, address, asks

    def seen(self, name: str) -> Alert:
        """It comes, and what the runbook says to see shows something."""
        alert = comes(self.watch, name)
        self.typed(alert, "See.")
        return alert

    def mended(self, alert: Alert) -> None:
        """By what the runbook says to do; it goes."""
        self.typed(alert, "Do.")
        goes(self.watch, alert.name, GOES_WITHIN)

    def typed(self, alert: Alert, part: str) -> None:
        if shell := entries()[alert.name].commands(part):
            done = self.here.type(shell, alert.labels)
            assert done.returncode == 0, f"{alert.name}: {done.stdout}"


@contextmanager
def doors(folder: Path) -> Iterator[Doors]:
    """Everything is ready and nothing fires."""
    place = f"127.0.0.1:{choose_ports().amqp}"
    parts = (*PARTS, "gateway")
    with installation(folder / "installation", parts, GATEWAY=place) as here:
        key = made_key(here, "web", "--days", "365")
        with (
            watched(folder, here.targets) as watch,
            portal(f"http://{place}", key) as asks,
        ):
            yield Doors(here, watch, f"http://{place}", asks)


def made_key(here: Installation, *words: str) -> str:
    done = here.type(f"pintu key add {' '.join(words)} 2>/dev/null", {})
    assert done.returncode == 0, done.stdout
    return done.stdout.strip()


def test_the_doors_at_night(tmp_path: Path) -> None:
    with doors(tmp_path) as town:
        for goes_wrong in (
            somebody_guesses_pins,
            a_key_is_about_to_end,
            confirms_become_slow,
            a_lock_is_forgotten,
            rabbitmq_is_away,
        ):
            goes_wrong(town)
        assert town.portal.statuses[202]


def a_key_is_about_to_end(town: Doors) -> None:
    key = made_key(town.here, "sms", "--days", "10")
    assert httpx.get(f"{town.address}/v1/complaints/x", headers=bearer(key)).status_code == 404
    alert = town.seen("PintuKeyEnds")
    assert alert.labels["of"] == "channel.sms"
    town.typed(alert, "Do.")
    revoked = town.here.type(f"pintu key revoke {key.split('_')[1]}", {})
    assert revoked.returncode == 0, revoked.stdout
    goes(town.watch, alert.name, GOES_WITHIN)


def somebody_guesses_pins(town: Doors) -> None:
    with httpx.Client(base_url=town.address) as client:
        for number in range(300):
            client.get("/v1/complaints/0000-0000-0001", params={"pin": f"{number:06}"})
        alert = town.seen("PintuRateLimited")
    assert alert.labels["rate"] == "wrong-address"
    town.mended(alert)


def confirms_become_slow(town: Doors) -> None:
    """RabbitMQ stands still for a second and a half, over and over."""
    over = threading.Event()
    nodes = [psutil.Process(pid) for pid in beams(town.here)]

    def stutter() -> None:
        while not over.wait(0.3):
            for node in nodes:
                node.suspend()
            over.wait(1.7)
            for node in nodes:
                node.resume()

    with beside(stutter, over):
        alert = town.seen("PintuConfirmsSlow")
    town.mended(alert)


def a_lock_is_forgotten(town: Doors) -> None:
    """In a psql that somebody left open."""
    with psycopg.connect(town.here.database) as connection:
        connection.execute("LOCK TABLE cases IN ACCESS EXCLUSIVE MODE")
        alert = town.seen("PintuGatewaySlow")
        town.mended(alert)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def rabbitmq_is_away(town: Doors) -> None:
    town.here.systemctl("stop", "rabbitmq-server")
    alert = town.seen("PintuGatewayFails")
    eventually(
        lambda: any(one.labels["part"] == "gateway" for one in town.watch.firing("PintuNotReady")),
        120,
        "nobody is told that the gateway is not ready",
    )
    town.mended(alert)
    goes(town.watch, "PintuNotReady", GOES_WITHIN)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def beams(here: Installation) -> list[int]:
    """The processes of the installation's own RabbitMQ."""
    folder = str(here.folder / "rabbitmq")
    found = []
    for process in psutil.process_iter(["pid", "name", "cmdline"]):
        words = " ".join(process.info["cmdline"] or ())
        if process.info["name"] == "beam.smp" and folder in words:
            found.append(process.info["pid"])
    assert found
    return found


@contextmanager
def beside(work: Callable[[], None], over: threading.Event) -> Iterator[None]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
