"""What a user may do on RabbitMQ: permissions, topic permissions, limits, as RabbitMQ has them
(https://www.rabbitmq.com/docs/access-control)."""

from dataclasses import dataclass, field
from typing import Final

NOTHING: Final = "^$"
ANY_KEY: Final = ".*"


@dataclass(frozen=True, slots=True)
class Limits:
    """At most so many connections and channels at a time."""

    connections: int
    channels: int


_OUTSIDE: Final = Limits(connections=20, channels=200)
"""Several instances on several nodes, and none that can exhaust a broker by itself."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The routing keys that a user may publish with on a topic exchange: a regular expression."""

    exchange: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Access:
    """What one user may do in the virtual host of the topology.

    ``configure``, ``write``, ``read``: regular expressions on names of exchanges and queues;
    ``keys``: for every topic exchange that ``write`` matches; ``tags``: of the management API;
    ``limits``: None for the parts of this system, of which any number may run.
    """

    user: str
    who: str
    configure: str = NOTHING
    write: str = NOTHING
    read: str = NOTHING
    keys: tuple[Keys, ...] = ()
    tags: tuple[str, ...] = ()
    limits: Limits | None = field(default=_OUTSIDE)
