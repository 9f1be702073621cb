"""What may befall a town: each outage as a block during which it lasts."""

import asyncio
import os
import signal
import sqlite3
import threading
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg

from broker.node import Node
from tests.contract.gate import Gate
from tests.support.eventually import PATIENCE
from tests.support.nodes import Management
from tests.support.rabbitmqctl import rabbitmqctl

_QUORUM: Final = """
    [ra:{do}(quorum_queues, amqqueue:get_pid(Q))
     || Q <- rabbit_amqqueue:list(<<"{vhost}">>), amqqueue:get_type(Q) =:= rabbit_quorum_queue,
        {which}]."""
_ALL: Final = "true"
_ONE: Final = 'element(4, amqqueue:get_name(Q)) =:= <<"{queue}">>'


class Wire:
    """A gate to a broker, in a thread of its own: what goes through it may be held."""

    def __init__(self, host: str, port: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._gate = Gate(host, port)
        self._do(self._gate.open())

    @property
    def port(self) -> int:
        return self._gate.port

    @contextmanager
    def black_hole(self) -> Iterator[None]:
        """Nothing comes back and nothing is refused, as behind a firewall that forgot."""
        self._loop.call_soon_threadsafe(self._gate.hold)
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._gate.release)

    def close(self) -> None:
        self._do(self._gate.shut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def _do(self, work: Any) -> None:
        done: Future[Any] = asyncio.run_coroutine_threadsafe(work, self._loop)
        done.result(PATIENCE)


@contextmanager
def stopped(node: Node) -> Iterator[None]:
    """The node stands still, and its connections stay open."""
    pid = node.broker_pid()
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def permissions_cleared(management: Management, vhost: str) -> Iterator[None]:
    """The user may do nothing any more in its virtual host; its channels may what they might."""
    path = f"/permissions/{urllib.parse.quote(vhost, safe='')}/{management.user}"
    management.call("PUT", path, {"configure": "", "write": "", "read": ""})
    try:
        yield
    finally:
        management.call("PUT", path, {"configure": ".*", "write": ".*", "read": ".*"})


@contextmanager
def quorum_queues_down(node: Node, vhost: str, queue: str | None = None) -> Iterator[None]:
    """None of them has a member that runs, as after a full disk; or this one has none."""
    which = _ALL if queue is None else _ONE.format(queue=queue)
    rabbitmqctl(node, "eval", _QUORUM.format(do="stop_server", vhost=vhost, which=which))
    try:
        yield
    finally:
        rabbitmqctl(node, "eval", _QUORUM.format(do="restart_server", vhost=vhost, which=which))


@contextmanager
def tables_locked(url: str) -> Iterator[None]:
    """Somebody holds the tables of PostgreSQL, and works on."""
    with psycopg.connect(url) as somebody:
        somebody.execute("LOCK TABLE journal, cases IN ACCESS EXCLUSIVE MODE")
        yield
        somebody.rollback()


@contextmanager
def files_locked(state_dir: Path) -> Iterator[None]:
    """Somebody holds the files of SQLite."""
    files = sorted(state_dir.glob("*.sqlite3"))
    assert len(files) == 2, files
    with ExitStack() as stack:
        for file in files:
            somebody = stack.enter_context(closing(sqlite3.connect(file, isolation_level=None)))
            somebody.execute("PRAGMA busy_timeout = 30000")
            somebody.execute("BEGIN IMMEDIATE")
            stack.callback(somebody.execute, "ROLLBACK")
        yield
