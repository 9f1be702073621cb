"""What every case store promises: lists, counts, and what is forgotten."""

import tracemalloc
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from broker.domain.case import Case, CaseFilter, Said, State, Supporting
from broker.ports import CaseChange, CaseStore
from broker.store.cases import open_case_store
from tests.contract.keeping import DAY, NOW, a_case, a_clock, a_line, closed, save


async def test_lists_are_oldest_first_and_of_what_is_asked_for(case_store: CaseStore) -> None:
    cases = [a_case(opened_at=NOW - n * DAY, agency="dlh") for n in range(3)]
    late = a_case(opened_at=NOW + DAY, clocks=(a_clock(NOW - DAY),), state=State.HELD)
    gone = closed(a_case())
    await save(case_store, *cases, late, gone)

    async def ids(*, most: int = 1000, **asked: Any) -> list[UUID]:
        wanted = CaseFilter(**asked)
        return [case.complaint_id async for case in case_store.listed(wanted, most=most)]

    oldest = [case.complaint_id for case in cases[::-1]]
    assert await ids() == [*oldest, late.complaint_id]
    assert await ids(most=2) == oldest[:2]
    assert await ids(agency="dlh") == oldest
    assert await ids(state=State.HELD) == [late.complaint_id]
    assert await ids(state=State.CLOSED) == [gone.complaint_id]
    assert await ids(overdue_at=NOW) == [late.complaint_id]
    assert await ids(overdue_at=NOW, agency="dlh") == []
    assert [case async for case in case_store.listed(CaseFilter(state=State.HELD))] == [late]


async def test_what_waits_for_the_desk_is_listed_oldest_first_whatever_agencies_have(
    case_store: CaseStore,
) -> None:
    waits = [
        a_case(agency=None, state=State.TRIAGE, opened_at=NOW - n * DAY // 1000) for n in range(250)
    ]
    asked = a_case(agency=None, state=State.HELD)
    others = [a_case(opened_at=NOW - 9 * DAY), a_case(agency="dlh", state=State.HELD)]
    await save(case_store, *waits, asked, *others, closed(a_case(agency=None)))
    for state, cases in ((State.TRIAGE, waits[::-1]), (State.HELD, [asked])):
        wanted = CaseFilter(state=state, at_desk=True)
        assert [case async for case in case_store.listed(wanted)] == cases
        assert await case_store.how_many(wanted) == len(cases)


async def test_a_long_list_has_each_case_once(case_store: CaseStore) -> None:
    cases = [a_case() for _ in range(450)]
    await save(case_store, *cases)
    found = [case.complaint_id async for case in case_store.listed()]
    assert found == sorted(case.complaint_id for case in cases)
    assert len([case async for case in case_store.listed(most=401)]) == 401


async def test_cases_are_counted_by_agency_and_state(case_store: CaseStore) -> None:
    triage = a_case(agency=None, state=State.TRIAGE)
    await save(case_store, a_case(), a_case(), triage, a_case(state=State.HELD), closed(a_case()))
    assert sorted(await case_store.counts(), key=str) == [
        ("dpupr", State.CLOSED, 1),
        ("dpupr", State.HELD, 1),
        ("dpupr", State.ROUTED, 2),
        (None, State.TRIAGE, 1),
    ]


async def test_how_long_the_oldest_in_triage_has_waited_counts_from_when_it_came_there(
    case_store: CaseStore,
) -> None:
    assert await case_store.oldest_in_triage() is None
    back = replace(_in_triage(NOW - 9 * DAY), placed_at=NOW - DAY)  # agencies had it before
    await save(case_store, back, _in_triage(NOW, microseconds=1))
    assert await case_store.oldest_in_triage() == NOW - DAY
    asked = replace(_in_triage(NOW - 5 * DAY), state=State.HELD)  # its reporter has to answer
    await save(
        case_store, asked, closed(_in_triage(NOW - 4 * DAY)), a_case(opened_at=NOW - 8 * DAY)
    )
    assert await case_store.oldest_in_triage() == NOW - DAY
    await save(case_store, replace(back, agency="dlh", state=State.ROUTED, placed_at=NOW))
    assert await case_store.oldest_in_triage() == NOW + timedelta(microseconds=1)


def _in_triage(since: datetime, microseconds: int = 0) -> Case:
    since += timedelta(microseconds=microseconds)
    return a_case(agency=None, state=State.TRIAGE, opened_at=since)


async def test_whoever_is_late_is_counted_by_clock(case_store: CaseStore) -> None:
    late, held = a_clock(NOW - DAY), a_clock(NOW)
    helper = replace(a_clock(NOW - DAY, agency="pln"), start=2)
    both = a_case(clocks=(late, helper))
    await save(
        case_store,
        both,
        a_case(clocks=(late.stop(NOW),)),
        a_case(clocks=(held.hold(NOW - DAY),)),
        a_case(agency=None, clocks=(replace(late, name="verification", agency=None),)),
        closed(a_case(clocks=(late,))),
    )
    expected = [("dpupr", "response", 1), ("pln", "response", 1), (None, "verification", 1)]
    assert sorted(await case_store.overdue(NOW), key=str) == expected
    await save(case_store, replace(both, clocks=(late, helper.stop(NOW))))
    async with case_store.transaction() as transaction:
        await transaction.due(NOW, 10)


async def test_debts_follow_the_case(case_store: CaseStore) -> None:
    case = a_case(clocks=(a_clock(NOW - DAY),))
    await save(case_store, case)
    await save(case_store, replace(case, clocks=(a_clock(NOW + DAY),)))
    assert await case_store.overdue(NOW) == []
    assert await case_store.overdue(NOW + 2 * DAY) == [("dpupr", "response", 1)]
    await save(case_store, closed(case))
    assert await case_store.overdue(NOW + 2 * DAY) == []


async def test_closed_cases_are_forgotten_oldest_first_with_all_that_is_theirs(
    case_store: CaseStore,
) -> None:
    old = [closed(a_case(), NOW - n * DAY) for n in range(5)]
    opened = a_case()
    async with case_store.transaction() as transaction:
        await transaction.save([CaseChange(c, (a_line(c),), ("u",)) for c in (*old, opened)])
    before = NOW - DAY
    assert [await case_store.forget(before, 2) for _ in range(3)] == [2, 1, 0]
    for case in old[2:]:
        assert await case_store.find(case.complaint_id) is None
        assert await case_store.history(case.complaint_id) == []
    for case in (*old[:2], opened):
        assert await case_store.history(case.complaint_id) == [a_line(case)]
    async with case_store.transaction() as transaction:
        again = old[4].complaint_id
        assert await transaction.load([again], {again: ["u"]}) == {}
        await transaction.save([CaseChange(old[4])])
    async with case_store.transaction() as transaction:
        [found] = (await transaction.load([again], {again: ["u"]})).values()
    assert found.seen == frozenset()


def having(**fields: Any) -> Case:
    """A case whose complaint has these fields."""
    complaint: Any = {"text": "bau", **fields}
    return replace(a_case(), complaint=complaint)


async def test_cases_are_found_by_time_channel_topic_and_support(case_store: CaseStore) -> None:
    old, new = a_case(opened_at=NOW - 2 * DAY), a_case(opened_at=NOW)
    sms = replace(a_case(opened_at=NOW + DAY), channel="sms")
    lamp = replace(a_case(), decision=replace(old.decision, topic="lampu"))
    smell = replace(having(category="sampah"), opened_at=NOW - DAY / 2)
    helped = replace(a_case(opened_at=NOW + 2 * DAY), supporting=(Supporting("pln"),))
    moved = replace(a_case(opened_at=NOW - 3 * DAY), routed_at=NOW + 5 * DAY)
    asked = a_case(agency=None, state=State.HELD, opened_at=NOW - 4 * DAY)
    every = [asked, moved, old, lamp, smell, new, sms, helped]
    await save(case_store, *every, closed(a_case()))

    async def found(**asked: Any) -> list[Case]:
        wanted = CaseFilter(**asked)
        cases = [case async for case in case_store.listed(wanted)]
        assert await case_store.how_many(wanted) == len(cases)
        return cases

    assert await found() == every
    assert await found(since=NOW) == [new, sms, helped]
    assert await found(until=NOW - DAY) == [asked, moved, old]
    assert await found(since=NOW - 2 * DAY, until=NOW - DAY / 2) == [old, lamp]
    assert await found(routed_since=NOW + 3 * DAY) == [moved]
    assert await found(channel="sms") == [sms]
    assert await found(channel="sms", since=NOW + 2 * DAY) == []
    assert await found(topic="lampu") == [lamp]
    assert await found(topic="sampah") == [smell]
    assert await found(supporting="pln") == [helped]
    assert await found(at_desk=True) == [asked]
    assert await found(supporting="dpupr") == []
    assert await found(agency="dpupr", topic="lampu", since=NOW) == []


async def test_words_are_found_in_whatever_case_they_are_written(case_store: CaseStore) -> None:
    bridge, road = a_case(text="Jembatan PUTUS di Ulu"), a_case(text='Jalan "rusak"\nparah')
    title = having(title="Ğubernur Straße")
    other = having(external_id="LAPOR-7731")
    place = having(location={"address": "Jl. Sudirman 5"})
    reporter = having(reporter={"name": "Jembatan"})
    gone = closed(a_case(text="jembatan"))
    await save(case_store, bridge, road, title, other, place, reporter, gone)

    async def found(text: str, **asked: Any) -> list[Case]:
        wanted = CaseFilter(text=text, **asked)
        return [case async for case in case_store.listed(wanted)]

    assert await found("jembatan putus") == [bridge]
    assert await found('"RUSAK"\nPARAH') == [road]
    assert await found("STRASSE") == [title]
    assert await found("lapor-77") == [other]
    assert await found("sudirman") == [place]
    assert await found("%") == await found("_") == []
    assert await found("jembatan", agency="dlh") == []
    assert await found("jembatan", state=State.CLOSED) == [gone]
    await case_store.forget_words(NOW + DAY, 10, NOW)
    assert await found("jembatan", state=State.CLOSED) == []


async def test_what_is_looked_for_is_found_however_far_behind(case_store: CaseStore) -> None:
    last = a_case(opened_at=NOW + DAY, text="air bersih")
    for _ in range(13):  # one transaction for all may take too long on a busy machine
        await save(case_store, *(a_case() for _ in range(50)))
    await save(case_store, last)
    wanted = CaseFilter(text="AIR BERSIH")
    assert [case async for case in case_store.listed(wanted, most=1)] == [last]
    assert await case_store.how_many(wanted) == 1
    assert await case_store.how_many(CaseFilter(topic=None)) == 651
    assert [case async for case in case_store.listed(CaseFilter(state=State.HELD))] == []


async def test_a_list_takes_no_more_memory_for_being_longer(tmp_path: Path) -> None:
    store = await open_case_store(f"sqlite:///{tmp_path}/cases.db")
    await save(store, *(a_case(text="jalan rusak " * 200) for _ in range(600)))

    async def peak(wanted: CaseFilter) -> int:
        tracemalloc.start()
        assert await store.how_many(wanted) == len(
            [None async for _ in store.listed(wanted, most=9999)]
        )
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    wanted = [CaseFilter(), CaseFilter(text="jalan"), CaseFilter(text="sampah")]
    short = [await peak(one) for one in wanted]
    for _ in range(3):
        await save(store, *(a_case(text="jalan rusak " * 200) for _ in range(600)))
    long = [await peak(one) for one in wanted]
    await store.close()
    assert all(most < 1.5 * before + 500_000 for before, most in zip(short, long, strict=True))


async def test_words_are_found_in_what_was_said(case_store: CaseStore) -> None:
    asked, noted, silent = (a_case(opened_at=NOW + n * DAY) for n in range(3))
    said = Said(NOW, "channel.web", "replied", note="Maksud saya LAMPU taman")
    inside = Said(NOW, "desk", "assigned", internal_note="lampu milik PLN", reason="x")
    async with case_store.transaction() as transaction:
        changes = [
            CaseChange(asked, (a_line(asked),), said=(said,)),
            CaseChange(noted, (a_line(noted),), said=(inside,)),
            CaseChange(silent),
        ]
        await transaction.save(changes)

    async def found(text: str) -> list[Case]:
        return [case async for case in case_store.listed(CaseFilter(text=text))]

    assert await found("lampu") == [asked, noted]
    assert await found("lampu TAMAN") == [asked]
    assert await found("milik pln") == [noted]
    assert await found("replied") == []
    await save(case_store, closed(asked))
    assert await found("lampu") == [noted]


async def test_a_case_is_found_by_an_event_that_began_it_or_that_told_of_it(
    case_store: CaseStore,
) -> None:
    routed, told, again, nobody = (str(uuid4()) for _ in range(4))
    case, other = a_case(), a_case()
    async with case_store.transaction() as transaction:
        await transaction.load([case.complaint_id, other.complaint_id])
        line = replace(a_line(case), events=(told,))
        await transaction.save(
            [
                CaseChange(case, (line, replace(line, events=(again, "not-this"))), (routed,)),
                CaseChange(other, (a_line(other, "linked", complaint=nobody + "x"),)),
            ]
        )
    for event in (routed, told, again):
        found = await case_store.find_event(event)
        assert found is not None
        assert found.complaint_id == case.complaint_id
    assert await case_store.find_event(nobody) is None
    [first, last] = await case_store.history(case.complaint_id)
    assert (first.events, last.events) == ((told,), (again, "not-this"))
