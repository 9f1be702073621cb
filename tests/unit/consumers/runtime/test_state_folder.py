"""A state folder that cannot be used yet, such as that of a volume which is mounted late."""

import asyncio
from pathlib import Path

from config.settings import load_settings
from consumers.runtime.case_store import opened_cases
from consumers.runtime.service import Service
from tests.support.eventually import PATIENCE, eventually_async


async def test_a_program_waits_for_its_state_folder_and_is_not_ready_meanwhile(
    tmp_path: Path,
) -> None:
    place = tmp_path / "volume"
    place.touch()
    service = Service("cases", load_settings({"PINTU_STATE_DIR": str(place / "state")}))
    opening = asyncio.create_task(opened_cases(service))
    await eventually_async(
        lambda: opening.done() or "cannot be used" in service.health.wanting["store"]
    )
    place.unlink()
    store = await asyncio.wait_for(opening, PATIENCE)
    assert store is not None
    await store.close()
