"""What the gateway remembers: keys, what came in under an idempotency key, who asked how often."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from broker.ports.attachments import AttachmentRegister
from broker.ports.duty import DutyStore
from broker.ports.people import PeopleStore
from broker.ports.presence import PresenceStore
from broker.ports.report_texts import ReportTexts


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a portal, as it is kept: nobody can use it from what is kept.

    ``id``: the part of the key that may be shown; ``digest``: SHA-256 of the whole key. ``of``:
    whom it speaks for, ``channel.<code>`` or ``agency.<code>``. ``scopes``: what it is good for
    (gateway.access.keys). ``used_at``: to the minute.
    """

    id: str
    digest: bytes
    of: str
    scopes: frozenset[str]
    made_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """That a complaint came in over HTTP under an idempotency key: both as digests.

    ``key``: of the key and the channel; ``body``: of what came with it.
    """

    key: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time in which somebody's requests are counted; ``begins``: seconds since 1970.

    ``who`` is a digest: an address is somebody's.
    """

    who: bytes
    begins: int


class GatewayStore(Protocol):
    """Every method may raise StoreUnavailable."""

    @property
    def attachments(self) -> AttachmentRegister:
        """The files that came with complaints."""

    @property
    def people(self) -> PeopleStore:
        """People who sign in, and their sessions."""

    @property
    def duties(self) -> DutyStore:
        """Who is on duty for an agency."""

    @property
    def presence(self) -> PresenceStore:
        """Who of the desk is at which case."""

    @property
    def report_texts(self) -> ReportTexts:
        """What people write in reports."""

    async def secret(self, name: str) -> bytes:
        """Thirty-two random bytes under that name, the same for every process and for good."""

    async def add_key(self, key: ApiKey) -> None:
        """Keep a new key."""

    async def key(self, id: str) -> ApiKey | None:
        """One key, revoked and expired ones too."""

    async def keys(self) -> list[ApiKey]:
        """All of them, oldest first."""

    async def revoke_key(self, id: str, at: datetime) -> bool:
        """It is good for nothing from now on; False where there is none, or it was revoked."""

    async def key_used(self, used: Mapping[str, datetime]) -> None:
        """When each of these was last used."""

    async def submitted(self, each: Sequence[Submitted], at: datetime) -> dict[bytes, bytes]:
        """Remember these, all in one transaction; what was remembered before stays.

        Gives of each key the body that it first came with.
        """

    async def count(self, new: Mapping[Window, int]) -> dict[Window, int]:
        """Add to the counts of these windows; gives them as they are then, of all processes."""

    async def end_links(self, of: str, before: datetime) -> None:
        """Links of ``case:<complaint_id>``, ``agency:<code>`` or ``mail:<id>`` that were made up to
        then open nothing any more; one that ended later stays as it is."""

    async def links_ended(self, of: Collection[str]) -> dict[str, datetime]:
        """Up to when links of these were ended, of those that were."""

    async def forget(self, before: datetime, most: int) -> int:
        """Drop at most ``most`` idempotency keys from before then; gives how many."""

    async def forget_windows(self, before: datetime) -> None:
        """Drop every window that began before then."""

    async def forget_keys(self, before: datetime) -> int:
        """Drop the keys that were revoked, or expired, before then; gives how many."""

    async def check(self) -> None:
        """Raises StoreUnavailable unless the store can be written now."""

    async def close(self) -> None: ...
