"""Whether the router was right is judged by what agencies and the desk did with the case."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from broker.domain.case import Case, Entry, asks_history, handover_id, judged, to_record
from broker.memory.case_records import step_of
from broker.ports import Step
from tests.unit.broker.domain.case.story import DAY, LIGHT, NOTHING, ROAD, Story
from tests.unit.broker.domain.case.test_case_successor import a_case_of, ending

UNSURE = "jalan rusak parah lampu jalan padam sampah menumpuk"


def record_of(case: Case) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(json.dumps({**to_record(case), "complaint": None}))
    return record


def steps_of(history: list[Entry]) -> list[Step]:
    return [step_of(line) for line in history if line.what not in ("escalated", "deadline")]


def counted(story: Story) -> set[str]:
    """As the program counts it; where the record alone tells, the history tells the same."""
    record, steps = record_of(story.it), steps_of(story.history)
    with_history: set[str] = set(judged(record, steps))
    if not asks_history(record):
        assert set(judged(record)) == with_history
    return with_history


def test_a_case_that_nobody_has_answered_is_not_judged_yet() -> None:
    story = Story().begins(ROAD)
    assert counted(story) == {"came", "by_itself"}
    story.says("agency.dpupr.acknowledged")
    assert counted(story) == {"came", "by_itself"}, "a program may say that"


def test_it_stood_where_the_agency_answered() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.responded", note="Kami periksa.")
    assert counted(story) == {"came", "by_itself", "stood"}
    story.says("agency.dpupr.resolved")
    story.says("channel.web.accepted", rating=5)
    assert counted(story) == {"came", "by_itself", "stood"}


def test_it_was_wrong_where_the_agency_handed_it_back_even_after_an_answer() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.responded", note="Kami periksa.")
    story.says("agency.dpupr.returned", reason="bukan kami")
    assert counted(story) == {"came", "by_itself", "wrong"}
    story.says("desk.sri.assigned", agency="dpupr")
    story.says("agency.dpupr.resolved")
    assert counted(story) == {"came", "by_itself", "wrong"}, "the desk decided then"


def test_it_was_wrong_where_the_desk_took_it_to_another_agency() -> None:
    story = Story().begins(ROAD)
    story.says("desk.sri.assigned", agency="dpupr")
    assert counted(story) == {"came", "by_itself"}, "it has stayed where it was"
    story.says("desk.sri.assigned", agency="dlh")
    assert counted(story) == {"came", "by_itself", "wrong"}
    story.says("desk.sri.assigned", agency="dpupr")
    story.says("agency.dpupr.resolved")
    assert counted(story) == {"came", "by_itself", "wrong"}, "back where it began"


def test_a_case_that_goes_on_with_all_others_of_its_agency_was_not_wrong_for_that() -> None:
    story = Story().begins(ROAD)
    id = handover_id(story.it, "dpupr", "dlh")
    story.says("desk.sri.assigned", id=id, agency="dlh")
    assert story.history[-1].detail["handover"] is True
    assert counted(story) == {"came", "by_itself"}
    story.says("agency.dlh.resolved")
    assert counted(story) == {"came", "by_itself", "stood"}


def test_what_the_successor_hands_back_was_wrong() -> None:
    story = Story().begins(ROAD)
    story.says("desk.sri.assigned", id=handover_id(story.it, "dpupr", "dlh"), agency="dlh")
    story.says("agency.dlh.returned", reason="bukan kami")
    assert counted(story) == {"came", "by_itself", "wrong"}


def test_a_case_out_of_the_hands_of_an_agency_that_ended_was_not_wrong_for_that() -> None:
    story = a_case_of(ROAD, ending("dpupr", "dlh"))
    story.says("desk.sri.assigned", agency="dlh")
    assert counted(story) == {"came", "by_itself"}
    story.says("desk.sri.assigned", agency="dindik")
    assert "handover" not in story.history[-1].detail
    assert counted(story) == {"came", "by_itself", "wrong"}


@pytest.mark.parametrize("code", ["incomplete", "in-court", "abuse", "other"])
def test_a_case_that_ends_unanswered_is_never_judged(code: str) -> None:
    story = Story().begins(ROAD)
    story.says("desk.sri.dismissed", reason="Begitulah.", code=code)
    assert counted(story) == {"came", "by_itself"}


def test_a_withdrawn_case_is_judged_by_the_answer_before() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.responded", note="Kami periksa.")
    story.says("channel.web.withdrawn")
    assert counted(story) == {"came", "by_itself", "stood"}


def test_an_answer_at_the_moment_of_the_end_is_one() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.responded", note="Kami periksa.")
    story.says("channel.web.withdrawn", after=0 * DAY)
    assert asks_history(record_of(story.it))
    assert counted(story) == {"came", "by_itself", "stood"}


def test_what_is_not_ours_was_wrong_with_an_agency_here_and_right_with_an_outside_body() -> None:
    story = Story().begins(ROAD)
    story.says("desk.sri.dismissed", reason="Jalan nasional.", code="not-ours")
    assert counted(story) == {"came", "by_itself", "wrong"}
    story = Story().begins("token listrik", agency="pln")
    assert story.it.external
    story.says("desk.sri.dismissed", reason="Diteruskan.", code="not-ours")
    assert counted(story) == {"came", "by_itself", "stood"}


def test_a_supporting_agency_neither_answers_nor_hands_back_for_the_lead() -> None:
    story = Story().begins(LIGHT)
    story.says("agency.pln.responded", note="Kami periksa.")
    assert counted(story) == {"came", "by_itself"}
    story.says("agency.pln.returned", reason="bukan kami")
    assert counted(story) == {"came", "by_itself"}


def triaged(agency: str) -> Story:
    story = Story().begins(UNSURE)
    assert story.it.agency is None and story.it.decision.alternatives
    story.says("desk.sri.assigned", agency=agency)
    return story


def test_in_triage_it_counts_whether_the_desk_names_the_first_alternative() -> None:
    story = Story().begins(UNSURE)
    assert counted(story) == {"came"}
    first, second, *_ = (one.agency for one in story.it.decision.alternatives)
    assert counted(triaged(first)) == {"came", "assigned", "first_alternative"}
    assert counted(triaged(second)) == {"came", "assigned"}


def test_where_nothing_was_shown_to_the_desk_the_first_alternative_was_not_it() -> None:
    story = Story().begins(NOTHING)
    story.says("desk.sri.assigned", agency="dlh")
    assert counted(story) == {"came", "assigned"}


def test_the_first_naming_counts_and_no_later_one() -> None:
    first = Story().begins(UNSURE).it.decision.alternatives[0].agency
    story = triaged(first)
    story.says(f"agency.{first}.returned", reason="bukan kami")
    story.says("desk.sri.assigned", agency="dindik")
    assert counted(story) == {"came", "assigned", "first_alternative"}


def test_what_comes_back_to_the_desk_was_the_decision_of_the_router() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.returned", reason="bukan kami")
    assert story.it.agency is None
    story.says("desk.sri.assigned", agency="dlh")
    assert story.it.first_alternative is None
    assert counted(story) == {"came", "by_itself", "wrong"}


def test_a_record_of_before_says_nothing_of_the_first_alternative() -> None:
    record = record_of(triaged("dindik").it)
    del record["first_alternative"]
    assert list(judged(record)) == ["came"]


_WHATEVER: tuple[Callable[[Story], tuple[str, dict[str, Any]]], ...] = (
    lambda s: (f"agency.{s.it.agency or 'dlh'}.responded", {"note": "Ya."}),
    lambda s: (f"agency.{s.it.agency or 'dlh'}.resolved", {}),
    lambda s: (f"agency.{s.it.agency or 'dlh'}.returned", {"reason": "bukan"}),
    lambda s: ("desk.sri.assigned", {"agency": "dlh"}),
    lambda s: ("desk.sri.assigned", {"agency": "dpupr"}),
    lambda s: ("desk.sri.dismissed", {"reason": "bukan", "code": "not-ours"}),
    lambda s: ("channel.web.replied", {"note": "jalan rusak parah"}),
    lambda s: ("channel.web.withdrawn", {}),
)


def test_whatever_happens_the_record_tells_what_the_history_tells() -> None:
    asked = 0
    for seed in range(100):
        chance = random.Random(seed)
        story = Story().begins(chance.choice((ROAD, LIGHT, UNSURE, NOTHING)))
        for _ in range(chance.randrange(5)):
            key, data = chance.choice(_WHATEVER)(story)
            story.says(key, after=chance.choice((0, 1)) * DAY, **data)
        found = counted(story)
        asked += asks_history(record_of(story.it))
        assert not {"stood", "wrong"} <= found and "came" in found
    assert 0 < asked < 80
