"""What every case store promises an agency's inbox."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from broker.domain.case import Case, CaseClock, Said, State, Supporting
from broker.domain.case.inbox import Place, Tab, owed_at, place_in, tabs_of
from broker.ports import CaseChange, CaseStore
from tests.contract.keeping import DAY, NOW, a_case, a_line, closed, save

STATES: Final = (*(state for state in State if state is not State.TRIAGE), State.ROUTED)


async def test_each_tab_holds_what_its_definition_says_first_what_is_due_first(
    case_store: CaseStore,
) -> None:
    chance = random.Random(5)
    cases = [_some_case(chance) for _ in range(150)]
    await save(case_store, *cases)
    for agency in ("dlh", "dishub", "nobody"):
        counted = await case_store.inbox.counts(agency, NOW)
        for tab in Tab:
            wanted = [case for case in cases if tab in tabs_of(case, agency, NOW)]
            wanted.sort(key=lambda one: place_in(one, agency, tab), reverse=tab is Tab.CLOSED)
            found = await case_store.inbox.page(agency, tab, NOW, 1000)
            assert [one.complaint_id for one in found] == [one.complaint_id for one in wanted], tab
            assert counted[tab] == len(wanted), tab
    assert all([await case_store.inbox.page("dlh", tab, NOW, 5) for tab in Tab])


async def test_pages_lead_to_every_case_once(case_store: CaseStore) -> None:
    chance = random.Random(6)
    cases = [_some_case(chance) for _ in range(120)]
    await save(case_store, *cases)
    for tab in Tab:
        after: Place | None = None
        found = list[Case]()
        while some := await case_store.inbox.page("dlh", tab, NOW, 7, after):
            found += some
            after = place_in(some[-1], "dlh", tab)
        assert found == list(await case_store.inbox.page("dlh", tab, NOW, 1000))


async def test_few_new_among_many_owed_are_found_as_well(case_store: CaseStore) -> None:
    old = [replace(_of("dlh", n), state=State.ACKNOWLEDGED) for n in range(40)]
    new = [_of("dlh", 3), _of("dlh", 1)]
    helps = replace(_of("dishub", 2, also="dlh"), supporting=(Supporting("dlh"),))
    seen = replace(helps, complaint_id=_of("x", 0).complaint_id)
    seen = replace(seen, supporting=(Supporting("dlh", acknowledged=True),))
    await save(case_store, *old, *new, helps, seen)
    found = await case_store.inbox.page("dlh", Tab.NEW, NOW, 10)
    assert list(found) == [new[1], helps, new[0]]
    counted = await case_store.inbox.counts("dlh", NOW)
    assert (counted[Tab.NEW], counted[Tab.DUE]) == (3, 44)


async def test_words_are_found_in_open_cases_of_the_agency_alone(case_store: CaseStore) -> None:
    ours = _written('Sampah MENUMPUK di "pasar" (50% penuh)\nbau', "dlh")
    helps = replace(
        _written("sampah di jalan", "dpupr", also="dlh"), supporting=(Supporting("dlh"),)
    )
    answered = replace(helps, complaint_id=_of("x", 0).complaint_id, clocks=_clocks("dpupr", 1))
    others = _written("sampah juga", "dishub")
    talked = _written("lampu", "dlh")
    await save(case_store, ours, helps, answered, others, closed(_written("sampah lama", "dlh")))
    said = Said(NOW, "desk", "assigned", internal_note="soal Sampah")
    async with case_store.transaction() as transaction:
        await transaction.load([talked.complaint_id])
        await transaction.save([CaseChange(talked, (a_line(talked),), said=(said,))])

    async def found(words: str, most: int = 10) -> set[str]:
        cases = await case_store.inbox.mentioning("dlh", words, most)
        return {one.tracking for one in cases}

    assert await found("sampah") == {ours.tracking, helps.tracking, talked.tracking}
    assert len(await found("sampah", 1)) == 1
    for words in ('"PASAR" (50% p', "penuh)\nbau", "menumpuk di"):
        assert await found(words) == {ours.tracking}, words
    for words in ("5_%", "%", "routed", "village", "complaint_id"):
        assert await found(words) - {ours.tracking} == set(), words


def _written(text: str, agency: str, also: str | None = None) -> Case:
    complaint: Any = {"text": text, "location": {"village": "Rias"}}
    return replace(_of(agency, 1, also=also), complaint=complaint)


def _of(agency: str, days: int, also: str | None = None) -> Case:
    return a_case(agency=agency, clocks=_clocks(agency, days, also))


def _clocks(agency: str, days: int, also: str | None = None) -> tuple[CaseClock, ...]:
    due, start = NOW + days * DAY, NOW - 9 * DAY
    found = [
        CaseClock("response", 1, agency, start, due),
        CaseClock("resolution", 1, agency, start, due + 5 * DAY),
    ]
    if also:
        found.append(CaseClock("response", 2, also, start, due))
    return tuple(found)


def _some_case(chance: random.Random) -> Case:
    agency = chance.choice(("dlh", "dlh", "dishub"))
    other = "dishub" if agency == "dlh" else "dlh"
    state, also = chance.choice(STATES), chance.random() < 0.3
    case = replace(
        a_case(
            agency=agency,
            state=state,
            opened_at=NOW - timedelta(days=chance.randrange(9)),
            next_due=NOW + timedelta(hours=chance.randrange(90)),
            clocks=_clocks(agency, chance.randrange(-8, 5), other if also else None),
        ),
        supporting=(Supporting(other, acknowledged=chance.random() < 0.5),) if also else (),
    )
    if state in (State.RESOLVED, State.RESPONDED):
        clocks = case.clocks[state is State.RESPONDED :] if chance.random() < 0.9 else ()
        stopped = [clock.stop(NOW) for clock in case.clocks if clock not in clocks]
        kept = () if state is State.RESOLVED else clocks
        rest = [clock.stop(NOW) for clock in clocks if clock not in kept]
        return replace(case, clocks=(*stopped, *rest, *kept))
    if state is State.HELD:
        held = tuple(clock.hold(NOW - chance.randrange(1, 9) * DAY) for clock in case.clocks)
        return replace(case, clocks=held)
    return closed(case) if state is State.CLOSED else case


def test_a_case_that_nobody_owes_anything_in_lies_in_no_tab_of_a_supporting_agency() -> None:
    case = replace(_of("dpupr", 1, also="dlh"), supporting=(Supporting("dlh"),))
    assert tabs_of(case, "dlh", NOW) == {Tab.NEW, Tab.DUE}
    assert owed_at(case, "dlh") == NOW + DAY
    assert tabs_of(replace(case, clocks=_clocks("dpupr", 1)), "dlh", NOW) == frozenset()
