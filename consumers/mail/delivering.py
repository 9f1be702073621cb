"""From the store to the server: claim, compose, hand in, record; escalations first.

A crash between handing in and recording sends a mail once more, under the same Message-ID.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from broker.contacts import Contact
from broker.ports import CaseStore, Mail, MailOutcome, MailState, MailStore, TimeSource
from config.language import Language
from config.logging import where
from consumers.mail.composing import Sender, composed, message_id
from consumers.mail.items import World, is_personal, item_of
from consumers.mail.sending import ServerAway, Smtp
from consumers.runtime.metrics import MailMetrics

log = structlog.get_logger()

LEASE: Final = timedelta(seconds=30)
"""For which a mail is one process's: longer than handing in may take."""
PAUSES: Final = tuple(timedelta(minutes=n) for n in (1, 5, 15, 30, 60, 120, 240))
"""Before a mail is tried again that the server did not take yet; the last one from then on."""
TRIES: Final = 35
"""After so many, in five days, it is not tried any more (RFC 5321, section 4.5.4.1). Days in which
it waited for its hour, or for the server, do not count."""
_CASE_WITHIN: Final = timedelta(minutes=1)
"""For which a mail that may quote its case waits for it."""
_SOON: Final = timedelta(seconds=2)


class Delivering:
    """One step at a time. ``world`` gives what mails are made with, as it is then."""

    def __init__(
        self,
        store: MailStore,
        cases: CaseStore,
        smtp: Smtp,
        sender: Callable[[], Sender],
        world: Callable[[], World],
        clock: TimeSource,
        metrics: MailMetrics,
        speed: float = 1.0,
    ) -> None:
        self._store = store
        self._cases = cases
        self._smtp = smtp
        self._sender = sender
        self._world = world
        self._clock = clock
        self._metrics = metrics
        self._speed = speed

    async def step(self) -> bool:
        """One mail; False where none is due.

        Raises:
            ServerAway: it waits as before.
            StoreUnavailable: nothing was done.
        """
        now = self._clock.now()
        mails = await self._store.claim(now, now + LEASE * self._speed)
        if not mails:
            return False
        try:
            outcomes = await self._sent(mails, now)
        except ServerAway:
            waits = [MailOutcome(m.id, "waiting", m.tries, m.error) for m in mails]
            await self._store.record(waits, now)
            raise
        except Exception as error:  # one mail must not hold up the others
            log.error("mail.failed", traceback=where(error))
            outcomes = self._later(mails, now, "internal-error")
        await self._store.record(outcomes, self._clock.now())
        return True

    async def _sent(self, mails: Sequence[Mail], now: datetime) -> list[MailOutcome]:
        world, sender = self._world(), self._sender()
        contact = self._contact(mails[0], world)
        if contact is None:
            return [self._ended(mail, "without-contact", None) for mail in mails]
        cases = [await self._cases.find(UUID(mail.complaint_id)) for mail in mails]
        young = now - _CASE_WITHIN * self._speed
        if any(
            case is None and mail.made_at > young and is_personal(mail, world.rules)
            for mail, case in zip(mails, cases, strict=True)
        ):
            return [self._waits(mail, now + _SOON * self._speed) for mail in mails]
        spoken: Language = contact.language
        items = [
            item_of(mail, case, world, spoken, now) for mail, case in zip(mails, cases, strict=True)
        ]
        id = message_id(mails)
        body = composed(items, id, contact.address, contact.name, sender, spoken, now)
        verdict, error = await self._smtp.send(sender.bounces, contact.address, body)
        if verdict == "again":
            return self._later(mails, now, error)
        if verdict == "refused":
            log.warning("mail.refused", role=contact.role, agency=contact.agency, code=error)
        return [self._ended(mail, verdict, error) for mail in mails]

    def _contact(self, mail: Mail, world: World) -> Contact | None:
        """Who is told now: the one that it was made for, or who has the role since."""
        contacts = world.rules.contacts
        return contacts.there(mail.role, mail.agency, mail.address) or contacts.instead(
            mail.role, mail.agency
        )

    def _later(self, mails: Sequence[Mail], now: datetime, error: str | None) -> list[MailOutcome]:
        outcomes = []
        for mail in mails:
            if mail.tries >= TRIES:
                log.warning("mail.given_up", role=mail.role, agency=mail.agency, code=error)
                outcomes.append(self._ended(mail, "expired", error))
                continue
            pause = PAUSES[min(mail.tries, len(PAUSES) - 1)]
            self._metrics.became(mail.kind, "again")
            outcomes.append(MailOutcome(mail.id, "waiting", mail.tries + 1, error, now + pause))
        return outcomes

    def _ended(self, mail: Mail, state: MailState, error: str | None) -> MailOutcome:
        self._metrics.became(mail.kind, state)
        return MailOutcome(mail.id, state, mail.tries, error)

    @staticmethod
    def _waits(mail: Mail, until: datetime) -> MailOutcome:
        return MailOutcome(mail.id, "waiting", mail.tries, mail.error, until)
