"""The mails in memory, for tests; it passes the same tests as the real store."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from broker.ports.mail import DIGEST_MOST, Mail, MailOutcome, MailState, Waiting


class MemoryMailStore:
    """Implements the port ``MailStore``."""

    def __init__(self) -> None:
        self._mails: dict[str, Mail] = {}

    async def keep(self, mails: Sequence[Mail]) -> None:
        """See the port."""
        for mail in mails:
            self._mails.setdefault(mail.id, mail)

    async def claim(self, now: datetime, until: datetime) -> list[Mail]:
        """See the port."""
        free = [
            mail
            for mail in self._mails.values()
            if mail.state == "waiting"
            and mail.due_at <= now
            and (mail.claimed_until is None or mail.claimed_until <= now)
        ]
        free.sort(key=lambda mail: (mail.kind != "escalations", mail.due_at, mail.id))
        if not free:
            return []
        first = free[0]
        found = [first]
        if first.digest:
            same = [mail for mail in free if mail.digest and mail.address == first.address]
            found = same[:DIGEST_MOST]
        for mail in found:
            self._mails[mail.id] = replace(mail, claimed_until=until)
        return [self._mails[mail.id] for mail in found]

    async def record(self, outcomes: Sequence[MailOutcome], at: datetime) -> None:
        """See the port."""
        for one in outcomes:
            mail = self._mails.get(one.id)
            if mail is not None:
                self._mails[one.id] = replace(
                    mail,
                    state=one.state,
                    tries=one.tries,
                    error=one.error,
                    due_at=one.due_at or mail.due_at,
                    claimed_until=None,
                    ended_at=None if one.state == "waiting" else at,
                )

    async def next_due(self) -> datetime | None:
        """See the port."""
        waiting = [mail for mail in self._mails.values() if mail.state == "waiting"]
        return min(
            (max(one.due_at, one.claimed_until or one.due_at) for one in waiting), default=None
        )

    async def waiting(self) -> list[Waiting]:
        """See the port."""
        waiting = [mail for mail in self._mails.values() if mail.state == "waiting"]
        return [
            Waiting(kind, len(mine), min(mail.due_at for mail in mine))
            for kind in sorted({mail.kind for mail in waiting})
            if (mine := [mail for mail in waiting if mail.kind == kind])
        ]

    async def listed(self, states: Collection[MailState], most: int) -> list[Mail]:
        """See the port."""
        found = [mail for mail in self._mails.values() if mail.state in states]
        return sorted(found, key=lambda mail: (mail.made_at, mail.id))[:most]

    async def again(self, id: str, now: datetime) -> bool:
        """See the port."""
        mail = self._mails.get(id)
        if mail is None or mail.state == "waiting":
            return False
        self._mails[id] = replace(
            mail, state="waiting", tries=0, due_at=now, made_at=now, error=None, ended_at=None
        )
        return True

    async def forget_mails(self, before: datetime, most: int) -> int:
        """See the port."""
        old = [m.id for m in self._mails.values() if m.ended_at is not None and m.ended_at < before]
        for id in old[:most]:
            del self._mails[id]
        return len(old[:most])

    async def check(self) -> None:
        """See the port."""

    async def close(self) -> None:
        """See the port."""
