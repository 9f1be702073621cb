"""What the probes bring and the checks judge: values alone, so that any fault can be made up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from broker.amqp.address import Address
from broker.amqp.inspecting import Depth, Host
from broker.amqp.topology import Difference
from broker.domain.clocks import WorkingCalendar
from broker.node.seen import SeenNode
from broker.ports import ClockState
from broker.store.inspecting import Server, Store
from config.language import gettext
from pintu.doctor.finding import NotSeen, Seen, absent


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the environment that cannot be used, and why."""

    name: str
    says: str
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class PasswordFile:
    """A file that a variable names for what holds a password."""

    variable: str
    path: Path
    mode: int


@dataclass(frozen=True, slots=True)
class Environment:
    wrong: tuple[Variable, ...]
    files: tuple[PasswordFile, ...]
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class Certificate:
    """``whose``: the host or the file that it is of. ``ours``: a client's or an authority's, from
    a file of the settings."""

    whose: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Folder:
    """The state folder. ``loose``: what others of this machine may read or write in it, with its
    rights; ``foreign``: what belongs to somebody else; ``free`` and ``whole``: bytes of its disk;
    ``held``: bytes of the SQLite files."""

    path: Path
    mode: int
    writable: bool
    loose: tuple[tuple[str, int], ...]
    foreign: tuple[str, ...]
    free: int
    whole: int
    held: int


@dataclass(frozen=True, slots=True)
class Node:
    """The private node; ``missing``: why RabbitMQ is not on this machine."""

    look: SeenNode
    missing: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """A node of the cluster, as the management API tells of it. Bytes."""

    name: str
    running: bool
    alarms: tuple[str, ...]
    free: int | None
    limit: int | None
    partitions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Regular expressions of what a user may configure, write and read; by exchange those of the
    routing keys that it may write."""

    configure: str
    write: str
    read: str
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that is in force for queues of ours, with what it sets and they do not ask for."""

    name: str
    sets: str
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Management:
    """What RabbitMQ's management API shows, each part by itself; a user may see some alone.

    ``given``: whether the settings name it; ``allowed``: of our user, None where it may nothing.
    """

    given: bool
    reached: Seen[bool]
    tags: Seen[tuple[str, ...]]
    allowed: Seen[Allowed | None]
    flags_off: Seen[tuple[str, ...]]
    members: Seen[tuple[Member, ...]]
    policies: Seen[tuple[Policy, ...]]


@dataclass(frozen=True, slots=True)
class Broker:
    """RabbitMQ as AMQP shows it. ``private``: of this state folder; ``needs``: the names of all
    exchanges and queues."""

    address: Address
    private: bool
    hosts: tuple[Host, ...]
    needs: Seen[tuple[str, ...]]
    depths: Seen[Mapping[str, Depth]]
    publishing: Seen[str]
    """Why publishes are not taken; empty where they are."""
    topology: Seen[tuple[Difference, ...]]
    management: Management
    certificates: Seen[tuple[Certificate, ...]]


@dataclass(frozen=True, slots=True)
class Files:
    """The SQLite files: which are there, and what is wrong inside of one."""

    there: tuple[str, ...]
    damaged: Mapping[str, str]
    not_examined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Database:
    """A PostgreSQL URL and the server behind it."""

    host: str
    sslmode: str
    here: bool
    server: Seen[Server]
    certificates: Seen[tuple[Certificate, ...]]


@dataclass(frozen=True, slots=True)
class Backup:
    """The last that this program made, or PostgreSQL archived; None where there was none."""

    made_at: datetime | None
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """``errors`` with file and place; the rest is None where there are errors.

    ``learned_at``: when the learned model was made, None where there is none. ``mail_queues``:
    those that mails are made of.
    """

    folder: str
    errors: tuple[str, ...]
    version: str | None = None
    region: str | None = None
    zone: str | None = None
    calendar: WorkingCalendar | None = None
    learned_at: datetime | None = None
    mail_queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the program, as it tells over HTTP. ``wanting``: by condition why it does not
    hold; ``version`` and ``rules`` are None where it does not tell."""

    url: str
    wanting: Mapping[str, str]
    version: str | None
    rules: str | None
    refused: bool


@dataclass(frozen=True, slots=True)
class Attachments:
    """Where files lie that come with complaints. ``wrong``: why none can be kept; ``scanner`` and
    ``silent``: where a virus scanner is, None for none, and why it does not answer; all empty where
    all is well. ``hidden``: the address that links name, where nobody outside reaches it."""

    where: str
    wrong: str = ""
    scanner: str | None = None
    silent: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """``server``: without a password, None where none is named; ``problem``: why no mail can be
    handed in, empty where it can; ``gateway``: what links begin with; ``contacts``: how many have
    an address, ``examples``: who has none yet; ``drained``: agencies whose queue becomes mail."""

    server: str | None
    sender: str | None
    problem: str
    gateway: str
    contacts: int
    examples: tuple[str, ...] = ()
    drained: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Oidc:
    """A provider of accounts elsewhere; ``why``: why nobody can sign in there, else empty."""

    issuer: str
    why: str


@dataclass(frozen=True, slots=True)
class OutsideDoor:
    """The gateway as it is reached from outside. ``url``: what the settings say; ``why``: why it is
    not reached there, empty where it is; ``certificates``: what is presented there."""

    url: str
    here: bool
    why: str
    certificates: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class Door:
    """The gateway. ``address``: where it is to listen; ``named``: whether the settings say so;
    ``here``: whether that is on loopback; ``why``: why nobody answers there, empty where the
    gateway does; ``pages``: by page what is wrong with it."""

    address: str
    named: bool
    here: bool
    why: str
    pages: Mapping[str, str]
    outside: OutsideDoor | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it. ``version``: of this program; ``clock``: what does not agree, empty where all
    does."""

    now: datetime
    version: str
    environment: Environment
    folder: Seen[Folder]
    node: Seen[Node]
    broker: Seen[Broker]
    configuration: Seen[Configuration]
    files: Seen[Files]
    stores: Mapping[str, Seen[Store]]
    database: Seen[Database]
    backup: Seen[Backup]
    clock: Seen[str]
    processes: Seen[tuple[Process, ...]]
    attachments: Seen[Attachments]
    door: Seen[Door]
    owners: Seen[frozenset[str]]
    """Whom a key may be of: ``channel.<code>`` and ``agency.<code>`` of the configuration."""
    mail: Seen[Mail] = field(default_factory=absent)
    oidc: Seen[Oidc] = field(default_factory=absent)

    def environment_blocks(self, name: str) -> bool:
        """Whether a variable cannot be used, so that nothing could be looked at."""
        names = (f"PINTU_{name}", f"PINTU_{name}_FILE")
        return any(one.name in names for one in self.environment.wrong)

    def clocks(self) -> ClockState:
        """What the case store remembers of clocks. Raises NotSeen."""
        found = self.stores["cases"].get().clocks
        if found is None:
            raise NotSeen(gettext("the case store has no tables of this version"))
        return found
