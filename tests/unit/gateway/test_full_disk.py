"""A disk that is full: whoever files is told at once, and what was taken in before stands."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from broker.ports import Submitted
from broker.store.gateway import open_gateway_store
from gateway.api.batching import Batches
from tests.unit.gateway.door import NOW, MemoryDoor, Remembering


@contextmanager
def no_file_grows() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_nothing_is_half_done_on_a_full_disk_and_all_is_well_after_it(
    door: MemoryDoor, tmp_path: Path
) -> None:
    store = await open_gateway_store(f"sqlite:///{tmp_path}/gateway.sqlite3")
    remembering = cast(Any, Remembering(cast(Any, store)))
    door.world.remember = cast(Batches[tuple[bytes, bytes], bytes], remembering)
    headers = {"Authorization": f"Bearer {door.keys['web']}", "Idempotency-Key": "one"}

    async def files() -> int:
        body = {"text": "sampah"}
        return (await door.client.post("/v1/complaints", json=body, headers=headers)).status_code

    with no_file_grows():
        assert await files() == 503
        assert door.sent.messages == []
    assert await files() == 202
    assert await files() == 202
    assert len({message.message_id for message in door.sent.messages}) == 1
    kept = await store.submitted([Submitted(b"other", b"x")], NOW)
    assert kept == {b"other": b"x"}
    await store.close()
