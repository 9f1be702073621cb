"""What every register of attachments promises: SQLite, PostgreSQL, and the twin in memory."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from broker.errors import StoreUnavailable
from broker.memory import MemoryGatewayStore
from broker.ports import Attached, AttachmentRegister, KeptFile
from broker.store.gateway import open_gateway_store
from tests.contract.conftest import _empty

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ONE, TWO = UUID(int=1), UUID(int=2)
Open = Callable[[], Awaitable[AttachmentRegister]]


@pytest_asyncio.fixture(params=["memory", "sqlite", "postgres"])
async def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens the register of this test once more, as a further process would."""
    shared = MemoryGatewayStore()
    url = "" if request.param == "memory" else _empty(request.param, request, tmp_path)
    async with AsyncExitStack() as stack:

        async def connect() -> AttachmentRegister:
            if not url:
                return shared.attachments
            store = await open_gateway_store(url)
            stack.push_async_callback(store.close)
            return store.attachments

        yield connect


def a_file(what: str, nonce: str = "a") -> KeptFile:
    digest = sha256(what.encode()).digest()
    return KeptFile(digest, f"{digest.hex()}-{nonce}", "image/jpeg", len(what))


async def test_a_file_that_is_announced_twice_has_one_place(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    first = a_file("foto")
    assert await one.announce([first], NOW) == [first]
    other = a_file("lain", "b")
    found = await two.announce([other, a_file("foto", "b")], NOW + HOUR)
    assert found == [other, first]
    assert await one.totals() == (2, 8)


async def test_a_complaint_has_what_was_attached_to_it_and_nothing_else(open_again: Open) -> None:
    store, file = await open_again(), a_file("foto")
    await store.announce([file], NOW)
    assert await store.attach(ONE, [file.digest], NOW) == {file.digest}
    assert await store.attach(ONE, [file.digest], NOW) == frozenset()
    assert await store.attached(ONE, file.digest) == file
    assert await store.attached(TWO, file.digest) is None
    assert await store.attached(ONE, b"x" * 32) is None


async def test_what_was_not_announced_is_not_attached_and_nothing_of_it_is(
    open_again: Open,
) -> None:
    store, file = await open_again(), a_file("foto")
    await store.announce([file], NOW)
    with pytest.raises(StoreUnavailable):
        await store.attach(ONE, [file.digest, b"x" * 32], NOW)
    assert await store.attached(ONE, file.digest) is None


async def test_a_file_of_two_complaints_is_let_go_with_the_second(open_again: Open) -> None:
    store, file = await open_again(), a_file("foto")
    await store.announce([file], NOW)
    await store.attach(ONE, [file.digest], NOW)
    await store.attach(TWO, [file.digest], NOW)
    assert await store.detach(ONE) == {file.digest}
    assert await store.let_go(NOW + HOUR, NOW, 10) == []
    assert await store.detach(TWO, [file.digest, b"x" * 32]) == {file.digest}
    assert await store.detach(TWO) == set()
    assert await store.let_go(NOW, NOW, 10) == []
    assert await store.let_go(NOW + HOUR, NOW, 10) == [file]


async def test_only_what_is_named_is_let_go_where_something_is_named(open_again: Open) -> None:
    store, file, other = await open_again(), a_file("foto"), a_file("lain")
    await store.announce([file, other], NOW)
    assert await store.let_go(NOW + HOUR, NOW, 10, only=[other.digest]) == [other]


async def test_what_is_being_removed_is_not_attached_and_comes_back_at_another_place(
    open_again: Open,
) -> None:
    one, two = await open_again(), await open_again()
    file, again = a_file("foto", "a"), a_file("foto", "b")
    await one.announce([file], NOW)
    assert await one.let_go(NOW + HOUR, NOW + HOUR, 10) == [file]
    with pytest.raises(StoreUnavailable):
        await two.attach(ONE, [file.digest], NOW + HOUR)
    assert await two.announce([again], NOW + HOUR) == [again]
    await two.attach(ONE, [file.digest], NOW + HOUR)
    await one.gone([file])
    assert await one.attached(ONE, file.digest) == again
    assert await one.unknown([file.place, again.place]) == {file.place}


async def test_what_was_marked_is_given_again_until_its_bytes_are_gone(open_again: Open) -> None:
    store, file = await open_again(), a_file("foto")
    await store.announce([file], NOW)
    assert await store.let_go(NOW + HOUR, NOW, 10) == [file]
    assert await store.let_go(NOW, NOW, 10) == [file]
    await store.gone([file])
    assert await store.let_go(NOW, NOW, 10) == []
    assert await store.totals() == (0, 0)


async def test_a_complaint_is_looked_at_when_its_time_comes(open_again: Open) -> None:
    store, file, other = await open_again(), a_file("foto"), a_file("lain")
    await store.announce([file, other], NOW)
    await store.attach(ONE, [file.digest, other.digest], NOW)
    await store.attach(TWO, [file.digest], NOW + HOUR)
    assert await store.to_look_at(NOW, 10) == [Attached(ONE, NOW, False)]
    await store.looked_at({ONE: (NOW + 2 * HOUR, True)})
    assert await store.to_look_at(NOW + HOUR, 10) == [Attached(TWO, NOW + HOUR, False)]
    later = await store.to_look_at(NOW + 2 * HOUR, 10)
    assert later == [Attached(TWO, NOW + HOUR, False), Attached(ONE, NOW, True)]
    assert len(await store.to_look_at(NOW + 2 * HOUR, 1)) == 1
