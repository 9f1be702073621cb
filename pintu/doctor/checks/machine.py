"""This machine: the state folder and its rights, the disk, the private RabbitMQ node."""

from collections.abc import Iterator
from typing import Final

from config.language import gettext, worded
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
        says = worded(
            "has the rights {mode:04o}: complaints and the node's password lie in it",
            mode=folder.mode,
        )
        yield risk(str(folder.path), says, f"chmod 700 '{folder.path}'")
    if folder.loose:
        named = listed(f"{name} ({mode:04o})" for name, mode in folder.loose)
        mends = worded("chmod -R go-rwx '{path}'", path=folder.path)
        yield risk(str(folder.path), worded("others may read or write {named}", named=named), mends)


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
            gettext("this user may not write there"),
            gettext("run as the user that the program runs as, or name another PINTU_STATE_DIR"),
        )
    if folder.foreign:
        says = worded(
            "{listed}: belongs to another user than the folder does", listed=listed(folder.foreign)
        )
        mends = worded("chown -R --reference='{path}' '{path}'", path=folder.path)
        yield risk(str(folder.path), says, mends)


@check(
    "disk",
    _SUBJECT,
    "little room on the disk of the state folder: less than 1 GiB, or than the SQLite files take"
    " (a copy of them needs as much)",
)
def disk(facts: Facts) -> Iterator[Outcome]:
    folder = facts.folder.get()
    free = worded(
        "{free:,} of {whole:,} MB are free", free=folder.free // _MEGA, whole=folder.whole // _MEGA
    )
    if folder.free < NO_ROOM:
        yield broken(
            str(folder.path), free, gettext("make room: df -h; SQLite cannot write without")
        )
    elif folder.free < LEAST_FREE:
        yield risk(str(folder.path), free, gettext("make room (df -h), or move the folder"))
    elif folder.free < folder.held:
        says = worded(
            "{free}, and the store takes {held:,} MB: no copy of it has room",
            free=free,
            held=folder.held // _MEGA,
        )
        yield risk(str(folder.path), says, gettext("make room (df -h), or move the folder"))
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
        mends = "; ".join(line.strip(" -") for line in advice[1:]) or gettext(
            "install rabbitmq-server"
        )
        yield broken(gettext("private node"), what, mends)
    look = found.look
    log = look.folder / "log"
    if look.state == "ready" and look.owner is not None:
        yield Fine("runs")
    elif look.state == "ready":
        says = gettext("is about to stop: the process that started it is gone")
        yield broken(gettext("private node"), says, "pintu run all")
    elif look.state == "starting":
        says = gettext("is being started, and not ready yet")
        yield broken(
            gettext("private node"), says, worded("look again; if it stays so: {log}", log=log)
        )
    elif look.failed is not None:
        why = look.failed or gettext("RabbitMQ did not start")
        says = worded("failed: {why}", why=why)
        yield broken(
            gettext("private node"), says, worded("see {log}, then: pintu run all", log=log)
        )
    else:
        says = gettext("does not run, so nothing is routed")
        yield broken(gettext("private node"), says, gettext("pintu run all, or set PINTU_AMQP_URL"))
