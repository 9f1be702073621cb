"""A backup holds the people; who was signed in signs in again after it was put back."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from broker.errors import BadConfiguration
from broker.ports import Contact, Duty, GatewayStore, Person, ReportText, WebSession
from broker.store.backup.copying import back_up
from broker.store.backup.restoring import restore
from broker.store.gateway import open_gateway_store
from broker.store.journal import open_journal

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
RINA = Person("rina", "Rina", frozenset({"desk"}), NOW, "hash")
SESSION = WebSession(b"s" * 32, "rina", NOW, NOW)


async def with_rina(state: Path) -> None:
    state.mkdir()
    journal = await open_journal(f"sqlite:///{state}/journal.sqlite3")
    await journal.close()
    store = await open_gateway_store(f"sqlite:///{state}/gateway.sqlite3")
    await store.people.add_person(RINA)
    await store.people.add_session(SESSION)
    await store.close()


async def test_people_come_back_and_their_sessions_do_not(tmp_path: Path) -> None:
    await with_rina(tmp_path / "state")
    back_up(tmp_path / "state", tmp_path / "backup", NOW, "1.2.3")
    restore(tmp_path / "backup", tmp_path / "new", NOW)
    store = await open_gateway_store(f"sqlite:///{tmp_path}/new/gateway.sqlite3")
    assert await store.people.people() == [RINA]
    assert await store.people.session(SESSION.digest) is None
    await store.close()


async def test_a_store_with_people_alone_is_not_overwritten(tmp_path: Path) -> None:
    await with_rina(tmp_path / "state")
    back_up(tmp_path / "state", tmp_path / "backup", NOW, "1.2.3")
    with pytest.raises(BadConfiguration, match="--force"):
        restore(tmp_path / "backup", tmp_path / "state", NOW)
    assert restore(tmp_path / "backup", tmp_path / "state", NOW, force=True).aside is not None


TEXT: Final = ReportText("2026-02", "findings", 1, "Air bersih.", "rina", NOW)
DUTY: Final = Duty("d", "dlh", NOW.date(), NOW.date(), Contact("Budi", ""), None, "rina", NOW)


async def _write(store: GatewayStore) -> None:
    assert await store.report_texts.write(TEXT)


async def _duty(store: GatewayStore) -> None:
    await store.duties.add_duties([DUTY])


@pytest.mark.parametrize("fill", [_write, _duty])
async def test_what_people_wrote_comes_back_and_is_not_overwritten(
    tmp_path: Path, fill: Callable[[GatewayStore], Awaitable[None]]
) -> None:
    state = tmp_path / "state"
    await with_rina(state)
    store = await open_gateway_store(f"sqlite:///{state}/gateway.sqlite3")
    await fill(store)
    assert await store.people.remove_person("rina")
    await store.close()
    back_up(state, tmp_path / "backup", NOW, "1.2.3")
    with pytest.raises(BadConfiguration, match="--force"):
        restore(tmp_path / "backup", state, NOW)
    restore(tmp_path / "backup", tmp_path / "new", NOW)
    store = await open_gateway_store(f"sqlite:///{tmp_path}/new/gateway.sqlite3")
    there = (
        await store.report_texts.texts([TEXT.period]),
        await store.duties.duties(DUTY.first, DUTY.last),
    )
    assert there in (([TEXT], []), ([], [DUTY]))
    await store.close()
