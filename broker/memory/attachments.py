"""The register of attachments in memory, for tests; it passes the same tests as the real one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from broker.errors import StoreUnavailable
from broker.ports.attachments import Attached, KeptFile


@dataclass
class _Kept:
    file: KeptFile
    at: datetime
    gone: bool = False


@dataclass
class _Of:
    at: datetime
    look_at: datetime
    seen: bool = False


class MemoryAttachments:
    """Implements the port ``AttachmentRegister``."""

    def __init__(self) -> None:
        self._files: dict[bytes, _Kept] = {}
        self._attached: dict[tuple[UUID, bytes], _Of] = {}

    async def announce(self, files: Sequence[KeptFile], at: datetime) -> list[KeptFile]:
        """See the port."""
        for one in files:
            kept = self._files.get(one.digest)
            place = one.place if kept is None or kept.gone else kept.file.place
            self._files[one.digest] = _Kept(replace(one, place=place), at)
        return [self._files[one.digest].file for one in files]

    async def attach(
        self, complaint: UUID, digests: Collection[bytes], at: datetime
    ) -> frozenset[bytes]:
        """See the port."""
        kept = [self._files.get(digest) for digest in digests]
        if any(one is None or one.gone for one in kept):
            raise StoreUnavailable("a file is just being removed; send it again")
        for one in kept:
            if one is not None:
                one.at = at
        new = frozenset(each for each in digests if (complaint, each) not in self._attached)
        self._attached |= {(complaint, digest): _Of(at, at) for digest in new}
        return new

    async def detach(self, complaint: UUID, digests: Collection[bytes] | None = None) -> set[bytes]:
        """See the port."""
        were = {
            digest
            for whose, digest in self._attached
            if whose == complaint and (digests is None or digest in digests)
        }
        for digest in were:
            del self._attached[complaint, digest]
        return were

    async def attached(self, complaint: UUID, digest: bytes) -> KeptFile | None:
        """See the port."""
        return self._files[digest].file if (complaint, digest) in self._attached else None

    async def to_look_at(self, now: datetime, most: int) -> list[Attached]:
        """See the port."""
        due: dict[UUID, list[_Of]] = {}
        for (complaint, _), one in sorted(self._attached.items(), key=lambda each: each[1].look_at):
            if one.look_at <= now:
                due.setdefault(complaint, []).append(one)
        return [
            Attached(complaint, min(one.at for one in each), all(one.seen for one in each))
            for complaint, each in list(due.items())[:most]
        ]

    async def looked_at(self, next_time: Mapping[UUID, tuple[datetime, bool]]) -> None:
        """See the port."""
        for (complaint, _), one in self._attached.items():
            if complaint in next_time:
                one.look_at, one.seen = next_time[complaint]

    async def let_go(
        self,
        before: datetime,
        now: datetime,
        most: int,
        only: Collection[bytes] | None = None,
    ) -> list[KeptFile]:
        """See the port."""
        belong = {digest for _, digest in self._attached}
        free = [
            kept
            for digest, kept in sorted(self._files.items(), key=lambda each: each[1].at)
            if digest not in belong and kept.at < before and not kept.gone
            if only is None or digest in only
        ]
        for kept in free[:most]:
            kept.gone = True
        return [kept.file for kept in self._files.values() if kept.gone][:most]

    async def gone(self, files: Sequence[KeptFile]) -> None:
        """See the port."""
        for one in files:
            kept = self._files.get(one.digest)
            if kept is not None and kept.gone and kept.file.place == one.place:
                del self._files[one.digest]

    async def unknown(self, places: Collection[str]) -> set[str]:
        """See the port."""
        return set(places) - {kept.file.place for kept in self._files.values()}

    async def totals(self) -> tuple[int, int]:
        """See the port."""
        return len(self._files), sum(kept.file.size for kept in self._files.values())
