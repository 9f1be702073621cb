"""What every case store promises: messages deferred, and how far reading has got."""

from dataclasses import replace
from datetime import timedelta, timezone
from uuid import uuid4

import pytest

from broker.ports import CaseStore, Held
from schemas import limits
from tests.contract.keeping import DAY, NOW, OpenStore, an_aside


async def test_a_message_kept_aside_comes_back_whole(open_stores: OpenStore) -> None:
    store, complaint = await open_stores(), uuid4()
    body = bytes(range(256)) * 100
    early = an_aside("agency.dpupr|u-1\x00", complaint, body=body)
    async with store.transaction() as transaction:
        await transaction.defer([early])
        assert await transaction.deferred([complaint, uuid4()]) == [early]
    async with (await open_stores()).transaction() as transaction:
        assert await transaction.deferred([complaint]) == [early]
        assert await transaction.deferred([uuid4()]) == []
        assert await transaction.deferred([]) == []


async def test_what_is_kept_aside_comes_back_in_the_order_in_which_it_came(
    case_store: CaseStore,
) -> None:
    one, two = uuid4(), uuid4()
    early = [an_aside(f"u-{9 - n}", one if n % 3 else two, until=NOW - n * DAY) for n in range(9)]
    for some in (early[:4], early[4:5], early[5:]):
        async with case_store.transaction() as transaction:
            await transaction.defer(some)
    async with case_store.transaction() as transaction:
        assert await transaction.deferred([one, two]) == early
        assert await transaction.deferred([two]) == early[::3]
        assert await transaction.deferred_until(NOW, 20) == early[:0:-1]
        assert await transaction.deferred_until(NOW, 2) == early[:6:-1]
        assert await transaction.deferred_until(NOW - 8 * DAY, 20) == []


async def test_the_same_message_is_kept_aside_once_as_it_was_first(case_store: CaseStore) -> None:
    complaint = uuid4()
    first = an_aside("u-1", complaint)
    async with case_store.transaction() as transaction:
        await transaction.defer([first, an_aside("u-1", complaint, until=NOW + DAY)])
    async with case_store.transaction() as transaction:
        await transaction.defer([an_aside("u-1", complaint, body=b"again")])
        assert await transaction.deferred([complaint]) == [first]


async def test_more_is_forgotten_at_once_than_a_statement_takes_values(
    case_store: CaseStore,
) -> None:
    """A batch of cases begins, and a hundred messages waited for each of them."""
    complaint = uuid4()
    early = [an_aside(f"u-{n}", complaint) for n in (0, 65_535)]
    async with case_store.transaction() as transaction:
        await transaction.defer(early)
        await transaction.forget_deferred([f"u-{n}" for n in range(65_536)])
        assert await transaction.deferred([complaint]) == []


async def test_what_was_decided_is_not_kept_aside_any_more(case_store: CaseStore) -> None:
    complaint = uuid4()
    early = [an_aside(f"u-{n}", complaint) for n in range(3)]
    async with case_store.transaction() as transaction:
        await transaction.defer(early)
    async with case_store.transaction() as transaction:
        await transaction.forget_deferred(["u-0", "u-2", "never kept"])
        await transaction.forget_deferred([])
    async with case_store.transaction() as transaction:
        assert await transaction.deferred([complaint]) == early[1:2]


async def test_what_was_reached_never_goes_back(case_store: CaseStore) -> None:
    assert await case_store.watermark() is None
    jakarta = timezone(timedelta(hours=7))
    for moment, expected in ((NOW, NOW), (NOW - DAY, NOW), (NOW + DAY, NOW + DAY)):
        async with case_store.transaction() as transaction:
            await transaction.advance_watermark(moment.astimezone(jakarta))
        assert await case_store.watermark() == expected


async def test_the_fast_clock_begins_once(open_stores: OpenStore) -> None:
    one, two = await open_stores(), await open_stores()
    async with one.transaction() as transaction:
        await transaction.advance_watermark(NOW + DAY)
    assert await one.began(NOW) == NOW
    assert await two.began(NOW + DAY) == NOW
    assert await one.began(NOW - DAY) == NOW
    assert await one.watermark() == NOW + DAY


async def test_how_much_is_deferred_is_told_without_reading_it(case_store: CaseStore) -> None:
    one, two = uuid4(), uuid4()
    early = [
        replace(an_aside(f"u-{n}", one if n < 3 else two, body=b"x" * 10 * n), speaker=speaker)
        for n, speaker in enumerate(("agency.a", "agency.a", "agency.b", "agency.a"))
    ]
    ours = an_aside("ours", one, body=b"x" * 1000)
    async with case_store.transaction() as transaction:
        await transaction.defer([*early, ours])
    nobody, sizes = uuid4(), [one.size for one in early]
    assert min(sizes) > 100, "headers count too"
    async with case_store.transaction() as transaction:
        of_cases, of_speakers = await transaction.held([one, two, nobody], ["agency.a", "desk.x"])
        assert of_cases == {one: Held(3, sum(sizes[:3])), two: Held(1, sizes[3]), nobody: Held()}
        of_a = Held(3, sizes[0] + sizes[1] + sizes[3])
        assert of_speakers == {"agency.a": of_a, "desk.x": Held()}
        assert await transaction.deferred_keys(["u-1", "u-9"]) == {"u-1"}
        assert await transaction.held([], []) == ({}, {})
        assert [one.speaker for one in await transaction.deferred([two])] == ["agency.a"]


async def test_what_has_waited_long_enough_comes_in_steps_of_so_many_bytes(
    case_store: CaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = [an_aside(f"u-{n}", uuid4(), until=NOW - DAY, body=b"x" * 100) for n in range(4)]
    monkeypatch.setattr(limits, "DEFERRED_STEP_BYTES", 2 * early[0].size + 50)
    large = an_aside("large", uuid4(), until=NOW - 2 * DAY, body=b"x" * 1000)
    async with case_store.transaction() as transaction:
        await transaction.defer([*early, large])
    async with case_store.transaction() as transaction:
        assert await transaction.deferred_until(NOW, 10) == [large]
        await transaction.forget_deferred(["large"])
        assert await transaction.deferred_until(NOW, 10) == early[:2]
