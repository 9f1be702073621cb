"""What every case store promises to whoever searches: pages, words, and what has changed."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from broker.domain.case import Case, CaseFilter, Said, State
from broker.ports import CaseChange, CaseStore, Owed
from tests.contract.keeping import DAY, NOW, a_case, a_clock, a_line, closed, save


def having(**fields: Any) -> Case:
    complaint: Any = {"text": "bau", **fields}
    return replace(a_case(), complaint=complaint)


async def found(store: CaseStore, **asked: Any) -> list[UUID]:
    return [case.complaint_id async for case in store.listed(CaseFilter(**asked))]


async def test_a_list_goes_on_behind_the_last_case_of_a_page(case_store: CaseStore) -> None:
    every = sorted((a_case() for _ in range(5)), key=lambda case: case.complaint_id)
    every += [a_case(opened_at=NOW + n * DAY) for n in range(1, 5)]
    await save(case_store, *every)
    for backwards in (False, True):
        wanted = CaseFilter(newest_first=backwards)
        pages, after = list[UUID](), None
        while some := [c async for c in case_store.listed(wanted, most=2, after=after)]:
            pages += [case.complaint_id for case in some]
            after = some[-1].opened_at, some[-1].complaint_id
        assert pages == [case.complaint_id for case in (every[::-1] if backwards else every)]


async def test_words_are_found_in_any_order_and_wherever_they_were_written(
    case_store: CaseStore,
) -> None:
    lamp = having(text="Lampu di jalan mati", location={"village": "Rias", "district": "Toboali"})
    other = replace(having(text="jalan rusak"), opened_at=NOW + DAY)
    said = Said(NOW, "channel.web", "replied", note="dekat pasar Toboali")
    async with case_store.transaction() as transaction:
        await transaction.save(
            [CaseChange(lamp), CaseChange(other, (a_line(other),), said=(said,))]
        )
    assert await found(case_store, text="jalan lampu") == [lamp.complaint_id]
    assert await found(case_store, text='"lampu jalan"') == []
    assert await found(case_store, text='"di  JALAN" lam') == [lamp.complaint_id]
    assert await found(case_store, text="rusak pasar") == [other.complaint_id]
    assert await found(case_store, text="toboali jalan") == [lamp.complaint_id, other.complaint_id]
    assert await found(case_store, place="toboali RIAS") == [lamp.complaint_id]
    assert await found(case_store, place="jalan") == []


async def test_a_reporter_is_found_by_the_last_digits_of_a_telephone_and_never_an_anonymous_one(
    case_store: CaseStore,
) -> None:
    hers = having(reporter={"phone": "+62 812-3456-7890"})
    hidden = replace(having(reporter={"phone": "081234567890"}), anonymous=True)
    await save(case_store, hers, hidden, having())
    assert await found(case_store, phone="67 890") == [hers.complaint_id]
    assert await found(case_store, phone="890") == []
    assert await found(case_store, phone="abc") == []


async def test_cases_are_found_by_what_they_are(case_store: CaseStore) -> None:
    wish = replace(a_case(), classification="aspiration")
    await save(case_store, wish, a_case())
    assert await found(case_store, classification="aspiration") == [wish.complaint_id]


async def test_what_has_changed_shows_in_the_version_of_a_case(case_store: CaseStore) -> None:
    opened = [a_case(opened_at=NOW + n * DAY) for n in range(3)]
    ended = [closed(a_case(), NOW - n * DAY) for n in range(3)]
    await save(case_store, *opened, *ended)

    async def versions(closed: bool, most: int = 10) -> dict[UUID, int]:
        seen, after = dict[UUID, int](), None
        while True:
            some = await case_store.versions(closed=closed, after=after, most=most)
            seen |= some.lines
            after = some.after
            if after is None:
                return seen

    assert list(await versions(False, most=2)) == [case.complaint_id for case in opened]
    assert list(await versions(True, most=2)) == [case.complaint_id for case in ended[::-1]]
    before = await versions(False)
    async with case_store.transaction() as transaction:
        await transaction.load([opened[1].complaint_id])
        await transaction.save([CaseChange(opened[1], (a_line(opened[1]),))])
    after = await versions(False)
    assert {id for id in after if after[id] != before[id]} == {opened[1].complaint_id}


async def test_a_case_whose_words_were_dropped_has_no_version(case_store: CaseStore) -> None:
    ended = [closed(a_case(), NOW - n * DAY) for n in range(2)]
    await save(case_store, *ended)
    await case_store.forget_words(NOW - DAY / 2, 10, NOW)
    left = await case_store.versions(closed=True, after=None, most=10)
    assert list(left.lines) == [ended[0].complaint_id]
    await case_store.erase(ended[0].complaint_id, a_line(ended[0], "forgotten"), (), NOW)
    assert (await case_store.versions(closed=True, after=None, most=10)).lines == {}


async def test_several_cases_are_read_at_once_with_what_was_said(case_store: CaseStore) -> None:
    case, other = a_case(), a_case(state=State.HELD)
    said = [Said(NOW, "desk", "assigned", note=f"{n}") for n in range(60)]
    async with case_store.transaction() as transaction:
        lines = tuple(a_line(case) for _ in said)
        await transaction.save([CaseChange(case, lines, said=tuple(said)), CaseChange(other)])
    ids = [case.complaint_id, other.complaint_id, uuid4()]
    there = {one.complaint_id: talk for one, talk in await case_store.with_words(ids)}
    assert there == {case.complaint_id: said, other.complaint_id: []}
    assert set(await case_store.found(ids)) == set(ids[:2])
    assert await case_store.found([]) == {}
    assert await case_store.with_words([]) == []


async def test_what_is_late_comes_with_the_longest_first_a_page_behind_another(
    case_store: CaseStore,
) -> None:
    older = a_case(agency="dlh", clocks=(a_clock(NOW - 3 * DAY, agency="dlh"),))
    both = a_case(clocks=(a_clock(NOW - DAY), replace(a_clock(NOW - DAY), name="resolution")))
    waits = replace(a_clock(NOW - 2 * DAY, agency=None), name="verification")
    desk = a_case(agency=None, clocks=(waits,))
    coming = a_case(clocks=(a_clock(NOW + DAY),))
    await save(case_store, both, coming, older, desk, closed(a_case(clocks=(a_clock(NOW - DAY),))))
    every = await case_store.late(NOW, most=10)
    assert [(one.agency, one.clock) for one in every] == [
        ("dlh", "response"),
        (None, "verification"),
        ("dpupr", "resolution"),
        ("dpupr", "response"),
    ]
    assert [one.complaint_id for one in every[:2]] == [older.complaint_id, desk.complaint_id]
    pages, after = list[Owed](), None
    while some := await case_store.late(NOW, after=after, most=1):
        pages += some
        after = some[-1]
    assert pages == every
    assert await case_store.late(NOW, agency="dpupr", clock="response", most=9) == every[3:]
    assert await case_store.late(NOW, at_desk=True, most=9) == every[1:2]
    assert await case_store.late(NOW - 9 * DAY, most=9) == []
