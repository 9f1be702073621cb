"""The mails that are to be sent, and what became of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

MailState = Literal["waiting", "sent", "refused", "expired", "without-contact"]
DIGEST_MOST: Final = 200
ENDED: Final[tuple[MailState, ...]] = ("sent", "refused", "expired", "without-contact")


@dataclass(frozen=True, slots=True)
class Mail:
    """One event for one address, kept before the event is acknowledged.

    ``id``: derived from the event and the contact. ``kind``: see broker.contacts; ``verb``: of the
    event. ``role`` and ``agency``: whose contact; ``of``: the agency that the event is about, None
    for triage. ``facts``: a JSON object of codes and moments, nothing that a person wrote.
    ``digest``: it goes with others in one mail. ``due_at``: when it is to be sent, or tried again;
    ``claimed_until``: some process has it in hand until then. ``tries``: how often it failed;
    ``error``: with what, the last time. ``ended_at``: when nothing more was to be done.
    """

    id: str
    kind: str
    verb: str
    role: str
    agency: str | None
    of: str | None
    address: str
    complaint_id: str
    tracking: str
    facts: str
    digest: bool
    made_at: datetime
    due_at: datetime
    claimed_until: datetime | None = None
    tries: int = 0
    state: MailState = "waiting"
    error: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MailOutcome:
    """What became of a mail that was claimed. ``due_at``: of one that still waits, the next try."""

    id: str
    state: MailState
    tries: int
    error: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many mails of a kind wait, and since when the first of them has been due."""

    kind: str
    mails: int
    due_since: datetime


class MailStore(Protocol):
    """Every method may raise StoreUnavailable."""

    async def keep(self, mails: Sequence[Mail]) -> None:
        """Keep these, all in one transaction; one whose id is there stays as it is."""

    async def claim(self, now: datetime, until: datetime) -> list[Mail]:
        """What goes out as one mail: of what is due and nobody has in hand, an escalation first,
        then what has been due for longest; nothing where nothing is due. Nobody else is given it
        before ``until``.

        Of a digest all that is due to that address comes, at most ``DIGEST_MOST``.
        """

    async def record(self, outcomes: Sequence[MailOutcome], at: datetime) -> None:
        """What became of mails; nobody has them in hand any more."""

    async def next_due(self) -> datetime | None:
        """When the next one is due that waits; None where none does."""

    async def waiting(self) -> list[Waiting]:
        """What waits, by kind."""

    async def listed(self, states: Collection[MailState], most: int) -> list[Mail]:
        """Mails in these states, the oldest first."""

    async def again(self, id: str, now: datetime) -> bool:
        """It waits anew, due now, and was never tried; False where there is none, or it waits."""

    async def forget_mails(self, before: datetime, most: int) -> int:
        """Drop at most so many that ended before then; gives how many."""

    async def check(self) -> None:
        """Raises StoreUnavailable unless the store can be written now."""

    async def close(self) -> None: ...
