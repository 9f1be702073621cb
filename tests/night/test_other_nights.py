"""Alerts whose cause needs an installation of its own: deadlines, nodes, certificates."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from broker.node.tcp_ports import choose_ports
from tests.cluster.nodes import cluster
from tests.night.installation import installation
from tests.night.prometheus import Alert, Prometheus, installed
from tests.night.runbook import entries
from tests.night.traffic import town
from tests.night.units import Part
from tests.support.certificates import make_certificates
from tests.support.eventually import eventually
from tests.support.rabbitmqctl import rabbitmqctl

pytestmark = [
    pytest.mark.skipif(os.environ.get("NIGHT") != "all", reason="NIGHT=all: it takes minutes"),
    pytest.mark.skipif(not installed(), reason="Prometheus is not installed here"),
    pytest.mark.timeout(1200),
]
SPEED = 20_000
"""Six days in 26 seconds."""


@contextmanager
def watched(folder: Path, targets: list[str]) -> Iterator[Prometheus]:
    watch = Prometheus(folder / "prometheus", targets, every=1.0, factor=1000.0)
    try:
        watch.wait_until_seen()
        yield watch
    finally:
        watch.stop()


def comes(watch: Prometheus, name: str, within: float = 300.0) -> Alert:
    return eventually(lambda: next(iter(watch.firing(name)), None), within, f"{name} not seen")


def goes(watch: Prometheus, name: str, within: float = 300.0) -> None:
    eventually(lambda: not watch.firing(name), within, f"{name} is still there")


def test_who_is_late_is_told_and_so_is_that_nobody_was_told(tmp_path: Path) -> None:
    with (
        installation(tmp_path / "installation", CLOCK_SPEED=str(SPEED)) as here,
        watched(tmp_path, here.targets) as watch,
        town(here.amqp_url),
    ):
        for name in ("PintuTriageOld", "PintuOverdue"):
            alert = comes(watch, name)
            typed = here.type(entries()[name].commands("See."), alert.labels)
            assert typed.returncode == 0, typed.stdout
            assert typed.stdout
        here.parts["escalations"].hang()
        alert = comes(watch, "PintuEscalationsBehind")
        typed = here.type(entries()[alert.name].commands("Do."), alert.labels)
        assert typed.returncode == 0, typed.stdout
        goes(watch, alert.name)


def test_a_node_of_a_cluster_that_is_down_is_seen_and_gone_when_it_is_back(tmp_path: Path) -> None:
    with cluster(tmp_path / "cluster") as three:
        api = three.nodes[0].management_url
        with one_process(tmp_path, three.url(), MANAGEMENT_URL=api) as (part, watch):
            three.nodes[2].kill()
            alert = comes(watch, "PintuMembersMissing")
            assert alert.summary.split()[0].isdecimal()
            assert part.ready(), "two of three are enough"
            three.nodes[2].spawn()
            three.nodes[2].wait_until_ready()
            goes(watch, alert.name)


def test_a_certificate_that_ends_soon_is_seen_and_gone_once_it_is_renewed(tmp_path: Path) -> None:
    tls = tmp_path / "tls"
    tls.mkdir()
    made = make_certificates(tls)
    shutil.copy(made.certificate, tmp_path / "server.pem")
    port = choose_ports().amqp
    settings = f"""\
listeners.ssl.default = 127.0.0.1:{port}
ssl_options.cacertfile = {made.authority}
ssl_options.certfile = {tmp_path}/server.pem
ssl_options.keyfile = {made.key}
"""
    with cluster(tmp_path / "node", size=1, settings=settings) as one:
        for path in (tmp_path, tls, *tmp_path.glob("*.pem"), *tls.iterdir()):
            path.chmod(path.stat().st_mode | 0o055)
        user, password = one.nodes[0].folder.credentials()
        url = f"amqps://{user}:{password}@localhost:{port}/%2F?cafile={made.authority}"
        with one_process(tmp_path, url, MANAGEMENT_URL=one.nodes[0].management_url) as (_, watch):
            alert = comes(watch, "PintuCertificateEnds")
            assert alert.labels["of"] == "broker"
            renew(tls, tmp_path / "server.pem")
            words = entries()[alert.name].commands("Do.").split("rabbitmqctl ")[1].strip()
            node = cast(Any, one.nodes[0])
            rabbitmqctl(node, *words.replace("'", "").split(maxsplit=1))
            goes(watch, alert.name)


def renew(folder: Path, certificate: Path) -> None:
    """By the same authority, for a hundred days."""
    words = (
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 100"
        f" -extfile names -out {certificate}"
    )
    subprocess.run(["openssl", *words.split()], cwd=folder, check=True, capture_output=True)


@contextmanager
def one_process(folder: Path, url: str, **settings: str) -> Iterator[tuple[Part, Prometheus]]:
    """`pintu run all` on SQLite, ready and watched."""
    part = Part("all", url, folder / "state", **settings)
    part.start()
    try:
        eventually(part.ready, 180, "it is not ready")
        with watched(folder, [part.place]) as watch:
            yield part, watch
    finally:
        part.die()
