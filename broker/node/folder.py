"""The folder of a node: what lies in it, and the lock under which it is started and joined."""

import contextlib
import fcntl
import json
import os
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from broker.node.errors import GivenUpError, StartFailedError
from broker.node.supervisor import NodeRecord

_TAKEN = ("eaddrinuse", "dist_port_already_used", "epmd, Erlang's port mapper, ended at once")
_TAIL_LINES = 25
_LOCK = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
_ANEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class NodeFolder:
    """Everything of a node lies under `path`; nothing of it is readable by other users."""

    path: Path

    @classmethod
    def under(cls, state_dir: Path) -> "NodeFolder":
        """The folder of the private node of a state folder; made if missing.

        Raises StartFailedError when it cannot be made or written to.
        """
        folder = cls((state_dir / "node").absolute())
        try:
            for part in (state_dir, folder.path, folder.path / "log", folder.path / "data"):
                part.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(folder.path / "start.lock", _LOCK, 0o600))
        except OSError as error:
            raise StartFailedError(
                f"The state folder {state_dir} cannot be used: {error}"
            ) from error
        return folder

    def name(self) -> str:
        """The Erlang node name. RabbitMQ finds its data by it, so it is made once and kept."""
        file = self.path / "name"
        with contextlib.suppress(OSError):
            name = file.read_text().strip()
            if name:
                return name
        kept = sorted(found for found in (self.path / "data").glob("pintu-*@localhost"))
        name = kept[0].name if kept else f"pintu-{secrets.token_hex(4)}@localhost"
        self.write("name", f"{name}\n")
        return name

    def credentials(self) -> tuple[str, str]:
        """User and password, which RabbitMQ takes over when it starts on empty data."""
        file = self.path / "credentials.json"
        with contextlib.suppress(OSError, ValueError, KeyError):
            known = json.loads(file.read_text())
            return str(known["user"]), str(known["password"])
        made = {"user": "pintu", "password": secrets.token_urlsafe(24)}
        self.write("credentials.json", json.dumps(made))
        return made["user"], made["password"]

    def cookie(self) -> None:
        """Erlang's shared secret; found by Erlang because HOME is this folder."""
        file = self.path / ".erlang.cookie"
        if not file.exists():
            self.write(file.name, secrets.token_hex(20))
        file.chmod(0o600)

    def write(self, name: str, text: str) -> None:
        """Write a file in one step, for its owner's eyes only."""
        new = self.path / f"{name}.new"
        descriptor = os.open(new, _ANEW, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(text)
        new.replace(self.path / name)

    def record(self) -> NodeRecord:
        """What the supervisor last said in `node.json`; empty if nothing or nothing readable."""
        with contextlib.suppress(OSError, ValueError):
            found = json.loads((self.path / "node.json").read_text())
            if isinstance(found, dict):
                return cast(NodeRecord, found)
        return {}

    def log_tail(self) -> str:
        """What RabbitMQ printed about its failure to start, or else the last lines it printed."""
        text = self._console()
        if text is None:
            return "(no log)"
        lines = [line.rstrip() for line in text.splitlines() if line.strip()]
        failed = next((n for n, line in enumerate(lines) if "BOOT FAILED" in line), None)
        end = len(lines) if failed is None else failed + _TAIL_LINES // 2
        return "\n".join(f"  {line}" for line in lines[max(0, end - _TAIL_LINES) : end])

    def ports_were_taken(self, detail: str) -> bool:
        """Whether the start failed for a port that somebody had; nobody need have it any more.

        `detail` is what the supervisor said of it: epmd itself ends without a word.
        """
        said = detail + (self._console() or "")
        return any(word in said for word in _TAKEN)

    def _console(self) -> str | None:
        """All that RabbitMQ and epmd printed since they were last started."""
        try:
            return (self.path / "log" / "console.log").read_text(errors="replace")
        except OSError:
            return None

    @contextlib.contextmanager
    def locked(self, seconds: float, give_up: threading.Event) -> Iterator[None]:
        """Only one process at a time looks for, starts or cleans up the node of a folder.

        The kernel lets go of the lock when its holder dies. Raises StartFailedError when it is
        not to be had in time, GivenUpError when `give_up` is set meanwhile.
        """
        with _opened(self.path / "start.lock") as descriptor:
            _take(descriptor, seconds, give_up, f"another process is starting the node in {self}")
            yield

    def wait_until_unused(self, seconds: float, give_up: threading.Event) -> None:
        """Wait until no supervisor and no RabbitMQ holds the data (they inherit a lock on it)."""
        with _opened(self.path / "alive.lock") as descriptor:
            _take(descriptor, seconds, give_up, f"a RabbitMQ still runs on the data in {self}")

    def __str__(self) -> str:
        return str(self.path)


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[int]:
    descriptor = os.open(file, _LOCK, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int, seconds: float, give_up: threading.Event, otherwise: str) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise StartFailedError(f"Gave up after {seconds:.0f} s: {otherwise}.") from None
        if give_up.wait(0.05):
            raise GivenUpError("No longer wanted.")
