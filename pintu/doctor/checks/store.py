"""Journal and cases: whether they can be written, whose tables they have, their backup."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from config.broker_sentences import told
from config.language import gettext, marked, worded
from pintu.doctor.catalog import check
from pintu.doctor.facts import Facts
from pintu.doctor.finding import Fine, NotSeen, NotThere, Outcome, broken, risk

_SUBJECT = "store"
_VERIFICATION: Final = "verification"
BACKUP_AGE: Final = timedelta(days=2)
"""A night's backup may fail once."""
LARGE: Final = 20_000_000_000
"""Bytes of a store, from which on a server is the better place."""
_NO_LARGE_FILE: Final = marked("PostgreSQL (PINTU_DATABASE_URL) is made for such sizes")


@check("store-away", _SUBJECT, "a store that cannot be reached or read")
def away(facts: Facts) -> Iterator[Outcome]:
    for name, store in facts.stores.items():
        try:
            store.get()
        except NotThere:
            yield Fine(worded("{name}: not there yet; the program makes it", name=name))
        except NotSeen as why:
            if facts.environment_blocks("DATABASE_URL"):
                raise
            mends = (
                gettext("is the server up (pg_isready), and PINTU_DATABASE_URL right?")
                if facts.database.there
                else gettext("pintu store check; rights and disk of the state folder")
            )
            yield broken(f"store {name}", told(why), mends)


@check("store-locked", _SUBJECT, "a store that is read but cannot be written: locked, full, rights")
def locked(facts: Facts) -> Iterator[Outcome]:
    for name, store in facts.stores.items():
        found = store.there
        if found is not None and found.problem is not None:
            mends = (
                gettext(
                    "who holds the lock: SELECT pid, query FROM pg_stat_activity WHERE state "
                    "<> 'idle'"
                )
                if facts.database.there
                else gettext("who has the file open: fuser -v, in the state folder; df -h")
            )
            yield broken(
                worded("store {name}", name=name),
                worded("cannot be written: {problem}", problem=found.problem),
                mends,
            )


@check("store-damaged", _SUBJECT, "an SQLite file that is damaged")
def damaged(facts: Facts) -> Iterator[Outcome]:
    files = facts.files.get()
    for name, wrong in files.damaged.items():
        mends = gettext("stop the program, then: pintu store restore FOLDER --force")
        yield broken(f"{name}.sqlite3", worded("is damaged: {wrong}", wrong=wrong), mends)
    for name in files.not_examined:
        yield Fine(
            worded("{name}.sqlite3 is too large to be examined here: pintu store check", name=name)
        )


@check("store-pair", _SUBJECT, "cases without the journal: its file is gone")
def pair(facts: Facts) -> Iterator[Outcome]:
    there = facts.files.get().there
    if "cases" in there and "journal" not in there and facts.clocks().holds_cases:
        says = gettext(
            "is missing beside the cases: repeats of old complaints would be routed once more"
        )
        yield risk(
            gettext("journal.sqlite3"),
            says,
            gettext("pintu store restore FOLDER --force, from a backup"),
        )


@check(
    "migration-behind",
    _SUBJECT,
    "tables of an older version: they are migrated at the next start of the program",
)
def behind(facts: Facts) -> Iterator[Outcome]:
    for name, store in facts.stores.items():
        found = store.there
        if found is None or found.migration is None or found.migration >= found.newest:
            continue
        says = worded(
            "has the tables of {migration}; this version has {newest}",
            migration=found.migration,
            newest=found.newest,
        )
        yield risk(
            worded("store {name}", name=name),
            says,
            gettext("make a backup, then restart: pintu run all migrates"),
        )


@check("migration-ahead", _SUBJECT, "tables of a newer version: this one refuses to start")
def ahead(facts: Facts) -> Iterator[Outcome]:
    for name, store in facts.stores.items():
        found = store.there
        if found is None or found.migration is None:
            continue
        if found.migration > found.newest:
            says = worded(
                "has the tables of {migration}; this version only knows {newest}",
                migration=found.migration,
                newest=found.newest,
            )
            yield broken(
                worded("store {name}", name=name),
                says,
                gettext("install the version that wrote it"),
            )
        elif found.migration == found.newest:
            yield Fine(f"{name}: {found.migration}")


@check("store-size", _SUBJECT, "an SQLite file of 20 GB and more")
def size(facts: Facts) -> Iterator[Outcome]:
    for name, store in facts.stores.items():
        if (found := store.there) is None:
            continue
        megabytes = worded("{n:,.1f} MB", n=found.size / 1_000_000)
        if found.size >= LARGE and facts.database.there is None:
            yield risk(
                worded("store {name}", name=name),
                worded("takes {megabytes}", megabytes=megabytes),
                gettext(_NO_LARGE_FILE),
            )
        else:
            yield Fine(f"{name}: {megabytes}")


@check("triage", _SUBJECT, "complaints that wait at the desk beyond their deadline")
def triage(facts: Facts) -> Iterator[Outcome]:
    found = facts.stores["cases"].get().overdue
    late = sum(count for agency, clock, count in found if clock == _VERIFICATION and agency is None)
    if late:
        says = worded("{late:,} complaints wait in triage beyond their deadline", late=late)
        yield risk("triage", says, "pintu triage list")


@check(
    "backup",
    _SUBJECT,
    "a store with cases and no backup of the last two days, by `pintu store backup` or, on"
    " PostgreSQL, an archived log; what `pg_dump` writes cannot be seen from here",
)
def backup(facts: Facts) -> Iterator[Outcome]:
    if not facts.clocks().holds_cases or facts.environment.speed != 1:
        raise NotThere
    found = facts.backup.get()
    mends = gettext("pintu store backup FOLDER, every night, and keep it on another machine")
    if found.made_at is None:
        yield risk("backup", gettext("none was ever made of this store"), mends)
        return
    age = facts.now - found.made_at
    where = worded(" in {folder}", folder=found.folder) if found.folder else ""
    says = worded(
        "the last one{where} is {days} days old ({made_at:%Y-%m-%d %H:%M} UTC)",
        where=where,
        days=age.days,
        made_at=found.made_at,
    )
    if age > BACKUP_AGE:
        yield risk("backup", says, mends)
    else:
        yield Fine(says)
