"""A PostgreSQL server of the tests' own: on a free loopback port, gone when the tests are."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psutil
import psycopg

from broker.node.tcp_ports import choose_ports
from tests.support.eventually import eventually

_LIBC = ctypes.CDLL(None)
_QUICK = {
    "fsync": "off",  # the data does not outlive the tests
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
}


class NoPostgresError(Exception):
    """PostgreSQL is not installed here; the text says what to do."""


class OwnPostgres:
    """`url` is that of the maintenance database; `database()` makes one for a test.

    Settings of the server may be given by name.
    """

    def __init__(self, **settings: str) -> None:
        self._settings = _QUICK | settings
        self._bin = _programs()
        self._user = _somebody()
        self._folder = Path(tempfile.mkdtemp(prefix="pintu-postgres-"))
        self._server: subprocess.Popen[bytes] | None = None
        try:
            self._create()
            self._start(choose_ports().amqp)
        except BaseException:
            self.stop()
            raise

    def database(self, name: str) -> str:
        """The URL of a new, empty database."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"{self.url.rsplit('/', 1)[0]}/{name}"

    def drop(self, name: str) -> None:
        """Together with whatever is still connected to it."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())

    def hold(self) -> None:
        """Every process of the server stands still: nothing is answered, nothing is refused."""
        for process in self._processes():
            process.suspend()

    def release(self) -> None:
        """It goes on, as if nothing had been."""
        for process in self._processes():
            with contextlib.suppress(psutil.NoSuchProcess):  # one that just ended
                process.resume()

    def cut(self, database: str) -> int:
        """End all connections of a database; gives how many there were."""
        query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
        with psycopg.connect(self.url, autocommit=True) as connection:
            row = connection.execute(query, (database,)).fetchone()
        return row[0] if row else 0

    def shut(self) -> None:
        """At once, without a checkpoint; it stays down until `start`."""
        if self._server:
            self.release()
            self._server.send_signal(signal.SIGQUIT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._server.wait(10)
            self._server.kill()
            self._server.wait()

    def kill(self) -> None:
        """`kill -9` of every process of the server; it stays down until `start`."""
        processes = self._processes()
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        if self._server:
            self._server.wait()
        psutil.wait_procs(processes)

    def start(self) -> None:
        """Up again after `shut` or `kill`; the same port and data."""
        self._start(int(self.url.rsplit(":", 1)[1].split("/")[0]))

    def stop(self) -> None:
        """At once; the data goes too."""
        self.shut()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _create(self) -> None:
        if self._user:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        subprocess.run(
            [
                *(str(self._bin / "initdb"), "--pgdata", str(self._folder / "data")),
                *("--username=pintu", "--auth=trust", "--encoding=UTF8", "--locale=C"),
                "--no-sync",
            ],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            user=self._user.pw_uid if self._user else None,
            group=self._user.pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
        )

    def _processes(self) -> list[psutil.Process]:
        if self._server is None or self._server.poll() is not None:
            return []
        server = psutil.Process(self._server.pid)
        return [server, *server.children()]

    def _start(self, port: int) -> None:
        self.url = f"postgresql://pintu@127.0.0.1:{port}/postgres"
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        self._server = subprocess.Popen(
            [
                *(str(self._bin / "postgres"), "-D", str(self._folder / "data")),
                *(f"--port={port}", *settings),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            start_new_session=True,
            preexec_fn=_end_with_the_tests,  # noqa: PLW1509 -- no thread of ours at that time
            user=self._user.pw_uid if self._user else None,
            group=self._user.pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
        )
        eventually(self._answers, saying="PostgreSQL did not come up")

    def _answers(self) -> bool:
        assert self._server and self._server.poll() is None, "the server ended"
        try:
            with psycopg.connect(self.url, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False


def _end_with_the_tests() -> None:
    """SIGQUIT (immediate shutdown) when the test process dies, also by `kill -9`."""
    _LIBC.prctl(1, int(signal.SIGQUIT), 0, 0, 0)


def _programs() -> Path:
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major, reverse=True)
    for folder in candidates:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise NoPostgresError(
        "PostgreSQL (initdb, postgres) is not installed: sudo apt-get install postgresql"
    )


def _major(folder: Path) -> int:
    return int("".join(filter(str.isdigit, folder.parent.name)) or 0)


def _somebody() -> pwd.struct_passwd | None:
    """Whom to run the server as: PostgreSQL refuses root. None: as we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgresError("PostgreSQL refuses to run as root, and there is no other user for it")
