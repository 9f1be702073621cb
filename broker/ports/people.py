"""People who sign in at the gateway, and their sessions."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the desk, of an agency, or who reads reports.

    ``name``: what they sign in with and what histories show, ``[a-z][a-z0-9-]{0,39}``.
    ``shown_name``: as people write it. ``roles``: ``desk``, ``agency:<code>``, ``lead``,
    ``auditor``, ``admin`` (gateway.access.roles). ``password``: its Argon2 hash; None where they
    sign in elsewhere. ``totp``: the secret of the second factor, once it was confirmed.
    ``codes``: digests of the recovery codes that are still good. ``oidc``: ``<issuer> <subject>``
    of the account that they sign in with elsewhere. ``totp_step``: the last step of time whose code
    was taken: a code counts once. ``failed``, ``locked_until``: wrong tries in a row, and until
    when none more is looked at.
    """

    name: str
    shown_name: str
    roles: frozenset[str]
    made_at: datetime
    password: str | None = field(default=None, repr=False)
    must_change: bool = False
    totp: str | None = field(default=None, repr=False)
    totp_step: int = 0
    codes: tuple[str, ...] = field(default=(), repr=False)
    oidc: str | None = None
    email: str | None = None
    language: str | None = None
    failed: int = 0
    locked_until: datetime | None = None
    signed_in_at: datetime | None = None
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WebSession:
    """That somebody is signed in. ``digest``: of what the browser keeps; ``factors``: how they
    showed who they are (``password``, ``totp``, ``code``, ``oidc``); ``place``: browser and
    network, so that they know it again in their list."""

    digest: bytes = field(repr=False)
    person: str
    made_at: datetime
    seen_at: datetime
    factors: frozenset[str] = frozenset()
    place: str = ""


@dataclass(frozen=True, slots=True)
class PeopleLine:
    """One line of what was done to people and by people outside of cases: who signed in, who was
    added. ``n`` counts up; ``detail``: codes only."""

    at: datetime
    who: str
    what: str
    of: str
    detail: str = ""
    n: int = 0


class PeopleStore(Protocol):
    """Every method may raise StoreUnavailable."""

    async def add_person(self, person: Person) -> bool:
        """Keep a new person; False where the name, or the account elsewhere, is somebody's."""

    async def change_person(self, before: Person, after: Person) -> bool:
        """The new value in place of the old one, of the same name; False, and nothing changed,
        where somebody else changed it meanwhile or it is gone."""

    async def person(self, name: str) -> Person | None:
        """One by name, disabled ones too."""

    async def person_by_oidc(self, oidc: str) -> Person | None:
        """The one that signs in elsewhere with that account."""

    async def people(self) -> list[Person]:
        """All, by name."""

    async def remove_person(self, name: str) -> bool:
        """Gone, with the sessions; False where there is none. Histories keep the name."""

    async def add_session(self, session: WebSession) -> None:
        """Somebody has signed in."""

    async def session(self, digest: bytes) -> tuple[WebSession, Person] | None:
        """Whose it is; None where it was ended or the person is gone or disabled."""

    async def seen(self, digest: bytes, at: datetime) -> None:
        """It was used then."""

    async def sessions(self, person: str) -> list[WebSession]:
        """Somebody's, the newest first."""

    async def end_sessions(
        self, person: str, *, only: Collection[bytes] = (), but: bytes | None = None
    ) -> int:
        """End somebody's sessions: all, or ``only`` these, in any case not ``but``; how many."""

    async def forget_sessions(self, made_before: datetime, seen_before: datetime) -> int:
        """Drop those that are over by age or by idleness; how many."""

    async def write_people_line(self, line: PeopleLine) -> None:
        """One more line; ``n`` is given by the store."""

    async def people_lines(self, newest: int) -> list[PeopleLine]:
        """The newest lines, newest first."""

    async def forget_people_lines(self, before: datetime) -> int:
        """Drop those from before then; how many."""
