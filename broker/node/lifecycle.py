"""Start, join, stop and kill a private node. Blocking; `private_node` is the face for asyncio."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from broker.node import supervisor
from broker.node.configuration import write_configuration
from broker.node.errors import GivenUpError, StartFailedError
from broker.node.folder import NodeFolder
from broker.node.installed import Installed, find_installed
from broker.node.processes import Process
from broker.node.supervisor import NodeRecord, Plan
from broker.node.tcp_ports import Ports, choose_ports

_STOP_SECONDS = 25.0
_PORT_TRIES = 3


@dataclass(frozen=True, slots=True)
class Node:
    """A node that was ready a moment ago. `started_here`: this process stops it."""

    folder: NodeFolder
    url: str = field(repr=False)
    management_url: str | None = field(repr=False)
    ports: Ports
    started_here: bool
    _supervisor: "subprocess.Popen[bytes] | None"

    def stop(self) -> None:
        """Stop it in good order, with everything that belongs to it; nothing if only joined."""
        if self._supervisor is None:
            return
        _tell_to_stop(self._supervisor)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._supervisor.wait(_STOP_SECONDS)
            return
        self._supervisor.kill()
        self._supervisor.wait()
        _end_leftovers(self.folder.record())

    def kill(self) -> None:
        """`kill -9` RabbitMQ, as a crash would; what follows is up to the supervisor."""
        broker = Process.from_record(self.folder.record().get("broker"))
        if broker:
            broker.kill()

    def broker_pid(self) -> int | None:
        """The pid of the Erlang VM, if it is running."""
        broker = Process.from_record(self.folder.record().get("broker"))
        return broker.pid if broker and broker.is_running() else None

    def wait_until_ended(self, seconds: float) -> bool:
        """Whether the node's supervisor ended within that time (starter only)."""
        if self._supervisor is None:
            raise ValueError("only the process that started a node can wait for its end")
        try:
            self._supervisor.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the caller asked for; `until` is a moment of the monotonic clock."""

    management: bool
    restart: bool
    until: float
    give_up: threading.Event


def open_node(
    state_dir: Path,
    *,
    management: bool = True,
    restart: bool = True,
    within: float = 90.0,
    give_up: threading.Event | None = None,
) -> Node:
    """Join the node of this state folder if one runs, else clean up behind it and start it.

    `restart`: whether RabbitMQ is started again when it dies by itself. `within` is in seconds.
    Raises NotInstalledError, StartFailedError (with the end of the log) and, once `give_up` is
    set, GivenUpError.
    """
    give_up = give_up or threading.Event()
    wish = _Wish(management, restart, time.monotonic() + within, give_up)
    folder = NodeFolder.under(state_dir)
    with folder.locked(within, give_up):
        record = folder.record()
        joined = _join(folder, record, wish)
        if joined:
            return joined
        _end_leftovers(record)
        folder.wait_until_unused(_STOP_SECONDS, give_up)
        ports = _ports_of(record)
        if ports is None or not ports.all_free():
            ports = choose_ports(instead_of=ports)
        tries = 0
        while True:
            tries += 1
            try:
                return _start(folder, ports, wish)
            except StartFailedError as why:
                taken = not ports.all_free() or folder.ports_were_taken(str(why))
                if tries == _PORT_TRIES or not taken:
                    raise
                ports = choose_ports(instead_of=ports)


def _join(folder: NodeFolder, record: NodeRecord, wish: _Wish) -> Node | None:
    """The running node, or None when there is none that will last.

    A node whose starter is gone is about to stop: it is not joined. While its supervisor starts
    RabbitMQ again after a crash, it is waited for.
    """
    supervising = Process.from_record(record.get("supervisor"))
    owner = Process.from_record(record.get("owner"))
    while supervising and owner and supervising.is_running() and owner.is_running():
        if record.get("state") == "ready":
            return _node(folder, record, None)
        if record.get("state") != "starting" or "ready_at" not in record:
            return None
        if time.monotonic() >= wish.until or wish.give_up.wait(0.05):
            raise GivenUpError("No longer wanted, or RabbitMQ takes too long to come back.")
        record = folder.record()
    return None


def _start(folder: NodeFolder, ports: Ports, wish: _Wish) -> Node:
    installed = find_installed()
    environment = write_configuration(folder, installed, ports, management=wish.management)
    user, password = folder.credentials()
    where = f"{user}:{password}@127.0.0.1"
    plan: Plan = {
        "environment": environment,
        "broker": ["home/sbin/rabbitmq-server"],
        "epmd": [str(installed.epmd), "-port", str(ports.epmd), "-address", "127.0.0.1"],
        "before_stop": _before_stop(installed, folder, wish),
        "marker": folder.name(),
        "restart": wish.restart,
        "record": {
            "version": 1,
            "name": folder.name(),
            "ports": asdict(ports),
            "url": f"amqp://{where}:{ports.amqp}/%2F",
            "management_url": f"http://{where}:{ports.management}" if wish.management else None,
            "owner": Process.current().record(),
        },
    }
    (folder.path / "node.json").unlink(missing_ok=True)
    folder.write("log/console.log", "")
    supervising = subprocess.Popen(
        [sys.executable, "-I", "-S", supervisor.__file__, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=(folder.path / "log" / "console.log").open("ab"),
        start_new_session=True,  # Ctrl-C at the terminal is for pintu, which finishes its work
    )
    try:
        assert supervising.stdin is not None
        supervising.stdin.write(json.dumps(plan).encode() + b"\n")
        supervising.stdin.flush()
        return _node(folder, _wait_until_ready(folder, supervising, wish), supervising)
    except BaseException:
        _tell_to_stop(supervising)
        with contextlib.suppress(subprocess.TimeoutExpired):
            supervising.wait(_STOP_SECONDS)
        supervising.kill()
        supervising.wait()
        _end_leftovers(folder.record())
        raise


def _before_stop(installed: Installed, folder: NodeFolder, wish: _Wish) -> list[str]:
    """What spares RabbitMQ five seconds of its shutdown.

    On leaving, the management plugin's event handler asks Erlang's application controller for
    something, while that one waits for the handler; it gives up after five seconds.
    """
    if not wish.management or installed.erl_call is None:
        return []
    call = "gen_event delete_handler [rabbit_event,rabbit_mgmt_db_handler,[]]"
    return [str(installed.erl_call), "-sname", folder.name(), "-timeout", "5", "-a", call]


def _wait_until_ready(
    folder: NodeFolder, supervising: "subprocess.Popen[bytes]", wish: _Wish
) -> NodeRecord:
    while True:
        record = folder.record()
        if record.get("state") == "ready":
            return record
        if supervising.poll() is not None:
            detail = (
                folder.record().get("detail")
                or f"its supervisor ended with {supervising.returncode}"
            )
            raise StartFailedError(
                f"RabbitMQ did not start: {detail}. The end of {folder.path}/log/console.log:\n"
                f"{folder.log_tail()}"
            )
        if time.monotonic() >= wish.until:
            raise StartFailedError(
                f"RabbitMQ was not ready in time. The end of {folder.path}/log/console.log:\n"
                f"{folder.log_tail()}"
            )
        if wish.give_up.wait(0.03):
            raise GivenUpError("No longer wanted.")


def _node(
    folder: NodeFolder, record: NodeRecord, supervising: "subprocess.Popen[bytes] | None"
) -> Node:
    return Node(
        folder,
        record["url"],
        record["management_url"],
        Ports(**record["ports"]),
        started_here=supervising is not None,
        _supervisor=supervising,
    )


def _ports_of(record: NodeRecord) -> Ports | None:
    try:
        return Ports(**record["ports"])
    except (KeyError, TypeError):
        return None


def _tell_to_stop(supervising: "subprocess.Popen[bytes]") -> None:
    if supervising.stdin:
        with contextlib.suppress(OSError):
            supervising.stdin.close()


def _end_leftovers(record: NodeRecord) -> None:
    """End what an earlier start left behind: only processes that provably are the recorded ones."""
    for role in ("supervisor", "broker", "epmd"):
        process = Process.from_record(record.get(role))
        if process:
            process.end(_STOP_SECONDS if role == "supervisor" else 10.0)
