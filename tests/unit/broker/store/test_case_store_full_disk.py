"""A disk that is full while SQLite's log is to be emptied: the words go the next time."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broker.store.cases import open_case_store
from tests.contract.keeping import NOW, a_case, save


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_tidying_and_leaving_are_done_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "cases.sqlite3"
    store = await open_case_store(f"sqlite:///{file}")
    await save(store, *(a_case() for _ in range(100)))
    assert file.with_name("cases.sqlite3-wal").stat().st_size > file.stat().st_size
    with no_file_grows_beyond(file.stat().st_size):
        assert await store.forget(NOW, 10) == 0
        await store.close()
    again = await open_case_store(f"sqlite:///{file}")
    assert sum(number for *_, number in await again.counts()) == 100
    await again.close()
