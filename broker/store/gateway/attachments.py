"""Files that came with complaints, in the gateway's store; one transaction a call."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Row, case, delete, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from broker.errors import StoreUnavailable
from broker.ports.attachments import Attached, KeptFile
from broker.store.database import Database
from broker.store.gateway.tables import attached, files

T = TypeVar("T")

_AT_ONCE: Final = 500
"""Values in one statement; SQLite before 3.32 takes 999."""
_BELONGS: Final = exists().where(attached.c.digest == files.c.digest)


class SqlAttachments:
    """Implements the port ``AttachmentRegister``. ``within``: seconds for one call."""

    def __init__(self, database: Database, within: float) -> None:
        self._database = database
        self._within = within
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    async def announce(self, files: Sequence[KeptFile], at: datetime) -> list[KeptFile]:
        """See the port."""
        return await self._run(partial(self._announce, tuple(files), at)) if files else []

    async def attach(
        self, complaint: UUID, digests: Collection[bytes], at: datetime
    ) -> frozenset[bytes]:
        """See the port."""
        return await self._run(partial(self._attach, complaint, sorted(set(digests)), at))

    async def detach(self, complaint: UUID, digests: Collection[bytes] | None = None) -> set[bytes]:
        """See the port."""
        return await self._run(partial(self._detach, complaint, digests))

    async def attached(self, complaint: UUID, digest: bytes) -> KeptFile | None:
        """See the port."""
        return await self._run(partial(self._find, complaint, digest))

    async def to_look_at(self, now: datetime, most: int) -> list[Attached]:
        """See the port."""
        return await self._run(partial(self._to_look_at, now, most))

    async def looked_at(self, next_time: Mapping[UUID, tuple[datetime, bool]]) -> None:
        """See the port."""
        if next_time:
            await self._run(partial(self._looked_at, dict(next_time)))

    async def let_go(
        self,
        before: datetime,
        now: datetime,
        most: int,
        only: Collection[bytes] | None = None,
    ) -> list[KeptFile]:
        """See the port."""
        return await self._run(partial(self._let_go, before, now, most, only))

    async def gone(self, files: Sequence[KeptFile]) -> None:
        """See the port."""
        if files:
            await self._run(partial(self._gone, tuple(files)))

    async def unknown(self, places: Collection[str]) -> set[str]:
        """See the port."""
        return await self._run(partial(self._unknown, sorted(places)))

    async def totals(self) -> tuple[int, int]:
        """See the port."""
        return await self._run(self._totals)

    async def _run(self, job: Callable[[], T]) -> T:
        return await self._database.run(job, self._within)

    # The rest runs in the database's thread.

    def _announce(self, each: Sequence[KeptFile], at: datetime) -> list[KeptFile]:
        announcing = self._insert(files)
        new = announcing.excluded
        announcing = announcing.on_conflict_do_update(
            index_elements=[files.c.digest],
            set_={
                "place": case((files.c.gone_at.is_(None), files.c.place), else_=new.place),
                "at": new.at,
                "gone_at": None,
            },
        )
        with self._database.transaction() as connection:
            # In order, so that two processes never wait for each other.
            for one in sorted(each, key=_by_digest):
                row = {"digest": one.digest, "place": one.place, "media_type": one.media_type}
                connection.execute(announcing.values(**row, size=one.size, at=at))
            wanted = select(files).where(files.c.digest.in_({one.digest for one in each}))
            found = {bytes(row.digest): _file(row) for row in connection.execute(wanted)}
        return [found[one.digest] for one in each]

    def _attach(self, complaint: UUID, digests: list[bytes], at: datetime) -> frozenset[bytes]:
        new = list[bytes]()
        with self._database.transaction() as connection:
            for digest in digests:
                # Written, not only locked: whoever is about to remove it looks at it again.
                there = update(files).where(files.c.digest == digest, files.c.gone_at.is_(None))
                if not connection.execute(there.values(at=at)).rowcount:
                    raise StoreUnavailable("a file is just being removed; send it again")
                # Under the lock of its file: nobody else attaches it meanwhile.
                key = attached.c.complaint == complaint, attached.c.digest == digest
                if connection.execute(select(attached.c.digest).where(*key)).first() is None:
                    row = {"complaint": complaint, "digest": digest, "at": at, "look_at": at}
                    connection.execute(insert(attached).values(**row, seen=False))
                    new.append(digest)
        return frozenset(new)

    def _detach(self, complaint: UUID, digests: Collection[bytes] | None) -> set[bytes]:
        there = attached.c.complaint == complaint
        if digests is not None:
            there &= attached.c.digest.in_(list(digests))
        with self._database.transaction() as connection:
            found = connection.execute(select(attached.c.digest).where(there)).scalars()
            were = {bytes(digest) for digest in found}
            connection.execute(delete(attached).where(there))
        return were

    def _find(self, complaint: UUID, digest: bytes) -> KeptFile | None:
        wanted = select(files).join(attached, attached.c.digest == files.c.digest)
        wanted = wanted.where(attached.c.complaint == complaint, attached.c.digest == digest)
        with self._database.transaction(reading=True) as connection:
            row = connection.execute(wanted).one_or_none()
            return None if row is None else _file(row)

    def _to_look_at(self, now: datetime, most: int) -> list[Attached]:
        first, due = func.min(attached.c.at), func.min(attached.c.look_at)
        unseen = func.min(case((attached.c.seen, 1), else_=0))
        wanted = select(attached.c.complaint, first.label("at"), unseen.label("seen"))
        wanted = wanted.where(attached.c.look_at <= now).group_by(attached.c.complaint)
        wanted = wanted.order_by(due, attached.c.complaint).limit(most)
        with self._database.transaction(reading=True) as connection:
            found = connection.execute(wanted)
            return [Attached(row.complaint, row.at, bool(row.seen)) for row in found]

    def _looked_at(self, next_time: dict[UUID, tuple[datetime, bool]]) -> None:
        with self._database.transaction() as connection:
            for complaint, (at, seen) in sorted(next_time.items()):
                of_it = update(attached).where(attached.c.complaint == complaint)
                connection.execute(of_it.values(look_at=at, seen=seen))

    def _let_go(
        self, before: datetime, now: datetime, most: int, only: Collection[bytes] | None
    ) -> list[KeptFile]:
        free = select(files.c.digest).where(files.c.at < before, files.c.gone_at.is_(None))
        free = free.where(~_BELONGS).order_by(files.c.at).limit(most)
        if only is not None:
            free = free.where(files.c.digest.in_(list(only)))
        marking = update(files).where(
            files.c.digest.in_(free.with_for_update(skip_locked=True)),
            files.c.at < before,
            files.c.gone_at.is_(None),
        )
        again = update(files).where(files.c.gone_at == now, _BELONGS)
        wanted = select(files).where(files.c.gone_at.is_not(None)).limit(most)
        with self._database.transaction() as connection:
            connection.execute(marking.values(gone_at=now))
            # What was attached while the first statement looked is seen by the second.
            connection.execute(again.values(gone_at=None))
            return [_file(row) for row in connection.execute(wanted)]

    def _gone(self, each: Sequence[KeptFile]) -> None:
        with self._database.transaction() as connection:
            for one in sorted(each, key=_by_digest):
                connection.execute(
                    delete(files).where(
                        files.c.digest == one.digest,
                        files.c.place == one.place,
                        files.c.gone_at.is_not(None),
                    )
                )

    def _unknown(self, places: list[str]) -> set[str]:
        known = set[str]()
        with self._database.transaction(reading=True) as connection:
            for first in range(0, len(places), _AT_ONCE):
                some = places[first : first + _AT_ONCE]
                wanted = select(files.c.place).where(files.c.place.in_(some))
                known |= set(connection.execute(wanted).scalars())
        return set(places) - known

    def _totals(self) -> tuple[int, int]:
        wanted = select(func.count(), func.coalesce(func.sum(files.c.size), 0)).select_from(files)
        with self._database.transaction(reading=True) as connection:
            many, size = connection.execute(wanted).one()
            return int(many), int(size)


def _by_digest(one: KeptFile) -> bytes:
    return one.digest


def _file(row: Row[Any]) -> KeptFile:
    return KeptFile(bytes(row.digest), row.place, row.media_type, row.size)
