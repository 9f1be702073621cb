"""Find the RabbitMQ of this machine: its real scripts, not the wrapper that changes the user.

Debian's /usr/sbin/rabbitmq-server runs the server as user `rabbitmq` when called by root and
refuses anybody else. The script it wraps has no such opinion and is what a private node needs.
"""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from broker.node.errors import NotInstalledError

_ROOTS = ("/usr/lib/rabbitmq/lib", "/usr/local/lib/rabbitmq/lib", "/opt", "/usr/local")
_ERLANG_ROOTS = ("/usr/lib/erlang", "/usr/lib64/erlang", "/usr/local/lib/erlang", "/opt/erlang")
_ADVICE = """\
Do one of these:
  - install it:             sudo apt-get install rabbitmq-server
  - or run it in a container: docker compose up -d rabbitmq, and set PINTU_AMQP_URL
  - or use one you have:    set PINTU_AMQP_URL=amqp://user:password@host:5672/%2F"""


@dataclass(frozen=True, slots=True)
class Installed:
    """`home` holds `sbin/` and `plugins/`; `path` is where `erl` is found.

    `epmd` is Erlang's port mapper, `erl_call` (None where it is missing) calls a function of a
    running node.
    """

    home: Path
    epmd: Path
    erl_call: Path | None
    path: str


def find_installed() -> Installed:
    """Raises NotInstalledError, with what to do, when RabbitMQ or Erlang is missing."""
    home = next(_homes(), None)
    if home is None:
        raise NotInstalledError(
            f"RabbitMQ (the command rabbitmq-server) is not installed.\n{_ADVICE}"
        )
    path = os.environ.get("PATH", "/usr/local/bin:/usr/bin:/bin")
    epmd = next(_epmds(path), None)
    if shutil.which("erl", path=path) is None or epmd is None:
        raise NotInstalledError(
            f"RabbitMQ is in {home}, but Erlang (erl, epmd) is not installed.\n{_ADVICE}"
        )
    erl_call = epmd.resolve().parent / "erl_call"
    return Installed(home, epmd, erl_call if erl_call.is_file() else None, path)


def _homes() -> Iterator[Path]:
    on_path = shutil.which("rabbitmq-server")
    if on_path:
        yield from _home_of(Path(on_path).resolve().parent)
    for root in map(Path, _ROOTS):
        for found in sorted(root.glob("rabbitmq*"), key=_version, reverse=True):
            yield from _home_of(found / "sbin")


def _home_of(sbin: Path) -> Iterator[Path]:
    """The folder above `sbin`, if both look like RabbitMQ's own."""
    plugins = sbin.parent / "plugins"
    if all((sbin / script).is_file() for script in ("rabbitmq-server", "rabbitmq-env")) and (
        plugins.is_dir()
    ):
        yield sbin.parent


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", folder.name))


def _epmds(path: str) -> Iterator[Path]:
    on_path = shutil.which("epmd", path=path)
    if on_path:
        yield Path(on_path)
    for root in map(Path, _ERLANG_ROOTS):
        yield from sorted(root.glob("erts-*/bin/epmd"), reverse=True)
