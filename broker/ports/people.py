"""People who sign in at the gateway, and their sessions."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
    was taken: a code counts once. ``must_change``: the password was given by somebody else.
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
class TryLimit:
    """How often somebody may try to sign in. ``of``: a digest of whom, a name or an address, people
    or not. After ``free`` tries in a row without a right one comes a wait of ``first``, twice as
    long after each further one, at most ``longest``; after ``quiet`` without a try it begins anew.
    """

    of: bytes
    free: int
    first: timedelta
    longest: timedelta
    quiet: timedelta

    def until(self, tries: int, now: datetime) -> datetime | None:
        """Until when no further try is looked at after so many; None where one is at once."""
        over = tries - self.free
        if over < 0:
            return None
        return now + min(self.first * (1 << min(over, 30)), self.longest)


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
        where somebody else changed it meanwhile, it is gone, or the account elsewhere is somebody
        else's."""

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
        self, person: str, *, only: Collection[bytes] | None = None, but: bytes | None = None
    ) -> int:
        """End somebody's sessions: all, or ``only`` these, in any case not ``but``; how many.
        Those of somebody else stay, whatever ``only`` names."""

    async def forget_sessions(self, made_before: datetime, seen_before: datetime) -> int:
        """Drop those that are over by age or by idleness; how many."""

    async def try_now(self, limits: Collection[TryLimit], now: datetime) -> datetime | None:
        """Count one try against each of these, before it is looked at, so that many at once count
        as many. Until when the longest of their waits lasts, and nothing counted, where one has
        to wait."""

    async def tried_rightly(self, forget: Collection[bytes], one_less: Collection[bytes]) -> None:
        """It was right: the tries of ``forget`` are forgotten, of ``one_less`` the one of now."""

    async def waits(self, of: Collection[bytes]) -> dict[bytes, datetime]:
        """Until when no try of each is looked at, of those for whom a wait was begun."""

    async def forget_tries(self, before: datetime) -> int:
        """Drop those whose last try was before then; how many."""

    async def write_people_line(self, line: PeopleLine) -> None:
        """One more line; ``n`` is given by the store."""

    async def people_lines(self, newest: int) -> list[PeopleLine]:
        """The newest lines, newest first."""

    async def forget_people_lines(self, before: datetime) -> int:
        """Drop those from before then; how many."""
