"""What is done to people, by whoever may: each step with its line of who did what."""

import secrets
from collections.abc import Callable, Container
from dataclasses import replace
from datetime import datetime
from typing import Final

from broker.messaging.names import is_code
from broker.ports import PeopleLine, PeopleStore, Person
from config.language import gettext
from config.mail_address import is_address
from gateway.access import passwords
from gateway.access.hashing import TURNS
from gateway.access.roles import ROLES, is_role

COMMAND: Final = "pintu user"
"""Who did it, on the command line; no person can have that name."""
_TRIES: Final = 5
_SHOWN_NAME: Final = 80
_DETAIL: Final = 300
_OIDC: Final = 400


class BadPerson(ValueError):
    """What was asked for cannot be; ``field``: what of it. Its text says what to do."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


class NoSuchPerson(BadPerson):
    """Nobody has that name."""

    def __init__(self, name: str) -> None:
        told = gettext("nobody has the name {name}; `pintu user list` shows all")
        super().__init__("name", told.format(name=name if is_code(name) else "?"))


def checked_name(name: str) -> str:
    """The name. Raises BadPerson."""
    if not is_code(name):
        raise BadPerson("name", gettext("lower-case letters, digits and hyphens, a letter first"))
    return name


def checked_shown_name(text: str) -> str:
    """As people write it, in one line. Raises BadPerson."""
    told = " ".join(text.split())
    if not 0 < len(told) <= _SHOWN_NAME or not told.isprintable():
        raise BadPerson("shown_name", gettext("one to {n} letters").format(n=_SHOWN_NAME))
    return told


def checked_email(text: str) -> str | None:
    """A mail address; None for an empty one. Raises BadPerson."""
    if not text.strip():
        return None
    if not is_address(text.strip()):
        raise BadPerson("email", gettext("one mail address, such as rina@example.go.id"))
    return text.strip().lower()


def checked_roles(roles: frozenset[str], agencies: Container[str]) -> frozenset[str]:
    """Those roles; ``agencies``: the codes that the configuration knows. Raises BadPerson."""
    if not roles or not all(map(is_role, roles)):
        told = gettext("one of {roles}, or several").format(roles=", ".join(ROLES))
        raise BadPerson("role", told)
    for role in sorted(roles):
        code = role.partition(":")[2]
        if code and code not in agencies:
            raise BadPerson("role", gettext("no agency has the code {code}").format(code=code))
    return roles


def checked_subject(subject: str, issuer: str | None) -> str:
    """``<issuer> <subject>`` of an account elsewhere. Raises BadPerson."""
    if issuer is None:
        raise BadPerson("oidc", gettext("set PINTU_OIDC_ISSUER first: whose account it is"))
    if not subject or not subject.isprintable() or " " in subject or len(subject) > _OIDC:
        raise BadPerson("oidc", gettext("the account's `sub`, as the provider shows it"))
    return f"{issuer} {subject}"


async def add(store: PeopleStore, person: Person, who: str, now: datetime) -> None:
    """Keep a new person. Raises BadPerson."""
    if not await store.add_person(person):
        raise BadPerson("name", gettext("there is one already with that name or that account"))
    await write(store, now, who, "added", person.name, " ".join(sorted(person.roles)))


async def given_password(password: str | None, name: str) -> tuple[str, str]:
    """A first password, made or as it was given, and what is kept of it. Raises BadPerson."""
    shown = password if password is not None else secrets.token_urlsafe(15)
    if password is not None and (why := passwords.refusal_of(password, name)) is not None:
        raise BadPerson("password", why)
    return shown, await TURNS.run(passwords.hashed, shown)


async def reset_password(
    store: PeopleStore,
    name: str,
    who: str,
    now: datetime,
    password: str | None = None,
    *,
    must_change: bool = True,
) -> str:
    """A new first password, with which everybody who is signed in under that name is out; it is
    shown once. Raises BadPerson."""
    shown, kept = await given_password(password, name)
    await changed(store, name, lambda one: replace(one, password=kept, must_change=must_change))
    await store.end_sessions(name)
    await write(store, now, who, "password-reset", name)
    return shown


async def change_own_password(
    store: PeopleStore, person: Person, password: str, kept_session: bytes, now: datetime
) -> None:
    """Somebody chose a new one: their other sessions end. Raises BadPerson."""
    if (why := passwords.refusal_of(password, person.name)) is not None:
        raise BadPerson("password", why)
    if await TURNS.run(passwords.fits, password, person.password):
        raise BadPerson("password", gettext("This is the password that you have now."))
    kept = await TURNS.run(passwords.hashed, password)
    await changed(store, person.name, lambda one: replace(one, password=kept, must_change=False))
    await store.end_sessions(person.name, but=kept_session)
    await write(store, now, person.name, "password-changed", person.name)


async def reset_second_factor(store: PeopleStore, name: str, who: str, now: datetime) -> None:
    """The second factor and its recovery codes are gone. Raises NoSuchPerson."""
    await changed(store, name, lambda one: replace(one, totp=None, totp_step=0, codes=()))
    await write(store, now, who, "second-factor-off", name)


async def second_factor_on(
    store: PeopleStore, before: Person, after: Person, now: datetime
) -> None:
    """They have set up a second factor. Raises BadPerson where it changed meanwhile."""

    def with_factor(one: Person) -> Person:
        return replace(one, totp=after.totp, totp_step=after.totp_step, codes=after.codes)

    await changed(store, before.name, with_factor)
    await write(store, now, before.name, "second-factor-on", before.name)


async def end_sessions(store: PeopleStore, name: str, who: str, now: datetime) -> int:
    """Whoever is signed in under that name is out; how many. Raises NoSuchPerson."""
    await found(store, name)
    ended = await store.end_sessions(name)
    await write(store, now, who, "sessions-ended", name, f"sessions={ended}")
    return ended


async def disable(store: PeopleStore, name: str, who: str, now: datetime) -> None:
    """They cannot sign in, and are out at once. Raises NoSuchPerson."""
    await changed(store, name, lambda one: replace(one, disabled_at=one.disabled_at or now))
    await store.end_sessions(name)
    await write(store, now, who, "disabled", name)


async def enable(store: PeopleStore, name: str, who: str, now: datetime) -> None:
    """They can again. Raises NoSuchPerson."""
    await changed(store, name, lambda one: replace(one, disabled_at=None))
    await write(store, now, who, "enabled", name)


async def remove(store: PeopleStore, name: str, who: str, now: datetime) -> None:
    """Gone; histories keep the name. Raises NoSuchPerson."""
    if not await store.remove_person(name):
        raise NoSuchPerson(name)
    await write(store, now, who, "removed", name)


async def give_roles(
    store: PeopleStore, name: str, roles: frozenset[str], who: str, now: datetime
) -> None:
    """These roles in place of those they had; from their next request on. Raises NoSuchPerson."""
    before, after = await changed(store, name, lambda one: replace(one, roles=roles))
    gone, new = before.roles - after.roles, after.roles - before.roles
    detail = " ".join((*(f"+{one}" for one in sorted(new)), *(f"-{one}" for one in sorted(gone))))
    await write(store, now, who, "roles", name, detail)


async def rename(store: PeopleStore, name: str, shown: str, who: str, now: datetime) -> None:
    """How people write it. Raises NoSuchPerson."""
    await changed(store, name, lambda one: replace(one, shown_name=shown))
    await write(store, now, who, "shown-name", name)


async def set_email(
    store: PeopleStore, name: str, email: str | None, who: str, now: datetime
) -> None:
    """Their mail address. Raises NoSuchPerson."""
    await changed(store, name, lambda one: replace(one, email=email))
    await write(store, now, who, "email", name)


async def link(store: PeopleStore, name: str, oidc: str | None, who: str, now: datetime) -> None:
    """The account elsewhere that they sign in with; None: with none. Raises BadPerson."""
    await changed(store, name, lambda one: replace(one, oidc=oidc))
    await write(store, now, who, "oidc-unlinked" if oidc is None else "oidc-linked", name)


async def found(store: PeopleStore, name: str) -> Person:
    """The person of that name. Raises NoSuchPerson."""
    person = await store.person(name)
    if person is None:
        raise NoSuchPerson(name)
    return person


async def changed(
    store: PeopleStore, name: str, change: Callable[[Person], Person]
) -> tuple[Person, Person]:
    """The person before and after a change, also where somebody else changes them meanwhile.

    Raises:
        BadPerson: nobody has the name, or the account elsewhere is somebody else's.
    """
    for _ in range(_TRIES):
        before = await found(store, name)
        after = change(before)
        if before == after or await store.change_person(before, after):
            return before, after
    raise BadPerson("oidc", gettext("that account is somebody else's, or try once more"))


async def write(
    store: PeopleStore, now: datetime, who: str, what: str, of: str, detail: str = ""
) -> None:
    """One more line of who did what."""
    await store.write_people_line(PeopleLine(now, who, what, of, detail[:_DETAIL]))
