"""Three RabbitMQ nodes of a cluster on free loopback ports, which a test may stop and kill.

Spawning is quick and must be done in the main thread: the kernel ends a node with the thread that
started it. What waits is a method of its own, for `asyncio.to_thread`.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from broker.node.configuration import write_configuration
from broker.node.folder import NodeFolder
from broker.node.installed import Installed, find_installed
from broker.node.tcp_ports import Ports, choose_ports

STARTS_WITHIN: Final = 120.0
"""Seconds. A node that finds its peers is up in about ten where it gets a core."""
STOPS_WITHIN: Final = 60.0
_DEPLOYED: Final = Path(__file__).parents[2] / "deploy" / "rabbitmq"
SETTINGS: Final = (_DEPLOYED / "cluster.conf").read_text()
"""What docs/how-to/operate.md asks of whoever runs a cluster, in rabbitmq.conf."""
ADVANCED: Final = (_DEPLOYED / "advanced.config").read_text()
"""The same, in advanced.config."""


class ClusterNode:
    """One of the nodes. Its process is the Erlang VM itself, so signals go to it."""

    def __init__(
        self, folder: NodeFolder, ports: Ports, environment: dict[str, str], management: bool
    ) -> None:
        self.folder = folder
        self.ports = ports
        self.name = folder.name()
        self._environment = environment
        self._management = management
        self._process: subprocess.Popen[bytes] | None = None
        self._notify: socket.socket | None = None

    @property
    def place(self) -> str:
        """`host:port` of its AMQP listener."""
        return f"127.0.0.1:{self.ports.amqp}"

    @property
    def url(self) -> str:
        """This node alone."""
        user, password = self.folder.credentials()
        return f"amqp://{user}:{password}@{self.place}/%2F"

    @property
    def management_url(self) -> str:
        user, password = self.folder.credentials()
        return f"http://{user}:{password}@127.0.0.1:{self.ports.management}"

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} was never started"
        return self._process.pid

    def spawn(self) -> None:
        """Begin to start it (main thread); `wait_until_ready` waits for it."""
        assert self._process is None or self._process.poll() is not None
        address = f"pintu-test-{secrets.token_hex(12)}"
        self._notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notify.bind(f"\0{address}")
        self._process = _spawn(
            ["home/sbin/rabbitmq-server"],
            self.folder.path,
            {**self._environment, "NOTIFY_SOCKET": f"@{address}"},
        )

    def wait_until_ready(self, within: float = STARTS_WITHIN) -> None:
        """Until every listener is up."""
        assert self._process is not None and self._notify is not None
        until = time.monotonic() + within
        self._notify.settimeout(0.2)
        while True:
            with contextlib.suppress(TimeoutError):
                if b"READY=1" in self._notify.recv(65536).split(b"\n"):
                    break
            assert self._process.poll() is None, f"{self.name} ended:\n{self.folder.log_tail()}"
            assert time.monotonic() < until, f"{self.name} is late:\n{self.folder.log_tail()}"
        self._notify.close()

    def kill(self) -> None:
        """As a crash of its machine would end it, except that its connections are closed."""
        self._signal(signal.SIGKILL)
        self._wait()

    def freeze(self) -> None:
        """SIGSTOP: it says nothing more, and its connections stay open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """In good order; as an operator restarts it."""
        self._signal(signal.SIGTERM)
        self._wait()

    def end(self) -> None:
        """Whatever is left of it."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None and self._process.poll() is None, f"{self.name} is down"
        self._process.send_signal(number)

    def _wait(self) -> None:
        assert self._process is not None
        self._process.wait(STOPS_WITHIN)


class Cluster:
    """Nodes that know each other; ready when `started` gives it."""

    def __init__(self, nodes: Sequence[ClusterNode], epmd: "subprocess.Popen[bytes]") -> None:
        self.nodes = tuple(nodes)
        self._epmd = epmd

    def url(self, *nodes: ClusterNode) -> str:
        """AMQP_URL with these nodes, or with all, in this order."""
        user, password = self.nodes[0].folder.credentials()
        places = ",".join(node.place for node in nodes or self.nodes)
        return f"amqp://{user}:{password}@{places}/%2F"

    def end(self) -> None:
        for node in self.nodes:
            node.end()
        self._epmd.kill()
        self._epmd.wait()


@contextlib.contextmanager
def cluster(
    base: Path,
    *,
    size: int = 3,
    settings: str = SETTINGS,
    advanced: str = ADVANCED,
    management: bool = True,
) -> Iterator[Cluster]:
    """A cluster of that many nodes, joined and ready; ended afterwards.

    Raises NotInstalledError where RabbitMQ is not.
    """
    installed = find_installed()
    ports = _ports(size)
    folders = _folders(base, size)
    epmd_port = ports[0].epmd
    nodes = [
        _configured(folder, installed, own, settings + _joining(folder, folders[0]), management)
        for folder, own in zip(folders, ports, strict=True)
    ]
    for folder in folders:
        folder.write("advanced.config", advanced)
    epmd = _spawn(
        [str(installed.epmd), "-port", str(epmd_port), "-address", "127.0.0.1"],
        base,
        nodes[0]._environment,
    )
    found = Cluster(nodes, epmd)
    try:
        for together in (nodes[:1], nodes[1:]):
            for node in together:
                node.spawn()
            for node in together:
                node.wait_until_ready()
        yield found
    finally:
        found.end()


def _ports(size: int) -> list[Ports]:
    """Of each node its own, except for the one port mapper."""
    chosen: list[Ports] = []
    taken: set[int] = set()
    while len(chosen) < size:
        ports = choose_ports()
        own = {ports.amqp, ports.distribution, ports.epmd, ports.management}
        if not own & taken:
            taken |= own
            epmd = chosen[0].epmd if chosen else ports.epmd
            chosen.append(Ports(ports.amqp, ports.distribution, epmd, ports.management))
    return chosen


def _folders(base: Path, size: int) -> list[NodeFolder]:
    """With one cookie and one password."""
    token = secrets.token_hex(4)
    folders = [NodeFolder.under(base / f"{number}") for number in range(1, size + 1)]
    folders[0].cookie()
    folders[0].credentials()
    for number, folder in enumerate(folders, 1):
        folder.write("name", f"pintu-{token}-{number}@localhost\n")
        for shared in (".erlang.cookie", "credentials.json"):
            folder.write(shared, (folders[0].path / shared).read_text())
    return folders


def _joining(folder: NodeFolder, first: NodeFolder) -> str:
    """The first node looks for nobody, the others for the first, which is up by then.

    Nodes that begin together look for each other only for a while, and then stay alone.
    """
    if folder == first:
        return ""
    return f"""\
cluster_formation.peer_discovery_backend = classic_config
cluster_formation.classic_config.nodes.1 = {first.name()}
cluster_formation.classic_config.nodes.2 = {folder.name()}
"""


def _configured(
    folder: NodeFolder, installed: Installed, ports: Ports, settings: str, management: bool
) -> ClusterNode:
    environment = write_configuration(folder, installed, ports, management=management)
    written = (folder.path / "rabbitmq.conf").read_text()
    folder.write("rabbitmq.conf", written + settings)
    return ClusterNode(folder, ports, environment, management)


def _spawn(
    command: Sequence[str], folder: Path, environment: dict[str, str]
) -> "subprocess.Popen[bytes]":
    """A process that ends with the thread that started it, also where that is killed."""
    setpriv = shutil.which("setpriv", path=f"{os.defpath}:/usr/sbin:/sbin")
    assert setpriv, "setpriv (package util-linux) is missing"
    log = folder / "log"
    log.mkdir(exist_ok=True)
    with (log / "console.log").open("ab") as console:
        return subprocess.Popen(
            [setpriv, "--pdeathsig", "KILL", *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            start_new_session=True,
        )
