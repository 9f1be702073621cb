"""What every store of people promises: SQLite, PostgreSQL, and the twin in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from broker.memory import MemoryGatewayStore
from broker.ports import GatewayStore, PeopleLine, PeopleStore, Person, TryLimit, WebSession
from broker.store.database import Database
from broker.store.gateway import open_gateway_store
from tests.contract.conftest import _empty

NOW = datetime(2026, 3, 2, 2, 0, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Open = Callable[[], Awaitable[PeopleStore]]


@pytest_asyncio.fixture(params=["memory", "sqlite", "postgres"])
async def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens the store of this test once more, as a further process would."""
    shared = MemoryGatewayStore()
    url = "" if request.param == "memory" else _empty(request.param, request, tmp_path)
    async with AsyncExitStack() as stack:

        async def connect() -> PeopleStore:
            if not url:
                return shared.people
            store: GatewayStore = await open_gateway_store(url)
            stack.push_async_callback(store.close)
            return store.people

        yield connect


@pytest_asyncio.fixture
async def store(open_again: Open) -> PeopleStore:
    return await open_again()


def rina(name: str = "rina", **others: object) -> Person:
    person = Person(name, "Rina Wati", frozenset({"desk", "agency:dlh"}), NOW, "hash")
    return replace(person, **others)  # type: ignore[arg-type]  # fields of a person


def a_session(n: int = 1, person: str = "rina", at: datetime = NOW) -> WebSession:
    return WebSession(bytes([n]) * 32, person, at, at, frozenset({"password"}), "10.0.0.1")


def limit(of: int = 1, free: int = 2) -> TryLimit:
    return TryLimit(bytes([of]) * 32, free, MINUTE, 4 * MINUTE, timedelta(hours=1))


async def test_a_person_comes_back_as_it_was_kept(store: PeopleStore) -> None:
    whole = rina(
        must_change=True,
        totp="BASE32",
        totp_step=7,
        codes=("a", "b"),
        oidc="https://sso.test 1",
        email="rina@basel.test",
        language="en",
        signed_in_at=NOW,
        disabled_at=NOW + MINUTE,
    )
    assert await store.add_person(whole)
    assert await store.person("rina") == whole
    assert await store.person_by_oidc("https://sso.test 1") == whole
    assert await store.people() == [whole]
    assert (await store.person("budi"), await store.person_by_oidc("x")) == (None, None)


async def test_a_name_and_an_account_elsewhere_are_one_persons(store: PeopleStore) -> None:
    assert await store.add_person(rina(oidc="i 1"))
    assert not await store.add_person(rina())
    assert not await store.add_person(rina("budi", oidc="i 1"))
    assert await store.add_person(rina("budi", oidc="i 2"))
    budi = rina("budi", oidc="i 2")
    assert not await store.change_person(budi, replace(budi, oidc="i 1"))
    assert await store.person("budi") == budi


async def test_of_two_who_add_the_same_name_at_once_one_does(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    added = await asyncio.gather(
        *(each.add_person(rina(shown_name=f"n{i}")) for i in range(4) for each in (one, two))
    )
    assert sum(added) == 1


async def test_of_two_who_change_the_same_value_one_does(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    before = rina()
    await one.add_person(before)
    done = await asyncio.gather(
        one.change_person(before, replace(before, totp_step=1)),
        two.change_person(before, replace(before, totp_step=2)),
    )
    assert sorted(done) == [False, True]
    assert not await one.change_person(rina("nobody"), rina("nobody", totp_step=1))


async def test_who_was_removed_is_gone_with_the_sessions(store: PeopleStore) -> None:
    await store.add_person(rina())
    await store.add_session(a_session())
    assert await store.remove_person("rina")
    assert not await store.remove_person("rina")
    assert (await store.session(a_session().digest), await store.sessions("rina")) == (None, [])


async def test_a_session_is_somebodys_until_it_is_ended(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    await one.add_person(rina())
    await one.add_session(a_session())
    assert await two.session(a_session().digest) == (a_session(), rina())
    assert await one.end_sessions("rina") == 1
    assert await two.session(a_session().digest) is None


async def test_who_is_disabled_has_no_session_in_any_process(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    await one.add_person(rina())
    await one.add_session(a_session())
    await one.change_person(rina(), rina(disabled_at=NOW))
    assert await two.session(a_session().digest) is None


async def test_ones_own_sessions_end_and_nobody_elses(store: PeopleStore) -> None:
    await store.add_person(rina())
    await store.add_person(rina("budi"))
    for n in (1, 2, 3):
        await store.add_session(a_session(n))
    await store.add_session(a_session(9, "budi"))
    digests = [bytes([n]) * 32 for n in range(10)]
    assert await store.end_sessions("rina", only=[digests[9], digests[1]]) == 1
    assert await store.end_sessions("rina", only=[]) == 0
    assert await store.end_sessions("rina", but=digests[2]) == 1
    assert [one.digest for one in await store.sessions("rina")] == [digests[2]]
    assert len(await store.sessions("budi")) == 1


async def test_a_session_knows_when_it_was_used_last(store: PeopleStore) -> None:
    await store.add_person(rina())
    await store.add_session(a_session())
    await store.seen(a_session().digest, NOW + MINUTE)
    await store.seen(a_session().digest, NOW)
    [kept] = await store.sessions("rina")
    assert kept.seen_at == NOW + MINUTE


async def test_sessions_that_are_over_are_dropped(store: PeopleStore) -> None:
    await store.add_person(rina())
    await store.add_session(a_session(1, at=NOW - timedelta(hours=13)))
    await store.add_session(a_session(2, at=NOW - timedelta(hours=3)))
    await store.add_session(a_session(3))
    gone = await store.forget_sessions(NOW - timedelta(hours=12), NOW - timedelta(hours=2))
    assert gone == 2
    assert [one.digest[0] for one in await store.sessions("rina")] == [3]


async def test_after_so_many_tries_comes_a_wait_that_grows_to_an_end(store: PeopleStore) -> None:
    waited, now = [], NOW
    for _ in range(8):
        until = await store.try_now([limit()], now)
        if until is not None:
            waited.append(until - now)
            now = until
            assert await store.try_now([limit()], now) is None
    assert [round(one / MINUTE) for one in waited] == [1, 2, 4, 4, 4, 4]


async def test_a_try_that_has_to_wait_is_not_counted(store: PeopleStore) -> None:
    for _ in range(2):
        assert await store.try_now([limit()], NOW) is None
    for _ in range(20):
        assert await store.try_now([limit()], NOW) == NOW + MINUTE
    assert await store.waits([limit().of]) == {limit().of: NOW + MINUTE}
    assert await store.try_now([limit()], NOW + MINUTE) is None


async def test_one_that_waits_keeps_the_other_from_being_counted(store: PeopleStore) -> None:
    for _ in range(2):
        await store.try_now([limit(1)], NOW)
    assert await store.try_now([limit(1), limit(2)], NOW) == NOW + MINUTE
    for _ in range(2):
        assert await store.try_now([limit(2)], NOW) is None


async def test_many_tries_at_once_in_many_processes_are_as_many(open_again: Open) -> None:
    one, two = await open_again(), await open_again()
    limits = [limit(1, free=5), limit(2, free=50)]
    told = await asyncio.gather(
        *(each.try_now(limits, NOW) for _ in range(10) for each in (one, two))
    )
    assert sum(until is None for until in told) == 5


async def test_a_right_one_forgets_the_name_and_takes_one_from_the_address(
    store: PeopleStore,
) -> None:
    name, address = limit(1, free=3), limit(2, free=3)
    for _ in range(3):
        assert await store.try_now([name, address], NOW) is None
    await store.tried_rightly([name.of], [address.of])
    assert await store.waits([name.of, address.of]) == {}
    for _ in range(3):
        assert await store.try_now([name], NOW) is None
    assert await store.try_now([address], NOW) is None
    assert await store.try_now([address], NOW) is not None


async def test_after_a_quiet_time_it_begins_anew(store: PeopleStore) -> None:
    for _ in range(2):
        await store.try_now([limit()], NOW)
    later = NOW + timedelta(hours=2)
    assert await store.try_now([limit()], later) is None
    assert await store.try_now([limit()], later) is None
    assert await store.try_now([limit()], later) == later + MINUTE
    assert await store.forget_tries(later + MINUTE) == 1
    assert await store.forget_tries(later + MINUTE) == 0


async def test_lines_come_newest_first_and_are_dropped_by_age(store: PeopleStore) -> None:
    for n in range(3):
        at = NOW + n * MINUTE
        await store.write_people_line(PeopleLine(at, "pintu user", "added", f"p{n}", "desk"))
    newest = await store.people_lines(2)
    assert [(line.of, line.at) for line in newest] == [
        ("p2", NOW + 2 * MINUTE),
        ("p1", NOW + MINUTE),
    ]
    assert newest[0].n > newest[1].n
    assert await store.forget_people_lines(NOW + MINUTE) == 1
    assert [line.of for line in await store.people_lines(10)] == ["p2", "p1"]


async def test_a_person_whom_an_earlier_program_wrote_can_be_changed(store_url: str) -> None:
    """Its record has not all that a person has today, and more than that."""
    gateway = await open_gateway_store(store_url)
    await gateway.people.add_person(rina())
    old = '{"name":"rina","shown_name":"Rina Wati","roles":["desk"],"failed":3,"password":"hash",'
    old += f'"made_at":"{NOW.isoformat()}"}}'
    database = Database(store_url)

    def write_old() -> None:
        with database.transaction() as connection:
            connection.execute(text("UPDATE gateway_person SET record = :old"), {"old": old})

    await database.run(write_old, 10)
    await database.close()
    kept = await gateway.people.person("rina")
    assert kept is not None
    assert await gateway.people.change_person(kept, replace(kept, email="rina@basel.test"))
    await gateway.close()


async def test_nobody_has_a_name_that_no_database_can_hold(store: PeopleStore) -> None:
    """Whoever signs in may type whatever there is."""
    assert await store.add_person(rina())
    assert await store.person("rina\0") is None
    assert await store.person_by_oidc("https://sso.example \0") is None
    assert not await store.remove_person("rina\0")
    assert await store.person("rina") == rina()
