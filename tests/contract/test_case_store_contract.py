"""What every case store promises: in memory, SQLite and PostgreSQL. Cases."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from broker.errors import StoreUnavailable
from broker.ports import CaseChange, CaseStore
from schemas.complaint import PublicComplaint
from tests.contract.keeping import (
    DAY,
    NOW,
    TEXT,
    OpenStore,
    a_case,
    a_line,
    closed,
    save,
    text_left,
)
from tests.support.eventually import PATIENCE


async def test_a_case_comes_back_as_it_was_saved(open_stores: OpenStore) -> None:
    store, case = await open_stores(), a_case()
    assert await store.find(case.complaint_id) is None
    await save(store, case)
    other = await open_stores()
    assert await other.find(case.complaint_id) == case
    assert await other.find_tracking(case.tracking) == case
    assert await other.find_tracking("0000-0000-0000") is None
    async with other.transaction() as transaction:
        assert await transaction.load([case.complaint_id, a_case().complaint_id]) == {
            case.complaint_id: case
        }


async def test_a_case_comes_back_with_its_links_its_rating_and_what_it_was_submitted_as(
    open_stores: OpenStore,
) -> None:
    store, case = await open_stores(), a_case()
    known = replace(
        case,
        of={"source": "/channels/web", "id": "a\0é"},
        rating=4,
        follows="YWWD-XYKC-XDE1",
        followed_by=("T70C-ZSYX-HBE0", "3RV7-1HA6-ZSJ0"),
    )
    await save(store, case)
    await save(store, known)
    assert await (await open_stores()).find(case.complaint_id) == known


async def test_of_two_cases_with_one_tracking_code_the_newest_is_found(
    case_store: CaseStore,
) -> None:
    old = a_case(opened_at=NOW - 2 * DAY)
    new = replace(a_case(opened_at=NOW), tracking=old.tracking)
    await save(case_store, new, old)
    assert await case_store.find_tracking(old.tracking) == new


async def test_a_transaction_sees_what_it_saved_and_nobody_else_does_before_its_end(
    case_store: CaseStore,
) -> None:
    case = a_case()
    async with case_store.transaction() as transaction:
        await transaction.save([CaseChange(case, (a_line(case),), ("u-1",))])
        again = await transaction.load([case.complaint_id], {case.complaint_id: ["u-1"]})
        assert again == {case.complaint_id: replace(case, seen=frozenset({"u-1"}))}
        assert await case_store.find(case.complaint_id) is None
        assert await case_store.history(case.complaint_id) == []
    assert await case_store.find(case.complaint_id) == case


async def test_a_block_that_raises_changes_nothing(case_store: CaseStore) -> None:
    case, other = a_case(), a_case()
    await save(case_store, case)
    with pytest.raises(ZeroDivisionError):
        async with case_store.transaction() as transaction:
            await transaction.load([case.complaint_id])
            await transaction.save([CaseChange(closed(case), (a_line(case),)), CaseChange(other)])
            await transaction.advance_watermark(NOW)
            raise ZeroDivisionError
    assert await case_store.find(case.complaint_id) == case
    assert await case_store.find(other.complaint_id) is None
    assert await case_store.history(case.complaint_id) == []
    assert await case_store.watermark() is None


async def test_a_block_that_is_cancelled_changes_nothing(case_store: CaseStore) -> None:
    case, inside = a_case(), asyncio.Event()

    async def hang() -> None:
        async with case_store.transaction() as transaction:
            await transaction.save([CaseChange(case)])
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await case_store.find(case.complaint_id) is None
    await save(case_store, case)


async def test_a_transaction_that_failed_stands_in_nobodys_way(open_stores: OpenStore) -> None:
    one, two, case = await open_stores(), await open_stores(), a_case()
    await save(one, case)
    with pytest.raises(ZeroDivisionError):
        async with one.transaction() as transaction:
            await transaction.load([case.complaint_id])
            raise ZeroDivisionError
    async with asyncio.timeout(PATIENCE):
        await save(two, replace(case, hops=1))


async def test_a_transaction_that_is_over_does_nothing_more(case_store: CaseStore) -> None:
    async with case_store.transaction() as transaction:
        pass
    with pytest.raises(RuntimeError):
        await transaction.save([CaseChange(a_case())])


async def test_causes_are_seen_of_the_case_that_took_them_in_only(case_store: CaseStore) -> None:
    one, two = a_case(), a_case()
    strange = "agency.dpupr|" + "x" * 5000 + "\x00"
    async with case_store.transaction() as transaction:
        await transaction.save(
            [CaseChange(one, causes=("a", strange, "a")), CaseChange(two, causes=("b",))]
        )
    asked = {case.complaint_id: ["a", "b", strange, "c"] for case in (one, two)}
    async with case_store.transaction() as transaction:
        found = await transaction.load(list(asked), asked)
        await transaction.save([CaseChange(one, causes=("a", "c"))])
    assert found[one.complaint_id].seen == {"a", strange}
    assert found[two.complaint_id].seen == {"b"}
    async with case_store.transaction() as transaction:
        found = await transaction.load([one.complaint_id], asked)
    assert found[one.complaint_id].seen == {"a", "c", strange}


async def test_history_only_grows_in_the_order_of_recording(case_store: CaseStore) -> None:
    case = a_case()
    lines = [a_line(case, f"line {n}", n=n) for n in range(5)]
    async with case_store.transaction() as transaction:
        await transaction.save([CaseChange(case, tuple(lines[:2]))])
        await transaction.save([CaseChange(case, (lines[2],)), CaseChange(case, (lines[3],))])
    async with case_store.transaction() as transaction:
        await transaction.due(NOW, 1)
        await transaction.save([CaseChange(case, (lines[4],))])
    assert await case_store.history(case.complaint_id) == lines
    assert await case_store.history(case.complaint_id, 1) == lines[-1:]
    assert await case_store.history(case.complaint_id, 0) == []
    assert await case_store.history(case.complaint_id, 99) == lines
    assert await case_store.lines(case.complaint_id) == len(lines)
    assert await case_store.lines(a_case().complaint_id) == 0
    assert await case_store.history(a_case().complaint_id) == []


async def test_a_case_that_is_loaded_knows_how_long_its_history_is(case_store: CaseStore) -> None:
    case, other = a_case(), a_case()
    async with case_store.transaction() as transaction:
        await transaction.save([CaseChange(case, (a_line(case),) * 7), CaseChange(other)])
    ids = [case.complaint_id, other.complaint_id]
    async with case_store.transaction() as transaction:
        found = await transaction.load(ids)
    assert [found[id].lines for id in ids] == [7, 0]


async def test_a_case_comes_with_its_complaint_where_that_is_asked_for(
    case_store: CaseStore,
) -> None:
    one, two = a_case(), a_case()
    await save(case_store, one, two)
    ids = [one.complaint_id, two.complaint_id]
    async with case_store.transaction() as transaction:
        found = await transaction.load(ids, whole=[two.complaint_id])
        assert found == {ids[0]: replace(one, complaint=None), ids[1]: two}
        assert (await transaction.load(ids, whole=()))[ids[1]] == replace(two, complaint=None)
        await transaction.save([CaseChange(replace(found[ids[0]], hops=3))])
    assert await case_store.find(ids[0]) == replace(one, hops=3)


async def test_an_open_case_keeps_its_complaint_whoever_does_not_say_it(
    case_store: CaseStore,
) -> None:
    case = a_case()
    await save(case_store, case)
    async with case_store.transaction() as transaction:
        [due] = await transaction.due(NOW, 10)
        assert due == replace(case, complaint=None)
        await transaction.save([CaseChange(replace(due, next_due=NOW + DAY))])
    assert await case_store.find(case.complaint_id) == replace(case, next_due=NOW + DAY)
    await save(case_store, replace(case, complaint={"text": "lain"}))
    assert (await case_store.find(case.complaint_id)) == replace(case, complaint={"text": "lain"})


async def test_a_closed_case_keeps_its_complaint_for_a_while_and_is_never_due(
    case_store: CaseStore,
) -> None:
    loaded, due, early = a_case(), a_case(), a_case(text="sudah selesai")
    await save(case_store, loaded, due)
    assert await text_left(case_store, loaded)
    await save(case_store, closed(loaded), closed(early))
    async with case_store.transaction() as transaction:
        [found] = await transaction.due(NOW, 10)
        await transaction.save([CaseChange(closed(found))])
    for case in (loaded, due, early):
        assert await case_store.find(case.complaint_id) == closed(case)
    assert await case_store.next_due() is None


async def test_the_oldest_due_come_first_and_only_up_to_what_was_reached(
    case_store: CaseStore,
) -> None:
    due = [a_case(next_due=NOW - n * DAY) for n in range(3)]
    await save(case_store, *due, a_case(next_due=NOW + DAY), a_case(next_due=None))
    assert await case_store.next_due() == NOW - 2 * DAY
    async with case_store.transaction() as transaction:
        found = await transaction.due(NOW, 10)
        assert [c.complaint_id for c in found] == [c.complaint_id for c in due[::-1]]
        assert len(await transaction.due(NOW, 2)) == 2
        moved = [CaseChange(replace(case, next_due=NOW + 2 * DAY)) for case in found]
        await transaction.save(moved)
        assert await transaction.due(NOW, 10) == []
    assert await case_store.next_due() == NOW + DAY


async def test_cases_on_another_calendar_are_outdated(case_store: CaseStore) -> None:
    old, newer = a_case(calendar="2025-9"), a_case(calendar="2026-2")
    gone = closed(a_case(calendar="2025-9"))
    await save(case_store, old, newer, a_case(calendar="2026-1"), gone)
    async with case_store.transaction() as transaction:
        found = await transaction.outdated("2026-1", 10)
        assert {c.complaint_id for c in found} == {old.complaint_id, newer.complaint_id}
        assert len(await transaction.outdated("2026-1", 1)) == 1
        await transaction.save([CaseChange(replace(case, calendar="2026-1")) for case in found])
        assert await transaction.outdated("2026-1", 10) == []
    assert await case_store.find(old.complaint_id) == replace(old, calendar="2026-1")


async def test_two_transactions_on_one_case_come_one_after_the_other(
    open_stores: OpenStore,
) -> None:
    one, two, case = await open_stores(), await open_stores(), a_case()
    await save(one, case)

    async def count(store: CaseStore) -> None:
        async with store.transaction() as transaction:
            found = (await transaction.load([case.complaint_id]))[case.complaint_id]
            await asyncio.sleep(0)
            await transaction.save([CaseChange(replace(found, hops=found.hops + 1))])

    async with one.transaction() as transaction:
        found = (await transaction.load([case.complaint_id]))[case.complaint_id]
        waiting = asyncio.create_task(count(two))
        done, _ = await asyncio.wait([waiting], timeout=0.5)
        assert not done
        await transaction.save([CaseChange(replace(found, hops=10))])
    await waiting
    await asyncio.gather(*(count(store) for store in (one, two) for _ in range(5)))
    assert (await one.find(case.complaint_id)) == replace(case, hops=21)


async def test_a_case_that_was_not_loaded_is_not_overwritten(case_store: CaseStore) -> None:
    case = a_case()
    await save(case_store, case)
    with pytest.raises(StoreUnavailable):
        async with case_store.transaction() as transaction:
            await transaction.save([CaseChange(replace(case, hops=7))])
    assert await case_store.find(case.complaint_id) == case


async def test_two_hundred_cases_go_in_and_out_together(case_store: CaseStore) -> None:
    cases = [a_case() for _ in range(200)]
    causes = {case.complaint_id: ["a", "b"] for case in cases}
    async with case_store.transaction() as transaction:
        assert await transaction.load(list(causes), causes) == {}
        await transaction.save([CaseChange(c, (a_line(c),), ("a",)) for c in cases])
    async with case_store.transaction() as transaction:
        found = await transaction.load(list(causes), causes)
    assert found == {c.complaint_id: replace(c, seen=frozenset("a")) for c in cases}


async def test_the_store_can_be_checked_at_any_time(case_store: CaseStore) -> None:
    await case_store.check()
    async with case_store.transaction() as transaction:
        await transaction.save([CaseChange(a_case())])
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(case_store.check() for _ in range(5)))
    await case_store.check()


async def test_whatever_json_can_say_in_a_complaint_comes_back(open_stores: OpenStore) -> None:
    one, two = await open_stores(), await open_stores()
    deep: Any = 10**30
    for _ in range(150):
        deep = [deep]
    whole: PublicComplaint = {
        "text": TEXT,
        "extra": {"n": 10**30, "negative": -(2**70), "deep": deep},
    }
    case = replace(a_case(), complaint=whole)
    await save(one, case)
    found = await two.find(case.complaint_id)
    assert found is not None
    assert found.complaint == whole
