"""What the gateway knows of files that came with complaints: where they lie and whose they are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as it is kept. ``digest``: SHA-256 of its bytes; ``place``: its name in the folder,
    which is never used again for other bytes, nor for the same after they were removed."""

    digest: bytes
    place: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Attached:
    """A complaint that has files. ``at``: since when; ``seen``: its case was there at some time."""

    complaint: UUID
    at: datetime
    seen: bool


class AttachmentRegister(Protocol):
    """Every method may raise StoreUnavailable.

    A file is announced before its bytes are written, and belongs to a complaint before that is
    published: so whatever lies in the folder is known here, and nobody's file is found and removed.
    """

    async def announce(self, files: Sequence[KeptFile], at: datetime) -> list[KeptFile]:
        """Bytes are about to be written; gives the files with the places that they go to.

        The same bytes keep the place that they have, unless they are just being removed.
        """

    async def attach(
        self, complaint: UUID, digests: Collection[bytes], at: datetime
    ) -> frozenset[bytes]:
        """These belong to a complaint from now on; gives those that did not before.

        Raises:
            StoreUnavailable: one of them was not announced, or is just being removed.
        """

    async def detach(self, complaint: UUID, digests: Collection[bytes] | None = None) -> set[bytes]:
        """These (None: all of its files) are no longer the complaint's; gives those that were."""

    async def attached(self, complaint: UUID, digest: bytes) -> KeptFile | None:
        """A file of a complaint; None where it has no such file."""

    async def to_look_at(self, now: datetime, most: int) -> list[Attached]:
        """Complaints of which it is time to find out whether their case still has its words."""

    async def looked_at(self, next_time: Mapping[UUID, tuple[datetime, bool]]) -> None:
        """When to look again at each of these, and whether its case was ever seen."""

    async def let_go(
        self,
        before: datetime,
        now: datetime,
        most: int,
        only: Collection[bytes] | None = None,
    ) -> list[KeptFile]:
        """Mark files that belong to no complaint, and were last announced or attached before a
        moment; gives these and all that were marked before. ``only``: of these alone."""

    async def gone(self, files: Sequence[KeptFile]) -> None:
        """The bytes at these places are removed."""

    async def unknown(self, places: Collection[str]) -> set[str]:
        """Those of these places that no file has."""

    async def totals(self) -> tuple[int, int]:
        """How many files are kept, and how many bytes they have."""
