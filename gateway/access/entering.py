"""Signing in: a password or a code is looked at, unless there were too many wrong ones before.

Tries are counted in the store before they are looked at, so that several processes agree, and many
at once are no way round. A name that nobody has is counted and costs like any other.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Literal

from broker.ports import PeopleStore, Person, TryLimit
from gateway.access import factors, passwords
from gateway.access.hashing import TURNS
from gateway.access.people import changed, write

FREE: Final = 5
"""Wrong tries in a row for a name, before the first wait."""
FREE_OF_ADDRESS: Final = 50
"""An office shares an address."""
_FIRST: Final = timedelta(seconds=30)
_LONGEST: Final = timedelta(minutes=15)
QUIET: Final = timedelta(hours=24)

Outcome = Literal["ok", "wrong", "locked", "busy"]
"""What became of a try; the label of the metric. ``busy``: too many at once, it was neither looked
at nor counted."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a try. ``until``: of one that was not looked at, when the next one is;
    ``person``: of one that was right; ``begins``: this wrong one begins a wait."""

    outcome: Outcome
    person: Person | None = None
    until: datetime | None = None
    begins: bool = False


async def by_password(
    store: PeopleStore, name: str, password: str, address: str | None, now: datetime
) -> Tried:
    """Try a name and a password from an address (None: this machine itself, not counted)."""
    with TURNS.taken() as room:
        if not room:
            return Tried("busy")
        return await _by_password(store, name, password, address, now)


async def _by_password(
    store: PeopleStore, name: str, password: str, address: str | None, now: datetime
) -> Tried:
    limits = _limits(name, address)
    if (until := await store.try_now(limits, now)) is not None:
        return Tried("locked", until=until)
    person = await store.person(name)
    kept = person.password if person is not None and person.disabled_at is None else None
    fits = await TURNS.run(passwords.fits, password, kept)
    if person is None or not fits:
        return await _wrong(store, person, limits, "wrong-password", now)
    # The name's tries stay until a second factor was right too: the password alone opens nothing.
    own = [limits[0].of] if person.totp is None else []
    await store.tried_rightly(own, [limit.of for limit in limits[1:]])
    return Tried("ok", person)


async def by_code(
    store: PeopleStore, name: str, code: str, address: str | None, now: datetime
) -> Tried:
    """Try the code of the second factor, or a recovery code, of somebody whose password was right.
    It counts once."""
    limits = _limits(name, address)
    if (until := await store.try_now(limits, now)) is not None:
        return Tried("locked", until=until)
    person = await store.person(name)
    used = None if person is None else factors.used(person, code, now)
    if person is None or used is None or not await store.change_person(person, used):
        return await _wrong(store, person, limits, "wrong-code", now)
    await _right(store, limits)
    if len(used.codes) < len(person.codes):
        await write(store, now, name, "recovery-code-used", name, f"left={len(used.codes)}")
    return Tried("ok", used)


async def again(
    store: PeopleStore, person: Person, password: str, address: str | None, now: datetime
) -> Tried:
    """Somebody who is signed in shows their password again, before something that matters."""
    tried = await by_password(store, person.name, password, address, now)
    if tried.outcome == "ok":
        await forgive(store, person.name)
    return tried


async def entered(store: PeopleStore, person: Person, how: str, now: datetime) -> None:
    """Somebody has signed in."""
    await changed(store, person.name, lambda one: replace(one, signed_in_at=now))
    await write(store, now, person.name, "signed-in", person.name, how)


async def forgive(store: PeopleStore, name: str) -> None:
    """They may try again at once."""
    await store.tried_rightly([of_name(name)], [])


async def waiting(store: PeopleStore, names: Collection[str], now: datetime) -> set[str]:
    """Whose next try is not looked at yet, of these."""
    by_digest = {of_name(name): name for name in names}
    until = await store.waits(list(by_digest))
    return {by_digest[of] for of, moment in until.items() if moment > now}


def of_name(name: str) -> bytes:
    """Under which tries of a name are counted: what was typed there may be a password."""
    return sha256(b"name:" + name.encode("utf-8", "replace")).digest()


def of_address(address: str) -> bytes:
    """Under which tries from an address are counted."""
    return sha256(b"address:" + address.encode("utf-8", "replace")).digest()


def _limits(name: str, address: str | None) -> tuple[TryLimit, ...]:
    own = TryLimit(of_name(name), FREE, _FIRST, _LONGEST, QUIET)
    if address is None:
        return (own,)
    return own, TryLimit(of_address(address), FREE_OF_ADDRESS, _FIRST, _LONGEST, QUIET)


async def _right(store: PeopleStore, limits: tuple[TryLimit, ...]) -> None:
    await store.tried_rightly([limits[0].of], [limit.of for limit in limits[1:]])


async def _wrong(
    store: PeopleStore,
    person: Person | None,
    limits: tuple[TryLimit, ...],
    what: str,
    now: datetime,
) -> Tried:
    """The line of a name that nobody has does not hold it: a password may stand there."""
    until = (await store.waits([limits[0].of])).get(limits[0].of)
    begins = until is not None and until > now
    name = "-" if person is None else person.name
    await write(store, now, name, what, name)
    if begins:
        await write(store, now, name, "locked", name)
    return Tried("wrong", until=until if begins else None, begins=begins)
