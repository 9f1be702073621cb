"""Free ports on the loopback interface."""

import random
import socket
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

# Ports that a system RabbitMQ or its tools would use; a private node stays out of their way.
_TAKEN_BY_CUSTOM = frozenset({15671, 15672, 15692, 25672, *range(35672, 35683)})
_LOWEST = 10_000


@dataclass(frozen=True, slots=True)
class Ports:
    amqp: int
    distribution: int
    epmd: int
    management: int

    def all_free(self) -> bool:
        return all(is_free(port) for port in (self.amqp, self.distribution, self.epmd)) and (
            is_free(self.management)
        )


def choose_ports(instead_of: Ports | None = None) -> Ports:
    """Four different ports that nobody listens on at this moment, none of those it is instead of:
    one of them was somebody's, and may be again."""
    avoided = _TAKEN_BY_CUSTOM.union(astuple(instead_of) if instead_of else ())
    chosen: set[int] = set()
    while len(chosen) < len(Ports.__dataclass_fields__):
        port = random.SystemRandom().randrange(_LOWEST, _first_ephemeral())
        if port not in avoided and is_free(port):
            chosen.add(port)
    return Ports(*sorted(chosen))


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now (a connection still winding down is fine)."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def _first_ephemeral() -> int:
    """Where the kernel's range for outgoing connections begins.

    A node keeps its ports over a restart. In the ephemeral range a client that tries to
    reconnect meanwhile could be given the very port as its own and connect to itself.
    """
    try:
        words: Iterable[str] = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
        first = int(next(iter(words)))
    except (OSError, ValueError, StopIteration):
        first = 32_768
    return first if first >= _LOWEST + 1_000 else 32_768
