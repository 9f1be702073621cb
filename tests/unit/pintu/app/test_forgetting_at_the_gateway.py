"""What `pintu case forget` removes from the gateway's store."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from broker.ports.presence import Presence
from broker.store.gateway import open_gateway_store
from pintu.app import forget_attachments

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
GONE, STAYS = UUID(int=1), UUID(int=2)


async def test_who_of_the_desk_was_at_the_case_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINTU_STATE_DIR", str(tmp_path))
    monkeypatch.delenv("PINTU_DATABASE_URL", raising=False)
    store = await open_gateway_store(f"sqlite:///{tmp_path}/gateway.sqlite3")
    for complaint in (GONE, STAYS):
        await store.presence.here(Presence(complaint, "rina", NOW))
        await store.presence.claim(complaint, "rina", "form", NOW, NOW)
    assert await forget_attachments(GONE, NOW) == 0
    assert [one.complaint for one in await store.presence.present([GONE, STAYS], NOW)] == [STAYS]
    assert await store.presence.claim(GONE, "sari", "hers", NOW, NOW) is None
    await store.close()
