"""PostgreSQL: its version, what it may lose, who listens on the way, its certificate."""

from collections.abc import Iterator
from typing import Final

from config.language import gettext, worded
from pintu.doctor.catalog import check
from pintu.doctor.checks.connection import dated
from pintu.doctor.facts import Facts
from pintu.doctor.finding import Fine, Outcome, broken, risk

_SUBJECT = "database"
OLDEST: Final = 13
_VERIFIED: Final = ("verify-ca", "verify-full")
_CROWDED: Final = 0.9


@check("database-version", _SUBJECT, "PostgreSQL before 13")
def version(facts: Facts) -> Iterator[Outcome]:
    database = facts.database.get()
    found = database.server.get().version
    if found < OLDEST:
        says = worded(
            "PostgreSQL {found} is too old: {oldest} is needed", found=found, oldest=OLDEST
        )
        yield broken(database.host, says, gettext("upgrade it (docs/how-to/upgrade.md)"))
    else:
        yield Fine(f"PostgreSQL {found}")


@check("database-encoding", _SUBJECT, "a database that is not in UTF-8")
def encoding(facts: Facts) -> Iterator[Outcome]:
    database = facts.database.get()
    found = database.server.get().encoding
    if found != "UTF8":
        says = worded(
            "its encoding is {found}: complaints with other signs cannot be kept", found=found
        )
        mends = gettext(
            "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and move the data there"
        )
        yield broken(database.host, says, mends)


@check(
    "database-unsafe",
    _SUBJECT,
    "`fsync`, `full_page_writes` or `synchronous_commit` that is off: what was committed may be"
    " lost",
)
def unsafe(facts: Facts) -> Iterator[Outcome]:
    database = facts.database.get()
    for name in database.server.get().unsafe:
        says = worded(
            "{name} is off: what was acknowledged may be lost when that machine dies", name=name
        )
        mends = worded("ALTER SYSTEM SET {name} = on; SELECT pg_reload_conf()", name=name)
        yield broken(database.host, says, mends)


@check("database-read-only", _SUBJECT, "a standby, or a database that is set to be read only")
def read_only(facts: Facts) -> Iterator[Outcome]:
    database = facts.database.get()
    if database.server.get().read_only:
        says = gettext("takes no writes: it is a standby, or default_transaction_read_only is on")
        mends = gettext("name the primary (…?target_session_attrs=read-write), or set it off")
        yield broken(database.host, says, mends)


@check("database-connections", _SUBJECT, "nine tenths of all connections of the server in use")
def connections(facts: Facts) -> Iterator[Outcome]:
    database = facts.database.get()
    server = database.server.get()
    says = worded(
        "{connections} of {most_connections} connections are in use",
        connections=server.connections,
        most_connections=server.most_connections,
    )
    if server.connections >= _CROWDED * server.most_connections:
        yield risk(database.host, says, gettext("end idle clients, or raise max_connections"))
    else:
        yield Fine(says)


@check(
    "database-plain",
    _SUBJECT,
    "PostgreSQL on another machine without TLS, or without verifying whose certificate it is",
)
def plain(facts: Facts) -> Iterator[Outcome]:
    database = facts.database.get()
    if database.here:
        return
    mends = gettext("add ?sslmode=verify-full&sslrootcert=/etc/ssl/postgresql-ca.pem to the URL")
    if not database.server.get().encrypted:
        says = gettext("cases and the password go over the network in the clear")
        yield risk(database.host, says, mends)
    elif database.sslmode not in _VERIFIED:
        says = worded(
            "sslmode is {sslmode}: nobody looks whose certificate it is", sslmode=database.sslmode
        )
        yield risk(database.host, says, mends)


@check(
    "database-certificate",
    _SUBJECT,
    "a certificate of PostgreSQL or of its authority that ends within 30 days, or has ended",
)
def certificates(facts: Facts) -> Iterator[Outcome]:
    yield from dated(facts.database.get().certificates.get(), facts.now)
