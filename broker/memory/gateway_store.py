"""The gateway's store in memory, for tests; it passes the same tests as the real one."""

import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from broker.memory.attachments import MemoryAttachments
from broker.memory.duty import MemoryDuties
from broker.memory.people import MemoryPeople
from broker.memory.presence import MemoryPresence
from broker.memory.report_texts import MemoryReportTexts
from broker.ports.gateway import ApiKey, Submitted, Window


class MemoryGatewayStore:
    """Implements the port ``GatewayStore``."""

    def __init__(self) -> None:
        self.attachments = MemoryAttachments()
        self.people = MemoryPeople()
        self.duties = MemoryDuties()
        self.presence = MemoryPresence()
        self.report_texts = MemoryReportTexts()
        self._secrets: dict[str, bytes] = {}
        self._keys: dict[str, ApiKey] = {}
        self._submitted: dict[bytes, tuple[bytes, datetime]] = {}
        self._windows: Counter[Window] = Counter()
        self._ended: dict[str, datetime] = {}

    async def secret(self, name: str) -> bytes:
        """See the port."""
        return self._secrets.setdefault(name, os.urandom(32))

    async def add_key(self, key: ApiKey) -> None:
        """See the port."""
        self._keys[key.id] = key

    async def key(self, id: str) -> ApiKey | None:
        """See the port."""
        return self._keys.get(id)

    async def keys(self) -> list[ApiKey]:
        """See the port."""
        return sorted(self._keys.values(), key=lambda key: (key.made_at, key.id))

    async def revoke_key(self, id: str, at: datetime) -> bool:
        """See the port."""
        key = self._keys.get(id)
        if key is None or key.revoked_at is not None:
            return False
        self._keys[id] = replace(key, revoked_at=at)
        return True

    async def key_used(self, used: Mapping[str, datetime]) -> None:
        """See the port."""
        for id, at in used.items():
            if id in self._keys:
                self._keys[id] = replace(self._keys[id], used_at=at)

    async def submitted(self, each: Sequence[Submitted], at: datetime) -> dict[bytes, bytes]:
        """See the port."""
        return {one.key: self._submitted.setdefault(one.key, (one.body, at))[0] for one in each}

    async def count(self, new: Mapping[Window, int]) -> dict[Window, int]:
        """See the port."""
        self._windows.update(new)
        return {window: self._windows[window] for window in new}

    async def end_links(self, of: str, before: datetime) -> None:
        """See the port."""
        self._ended[of] = max(before, self._ended.get(of, before))

    async def links_ended(self, of: Collection[str]) -> dict[str, datetime]:
        """See the port."""
        return {one: self._ended[one] for one in of if one in self._ended}

    async def forget(self, before: datetime, most: int) -> int:
        """See the port."""
        aged = sorted((at, key) for key, (_, at) in self._submitted.items() if at < before)
        for _, key in aged[:most]:
            del self._submitted[key]
        return len(aged[:most])

    async def forget_windows(self, before: datetime) -> None:
        """See the port."""
        for window in [one for one in self._windows if one.begins < before.timestamp()]:
            del self._windows[window]

    async def forget_keys(self, before: datetime) -> int:
        """See the port."""
        ended = [
            key.id
            for key in self._keys.values()
            if any(at and at < before for at in (key.revoked_at, key.expires_at))
        ]
        for id in ended:
            del self._keys[id]
        return len(ended)

    async def check(self) -> None:
        """See the port."""

    async def close(self) -> None:
        """See the port."""
