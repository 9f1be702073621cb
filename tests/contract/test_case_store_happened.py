"""What every case store promises of what happened in a channel's cases: in memory, SQLite and
PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from broker.domain.case import Case, CaseFilter, Entry, Said, State
from broker.ports import CaseChange, CaseStore
from tests.contract.keeping import DAY, NOW, a_case, closed, save

SECOND = timedelta(seconds=1)


def a_line(case: Case, what: str, recorded_at: datetime) -> Entry:
    at = recorded_at - SECOND
    return Entry(at, recorded_at, "agency.dpupr", what, State.ROUTED, case.state, None, None, {})


async def happens(
    store: CaseStore, case: Case, what: str, recorded_at: datetime, note: str | None = None
) -> None:
    line = a_line(case, what, recorded_at)
    said = (Said(line.at, "agency.dpupr", what, note=note),) if note else ()
    async with store.transaction() as transaction:
        await transaction.load([case.complaint_id], whole=())
        await transaction.save([CaseChange(case, (line,), said=said)])


async def test_what_happened_is_read_in_order_with_what_was_said(case_store: CaseStore) -> None:
    one, other = a_case(), a_case()
    await save(case_store, one, other)
    await happens(case_store, one, "acknowledged", NOW)
    await happens(case_store, other, "held", NOW + 2 * SECOND, "di mana?")
    await happens(case_store, one, "responded", NOW + SECOND, "kami cek")
    found = await case_store.happened("web", NOW, NOW + DAY, 10)
    assert [(h.complaint_id, h.tracking, h.n, h.entry.what) for h in found] == [
        (one.complaint_id, one.tracking, 0, "acknowledged"),
        (one.complaint_id, one.tracking, 1, "responded"),
        (other.complaint_id, other.tracking, 0, "held"),
    ]
    assert [h.said.note if h.said else None for h in found] == [None, "kami cek", "di mana?"]
    assert await case_store.happened("web", NOW, NOW + DAY, 2) == found[:2]
    assert await case_store.happened("web", NOW + SECOND, NOW + 2 * SECOND, 9) == [found[1]]
    assert await case_store.happened("sms", NOW, NOW + DAY, 10) == []


async def test_a_part_of_a_second_is_told_from_the_second(case_store: CaseStore) -> None:
    case = a_case()
    await save(case_store, case)
    moments = [NOW, NOW + timedelta(microseconds=1), NOW + timedelta(milliseconds=500)]
    for moment in moments:
        await happens(case_store, case, "responded", moment)
    for first, since in enumerate(moments):
        found = await case_store.happened("web", since, NOW + SECOND, 10)
        assert [one.entry.recorded_at for one in found] == moments[first:]


async def test_what_ended_meanwhile_is_there_too(case_store: CaseStore) -> None:
    case, before = a_case(), a_case()
    await save(case_store, case, before)
    await happens(case_store, closed(case, NOW + SECOND), "withdrawn", NOW + SECOND)
    await happens(case_store, closed(before, NOW - DAY), "withdrawn", NOW - DAY)
    found = await case_store.happened("web", NOW, NOW + DAY, 10)
    assert [one.complaint_id for one in found] == [case.complaint_id]


async def test_the_newest_come_first_where_that_is_wanted(case_store: CaseStore) -> None:
    cases = [a_case(opened_at=NOW + n * SECOND) for n in range(450)]
    ended = [closed(a_case(opened_at=NOW + n * SECOND)) for n in range(3)]
    await save(case_store, *cases, *ended)

    async def ids(most: int = 1000, **asked: object) -> list[UUID]:
        wanted = replace(CaseFilter(newest_first=True), **asked)  # type: ignore[arg-type]
        return [case.complaint_id async for case in case_store.listed(wanted, most=most)]

    assert await ids() == [case.complaint_id for case in reversed(cases)]
    assert await ids(most=7) == [case.complaint_id for case in cases[:-8:-1]]
    assert await ids(state=State.CLOSED) == [case.complaint_id for case in reversed(ended)]


async def test_what_ended_is_listed_since_whenever(case_store: CaseStore) -> None:
    ended = closed(a_case())
    await save(case_store, ended)
    for since in (datetime.min.replace(tzinfo=UTC), NOW - 2 * DAY, ended.opened_at):
        wanted = CaseFilter(state=State.CLOSED, since=since)
        assert [case async for case in case_store.listed(wanted)] == [ended]


async def test_what_was_said_in_several_cases_is_read_at_once(case_store: CaseStore) -> None:
    one, other, silent = a_case(), a_case(), a_case()
    await save(case_store, one, other, silent)
    await happens(case_store, one, "responded", NOW, "satu")
    await happens(case_store, one, "resolved", NOW + SECOND, "dua")
    await happens(case_store, other, "held", NOW, "tiga")
    wanted = [case.complaint_id for case in (one, other, silent)]
    found = await case_store.conversations(wanted)
    assert {key: [said.note for said in value] for key, value in found.items()} == {
        one.complaint_id: ["satu", "dua"],
        other.complaint_id: ["tiga"],
    }
    assert await case_store.conversations([]) == {}


def a_move(what: str, recorded_at: datetime, **detail: object) -> Entry:
    line = (recorded_at, recorded_at, "desk.rina", what, State.ROUTED, State.ROUTED)
    return Entry(*line, "dpupr", "dlh", detail)


async def test_where_cases_went_elsewhere_is_told_with_what_they_were_taken_for(
    case_store: CaseStore,
) -> None:
    one, other, ended, before = a_case(), a_case(), a_case(), a_case()
    lines = [
        (
            one,
            [
                a_move("routed", NOW - DAY, rule="text/roads", topic="roads"),
                a_move("returned", NOW, rule="text/waste", topic="waste", reason="bukan kami"),
                a_move("responded", NOW, note='"what":"returned"'),
                a_move("assigned", NOW + SECOND, rule="desk", topic="waste"),
            ],
        ),
        (
            other,
            [
                a_move("triaged", NOW, rule="triage/nothing"),
                a_move("assigned", NOW + 2 * SECOND, rule="desk"),
            ],
        ),
        (
            ended,
            [
                a_move("routed", NOW - DAY, rule="text/roads", topic="roads"),
                a_move("returned", NOW + 3 * SECOND, supporting="dishub"),
            ],
        ),
        (
            before,
            [
                a_move("routed", NOW - DAY, rule="text/roads", topic="roads"),
                a_move("returned", NOW - SECOND),
            ],
        ),
    ]
    async with case_store.transaction() as transaction:
        await transaction.load([case.complaint_id for case, _ in lines])
        await transaction.save(
            [
                CaseChange(closed(case, NOW + DAY) if case is ended else case, tuple(history))
                for case, history in lines
            ]
        )
    found = await case_store.moves(NOW, NOW + DAY, 10)
    assert [(one.tracking, one.entry.what, one.topic) for one in found] == [
        (ended.tracking, "returned", "roads"),
        (other.tracking, "assigned", None),
        (one.tracking, "assigned", "waste"),
        (one.tracking, "returned", "roads"),
    ]
    assert found[3].entry.agency_from == "dpupr"
    assert await case_store.moves(NOW, NOW + DAY, 2) == found[:2]
    assert await case_store.moves(NOW + DAY, NOW + 2 * DAY, 2) == []
