"""The programs that are measured: how each is started, or why it cannot be."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.peers.keys import TABLE, URL

ROOT: Final = Path(__file__).parents[2]
PEERS: Final = ROOT / "bench" / "peers"
ENVIRONMENT: Final = ROOT / ".cache" / "peers"
"""The environment of FastStream and of the plot: `scripts/bootstrap.sh peers` makes it."""
NODE_MODULES: Final = ROOT / ".cache" / "node" / "node_modules"
ROUTER: Final = "router"
ROUTER_FROM_TEXT: Final = "router-text"
C_RELAY: Final = "librabbitmq"


@dataclass(frozen=True, slots=True)
class Peer:
    """One program. ``missing`` says why it cannot be started here; None where it can."""

    name: str
    title: str
    command: Sequence[str] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    missing: str | None = None
    from_text: bool = False
    """It gets complaints without a category."""

    def environment(self, url: str, keys: Path, state: Path) -> dict[str, str]:
        """What the process is started with; ``state`` is a folder of its own."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("PINTU_")}
        pintu = {
            "PINTU_AMQP_URL": url,
            "PINTU_STATE_DIR": str(state),
            "PINTU_HTTP": "127.0.0.1:0",
            "PINTU_LOG_FORMAT": "json",
        }
        peer = {URL: url, TABLE: str(keys), "PYTHONPATH": str(ROOT), **self.variables}
        return own | pintu | peer


def peers(folder: Path) -> list[Peer]:
    """All, in the order of the first round; what has to be compiled is, into ``folder``."""
    router = [sys.executable, "-m", "pintu", "run", "router"]
    return [
        _c(folder),
        Peer(ROUTER, "Pintu's router, category given", router),
        Peer(ROUTER_FROM_TEXT, "Pintu's router, from the text", router, from_text=True),
        _node(),
        _aio_pika("aiopika-many", "aio-pika, 400 in flight", "bench.peers.aiopika_many"),
        _faststream(),
        _aio_pika("aiopika-one", "aio-pika, one at a time", "bench.peers.aiopika_one"),
    ]


def _aio_pika(name: str, title: str, module: str) -> Peer:
    return Peer(name, title, [sys.executable, "-m", module])


def _faststream() -> Peer:
    python = ENVIRONMENT / "bin" / "python"
    missing = None if python.exists() else "it is not installed (it needs PyPI)"
    command = [str(python), "-m", "bench.peers.faststream_relay"]
    return Peer("faststream", "FastStream", command, missing=missing)


def _node() -> Peer:
    node, there = shutil.which("node"), (NODE_MODULES / "amqplib").exists()
    missing = None if node and there else "Node or its amqplib is not installed (apt, npm)"
    command = [node or "node", str(PEERS / "relay.js")]
    variables = {"NODE_PATH": str(NODE_MODULES), "NODE_ENV": "production"}
    return Peer("amqplib", "Node, amqplib", command, variables, missing)


def _c(folder: Path) -> Peer:
    """Compiled as Debian compiles its packages: -O2."""
    program, compiler = folder / "relay", shutil.which("cc")
    missing = "there is no C compiler (apt: gcc)"
    if compiler:
        command = [compiler, "-O2", "-o", str(program), str(PEERS / "relay.c"), "-lrabbitmq"]
        done = subprocess.run(command, check=False, capture_output=True)
        missing = "it does not compile: is librabbitmq-dev installed (apt)?"
        if done.returncode == 0:
            return Peer(C_RELAY, "C, librabbitmq", [str(program)])
    return Peer(C_RELAY, "C, librabbitmq", missing=missing)
