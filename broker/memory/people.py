"""People in memory, for tests; it passes the same tests as the real store."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from broker.ports.people import PeopleLine, Person, WebSession


class MemoryPeople:
    """Implements the port ``PeopleStore``."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}
        self._sessions: dict[bytes, WebSession] = {}
        self._lines: list[PeopleLine] = []
        self._last = 0

    async def add_person(self, person: Person) -> bool:
        """See the port."""
        taken = person.oidc is not None and await self.person_by_oidc(person.oidc) is not None
        if person.name in self._people or taken:
            return False
        self._people[person.name] = person
        return True

    async def change_person(self, before: Person, after: Person) -> bool:
        """See the port."""
        if self._people.get(before.name) != before:
            return False
        self._people[before.name] = after
        return True

    async def person(self, name: str) -> Person | None:
        """See the port."""
        return self._people.get(name)

    async def person_by_oidc(self, oidc: str) -> Person | None:
        """See the port."""
        return next((one for one in self._people.values() if one.oidc == oidc), None)

    async def people(self) -> list[Person]:
        """See the port."""
        return [self._people[name] for name in sorted(self._people)]

    async def remove_person(self, name: str) -> bool:
        """See the port."""
        await self.end_sessions(name)
        return self._people.pop(name, None) is not None

    async def add_session(self, session: WebSession) -> None:
        """See the port."""
        self._sessions[session.digest] = session

    async def session(self, digest: bytes) -> tuple[WebSession, Person] | None:
        """See the port."""
        session = self._sessions.get(digest)
        person = self._people.get(session.person) if session is not None else None
        if session is None or person is None or person.disabled_at is not None:
            return None
        return session, person

    async def seen(self, digest: bytes, at: datetime) -> None:
        """See the port."""
        session = self._sessions.get(digest)
        if session is not None and session.seen_at < at:
            self._sessions[digest] = replace(session, seen_at=at)

    async def sessions(self, person: str) -> list[WebSession]:
        """See the port."""
        own = [one for one in self._sessions.values() if one.person == person]
        return sorted(own, key=lambda one: one.made_at, reverse=True)

    async def end_sessions(
        self, person: str, *, only: Collection[bytes] = (), but: bytes | None = None
    ) -> int:
        """See the port."""
        ended = [
            one.digest
            for one in await self.sessions(person)
            if one.digest != but and (not only or one.digest in only)
        ]
        for digest in ended:
            del self._sessions[digest]
        return len(ended)

    async def forget_sessions(self, made_before: datetime, seen_before: datetime) -> int:
        """See the port."""
        over = [
            one.digest
            for one in self._sessions.values()
            if one.made_at < made_before or one.seen_at < seen_before
        ]
        for digest in over:
            del self._sessions[digest]
        return len(over)

    async def write_people_line(self, line: PeopleLine) -> None:
        """See the port."""
        self._last += 1
        self._lines.append(replace(line, n=self._last))

    async def people_lines(self, newest: int) -> list[PeopleLine]:
        """See the port."""
        return self._lines[::-1][:newest]

    async def forget_people_lines(self, before: datetime) -> int:
        """See the port."""
        kept = [line for line in self._lines if line.at >= before]
        gone = len(self._lines) - len(kept)
        self._lines = kept
        return gone
