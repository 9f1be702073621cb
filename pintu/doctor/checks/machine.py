"""This machine: the state folder and its rights, the disk, the private RabbitMQ node."""

from collections.abc import Iterator
from typing import Final

from pintu.doctor.catalog import check
from pintu.doctor.facts import Facts
from pintu.doctor.finding import Fine, Outcome, broken, listed, risk

_SUBJECT = "machine"
_OTHERS: Final = 0o077
LEAST_FREE: Final = 1 << 30
"""Bytes: RabbitMQ's log alone may take a good part of it."""
NO_ROOM: Final = 1 << 26
_MEGA: Final = 1_000_000


@check("state-rights", _SUBJECT, "the state folder, or a file in it, that others may read or write")
def rights(facts: Facts) -> Iterator[Outcome]:
    folder = facts.folder.get()
    if folder.mode & _OTHERS:
        says = f"has the rights {folder.mode:04o}: complaints and the node's password lie in it"
        yield risk(str(folder.path), says, f"chmod 700 '{folder.path}'")
    if folder.loose:
        named = listed(f"{name} ({mode:04o})" for name, mode in folder.loose)
        mends = f"chmod -R go-rwx '{folder.path}'"
        yield risk(str(folder.path), f"others may read or write {named}", mends)


@check(
    "state-owner",
    _SUBJECT,
    "a state folder that this user may not write, or files in it that belong to somebody else",
)
def owner(facts: Facts) -> Iterator[Outcome]:
    folder = facts.folder.get()
    if not folder.writable:
        yield broken(
            str(folder.path),
            "this user may not write there",
            "run as the user that the program runs as, or name another PINTU_STATE_DIR",
        )
    if folder.foreign:
        says = f"{listed(folder.foreign)}: belongs to another user than the folder does"
        mends = f"chown -R --reference='{folder.path}' '{folder.path}'"
        yield risk(str(folder.path), says, mends)


@check(
    "disk",
    _SUBJECT,
    "little room on the disk of the state folder: less than 1 GiB, or than the SQLite files take"
    " (a copy of them needs as much)",
)
def disk(facts: Facts) -> Iterator[Outcome]:
    folder = facts.folder.get()
    free = f"{folder.free // _MEGA:,} of {folder.whole // _MEGA:,} MB are free"
    if folder.free < NO_ROOM:
        yield broken(str(folder.path), free, "make room: df -h; SQLite cannot write without")
    elif folder.free < LEAST_FREE:
        yield risk(str(folder.path), free, "make room (df -h), or move the folder")
    elif folder.free < folder.held:
        says = f"{free}, and the store takes {folder.held // _MEGA:,} MB: no copy of it has room"
        yield risk(str(folder.path), says, "make room (df -h), or move the folder")
    else:
        yield Fine(free)


@check(
    "node",
    _SUBJECT,
    "a private RabbitMQ node that does not run, failed, or is about to stop; or no RabbitMQ on this"
    " machine to start one from",
)
def node(facts: Facts) -> Iterator[Outcome]:
    found = facts.node.get()
    if found.missing is not None:
        what, *advice = found.missing.splitlines()
        mends = "; ".join(line.strip(" -") for line in advice[1:]) or "install rabbitmq-server"
        yield broken("private node", what, mends)
    look = found.look
    log = look.folder / "log"
    if look.state == "ready" and look.owner is not None:
        yield Fine("runs")
    elif look.state == "ready":
        says = "is about to stop: the process that started it is gone"
        yield broken("private node", says, "pintu run all")
    elif look.state == "starting":
        says = "is being started, and not ready yet"
        yield broken("private node", says, f"look again; if it stays so: {log}")
    elif look.failed is not None:
        says = f"failed: {look.failed or 'RabbitMQ did not start'}"
        yield broken("private node", says, f"see {log}, then: pintu run all")
    else:
        says = "does not run, so nothing is routed"
        yield broken("private node", says, "pintu run all, or set PINTU_AMQP_URL")
