"""People in memory, for tests; it passes the same tests as the real store."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from broker.ports.people import PeopleLine, Person, TryLimit, WebSession


class MemoryPeople:
    """Implements the port ``PeopleStore``."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}
        self._sessions: dict[bytes, WebSession] = {}
        self._lines: list[PeopleLine] = []
        self._tries: dict[bytes, tuple[int, datetime, datetime | None]] = {}
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
        other = await self.person_by_oidc(after.oidc) if after.oidc is not None else None
        taken = other is not None and other.name != before.name
        if self._people.get(before.name) != before or taken:
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
        self, person: str, *, only: Collection[bytes] | None = None, but: bytes | None = None
    ) -> int:
        """See the port."""
        ended = [
            one.digest
            for one in await self.sessions(person)
            if one.digest != but and (only is None or one.digest in only)
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

    async def try_now(self, limits: Collection[TryLimit], now: datetime) -> datetime | None:
        """See the port."""
        kept = {limit.of: self._tried(limit, now) for limit in limits}
        waits = [until for _, until in kept.values() if until is not None and until > now]
        if waits:
            return max(waits)
        for limit in limits:
            tries = kept[limit.of][0] + 1
            self._tries[limit.of] = tries, now, limit.until(tries, now)
        return None

    def _tried(self, limit: TryLimit, now: datetime) -> tuple[int, datetime | None]:
        tries, at, until = self._tries.get(limit.of, (0, now, None))
        return (0, None) if at < now - limit.quiet else (tries, until)

    async def tried_rightly(self, forget: Collection[bytes], one_less: Collection[bytes]) -> None:
        """See the port."""
        for of in forget:
            self._tries.pop(of, None)
        for of in one_less:
            tries, at, _ = self._tries.get(of, (0, None, None))
            if at is not None and tries:
                self._tries[of] = tries - 1, at, None

    async def waits(self, of: Collection[bytes]) -> dict[bytes, datetime]:
        """See the port."""
        kept = {one: self._tries[one][2] for one in of if one in self._tries}
        return {one: until for one, until in kept.items() if until is not None}

    async def forget_tries(self, before: datetime) -> int:
        """See the port."""
        old = [of for of, (_, at, _) in self._tries.items() if at < before]
        for of in old:
            del self._tries[of]
        return len(old)

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
