"""The journal of what was routed."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from types import MappingProxyType
from typing import Final, Protocol
from uuid import UUID

from broker.ports.fingerprints import Fingerprints

NO_FINGERPRINTS: Final[Mapping[UUID, bytes]] = MappingProxyType({})


class Journal(Protocol):
    """What was routed: ids and when, with a retention period."""

    @property
    def fingerprints(self) -> Fingerprints:
        """What is remembered of complaints for a while."""

    def recording(
        self,
        complaints: Sequence[UUID],
        at: datetime,
        fingerprints: Mapping[UUID, bytes] = NO_FINGERPRINTS,
    ) -> AbstractAsyncContextManager[frozenset[UUID]]:
        """Claim complaints, give those that are new, and record them when the block ends well.

        The claim is exclusive: another router that has the same complaint in hand waits for
        this one to end. A block that raises, or a process that dies, records nothing.

        ``fingerprints``: what is remembered of some of them, recorded with those that are new.

        Recordings of one journal may be side by side. The later of two that have the same complaint
        waits for the earlier one, or finds it old at once though it is not recorded yet: so what
        they stand for is to be settled in the order in which they began, the later one only where
        the earlier one ended well.

        Raises:
            StoreUnavailable: on entry or on recording.
        """

    async def forget(self, before: datetime, most: int) -> int:
        """Remove at most ``most`` entries recorded before a moment; gives how many."""

    async def check(self) -> None:
        """Raises StoreUnavailable unless the journal can be written now."""

    async def close(self) -> None: ...
