"""From hand to hand: returned, assigned, the third return, supporting agencies, oversight."""

from datetime import datetime, timedelta
from uuid import UUID

from broker.domain.case import Applied, Refused, resend
from schemas.identifiers import derived_id
from tests.unit.broker.domain.case.story import (
    BRIBE,
    DAY,
    HOUR,
    LIGHT,
    NOTHING,
    ROAD,
    Story,
    an_echo,
    said,
)


def test_a_returned_complaint_goes_to_the_next_one_but_not_to_who_returned_it() -> None:
    story = Story().begins(ROAD, agency="dlh")  # the reporter picked it, the text says otherwise
    told = len(story.events)
    story.says("agency.dlh.returned", reason="bukan kewenangan kami")
    assert story.it.agency == "dpupr"
    assert story.keys(told) == ["moved.dlh.web", "routed.dpupr.web"]
    moved, routed = story.events[told:]
    assert (moved.data["agency"], moved.data["to"]) == ("dlh", "dpupr")
    assert moved.data["reason"] == "bukan kewenangan kami"
    assert moved.data["by"] == "agency.dlh"
    assert routed.source == "/pintu/cases"
    assert routed.data["decision"]["hops"] == 1
    assert routed.data["decision"]["previous"] == ["dlh"]
    assert routed.data["complaint"]["text"] == ROAD


def test_with_no_other_candidate_it_goes_to_triage_and_the_verification_clock_runs() -> None:
    story = Story().begins(ROAD)
    told = len(story.events)
    story.says("agency.dpupr.returned", reason="bukan kami")
    assert story.keys(told) == ["moved.dpupr.web", "triaged.triage.web"]
    assert story.events[told].data["to"] is None
    verification = story.it.clock("verification")
    assert verification
    assert verification.running
    resolution = story.it.clock("resolution")
    assert resolution
    assert resolution.running, "the citizen waits on, whoever has it"
    response = story.it.clock("response", "dpupr")
    assert response
    assert response.stopped_at == story.now


def test_a_suggested_agency_is_asked_next_and_the_decision_says_so() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.returned", reason="bukan kami", suggest="Dinas Lingkungan Hidup")
    assert story.it.agency == "dlh"
    decision = story.one("routed.dlh.web").data["decision"]
    assert decision["rule"] == "suggested"
    assert "Dinas Pekerjaan Umum dan Penataan Ruang" in decision["because"]
    assert "Dinas Lingkungan Hidup" in decision["because"]


def test_a_suggestion_that_is_nobody_or_handed_it_back_is_named_in_the_warnings() -> None:
    for suggested in ("tidak ada", "dpupr", "badan-bubar"):
        story = Story().begins(ROAD)
        story.says("agency.dpupr.returned", reason="bukan kami", suggest=suggested)
        assert story.it.agency is None
        warnings = story.one("triaged.triage.web").data["decision"]["warnings"]
        assert any(warning.startswith("suggest:") for warning in warnings)
        assert suggested not in str(warnings)


def test_the_third_return_ends_in_triage_whatever_the_rules_or_the_agency_say() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.returned", reason="bukan kami", suggest="dishub")
    story.says("agency.dishub.returned", reason="bukan kami", suggest="dlh")
    story.says("agency.dlh.returned", reason="bukan kami", suggest="dindik")
    assert story.it.state == "triage"
    assert story.it.hops == 3
    decision = story.one("triaged.triage.web").data["decision"]
    assert decision["rule"] == "triage/returned"
    assert decision["previous"] == ["dpupr", "dishub", "dlh"]
    assert decision["alternatives"][0]["agency"] == "dindik"


def test_the_desk_may_name_one_that_handed_it_back_and_a_further_return_is_triage_again() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.returned", reason="bukan kami")
    story.says("desk.admin.assigned", agency="dpupr", note="Mohon ditindaklanjuti.")
    assert story.it.agency == "dpupr"
    decision = story.one("routed.dpupr.web").data["decision"]
    assert decision["rule"] == "desk"
    assert decision["because"] == "Ditetapkan oleh petugas. Catatan: Mohon ditindaklanjuti."
    for _ in range(2):
        story.says("agency.dpupr.returned", reason="bukan kami")
        story.says("desk.admin.assigned", agency="dpupr")
    assert story.it.hops == 3
    assert story.it.previous == ("dpupr",)
    story.says("agency.dpupr.returned", reason="bukan kami", suggest="dlh")
    assert story.it.state == "triage"


def test_each_agency_has_a_response_clock_of_its_own_and_there_is_one_resolution_clock() -> None:
    story = Story().begins(NOTHING)
    assert story.it.clock("resolution") is None
    story.says("desk.admin.assigned", agency="dpupr", after=DAY)
    first = story.now
    story.says("desk.admin.assigned", agency="dlh", after=DAY)
    responses = [c for c in story.it.clocks if c.name == "response"]
    assert [(c.agency, c.start, c.open) for c in responses] == [
        ("dpupr", 1, False),
        ("dlh", 2, True),
    ]
    [resolution] = [c for c in story.it.clocks if c.name == "resolution"]
    assert resolution.started_at == first
    assert resolution.running


def test_what_is_routed_anew_bears_the_deadlines_of_the_case() -> None:
    story = Story().begins(ROAD)
    opened = story.one("opened.dpupr.web").data
    story.says("desk.admin.assigned", agency="dlh", after=3 * DAY)
    routed = story.one("routed.dlh.web").data
    assert routed["resolve_by"] == opened["resolve_by"]
    assert routed["respond_by"] > opened["respond_by"]
    response, resolution = story.it.response, story.it.clock("resolution")
    assert response
    assert resolution
    assert datetime.fromisoformat(routed["respond_by"]) == response.due_at
    assert datetime.fromisoformat(routed["resolve_by"]) == resolution.due_at


def test_an_unknown_agency_and_one_that_has_ended_are_refused() -> None:
    story = Story().begins(ROAD)
    for agency, reason in (
        ("tidak-ada", "unknown-agency"),
        ("DPUPR", "unknown-agency"),
        ("badan-bubar", "inactive-agency"),
        ("dinas-lama", "inactive-agency"),
    ):
        outcome = story.says("desk.admin.assigned", agency=agency)
        assert isinstance(outcome, Refused)
        assert outcome.reason == reason
    assert isinstance(outcome, Refused)
    assert "dpupr" in outcome.detail, "the successor is named"


def test_the_desk_confirms_oversight_and_its_word_stands_against_the_rules() -> None:
    story = Story().begins(ROAD)
    story.says("desk.admin.assigned", agency="dlh", oversight=True)
    resolution = story.it.clock("resolution")
    assert resolution
    assert resolution.due_at.date().isoformat() == "2026-05-08"  # 60 working days
    assert story.one("routed.dlh.web").data["decision"]["oversight"] is True

    other = Story().begins(BRIBE)
    assert other.it.oversight
    other.says("desk.admin.assigned", agency="dlh", oversight=False)
    other.says("agency.dlh.returned", reason="bukan kami")
    assert other.it.agency == "inspektorat"
    assert not other.it.oversight


def test_oversight_that_was_confirmed_once_is_not_lost_by_a_return() -> None:
    story = Story().begins(BRIBE)
    story.says("agency.inspektorat.returned", reason="bukan kami", suggest="dpupr")
    assert story.it.agency == "dpupr"
    assert story.it.oversight


def test_the_desk_may_overrule_a_final_answer() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.resolved", after=DAY)
    resolved = story.now
    story.says("desk.admin.assigned", agency="dlh", after=DAY)
    resolution, closing = story.it.clock("resolution"), story.it.clock("closing")
    assert resolution
    assert resolution.running
    assert [(h.start, h.end) for h in resolution.holds] == [(resolved, story.now)]
    assert closing
    assert not closing.open


def test_a_case_held_by_one_agency_is_not_held_for_the_next() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.held")
    story.says("desk.admin.assigned", agency="dlh")
    assert story.it.state == "routed"
    assert {c.name for c in story.it.clocks if c.running} == {"response", "resolution"}


def test_a_supporting_agency_answers_for_itself_and_may_leave() -> None:
    story = Story().begins(LIGHT)
    story.says("agency.pln.responded", note="Petugas dikirim.")
    answer = story.one("responded.pln.web").data
    assert answer["note"] == "Petugas dikirim."
    assert answer["role"] == "supporting"
    assert story.it.state == "routed"
    assert story.it.response
    assert story.it.response.running, "the lead owes its own answer"
    told = len(story.events)
    story.says("agency.pln.returned", reason="bukan jaringan kami")
    assert story.keys(told) == ["moved.pln.-"], "it does not concern the reporter"
    assert story.it.agency == "dishub"
    assert story.it.hops == 0
    assert not story.it.supporting


def test_a_supporting_agency_that_becomes_the_lead_has_one_part() -> None:
    story = Story().begins(LIGHT)
    story.says("desk.admin.assigned", agency="pln")
    assert story.it.agency == "pln"
    assert story.it.external
    assert story.it.supporting == ()
    assert [c.open for c in story.it.clocks if c.agency == "pln"] == [False, True]


def test_supporting_agencies_stay_when_the_lead_changes_and_are_not_told_again() -> None:
    story = Story().begins(LIGHT)
    told = len(story.events)
    story.says("agency.dishub.returned", reason="bukan kami", suggest="dlh")
    assert story.keys(told) == ["moved.dishub.web", "routed.dlh.web"]
    assert story.it.supports("pln")


def test_supporting_agencies_hear_the_reporter_and_the_end_and_the_channel_hears_it_once() -> None:
    story = Story().begins(LIGHT)
    told = len(story.events)
    story.says("channel.web.replied", note="Masih padam.")
    assert story.keys(told) == ["replied.dishub.web", "replied.pln.-"]
    told = len(story.events)
    story.says("channel.web.withdrawn")
    assert story.keys(told) == [
        "withdrawn.dishub.-",
        "withdrawn.pln.-",
        "closed.dishub.web",
        "closed.pln.-",
    ]


def test_ids_are_derived_from_the_speaker_and_the_id_of_its_update() -> None:
    def told(speaker: str, id: str) -> list[str]:
        story = Story().begins(ROAD)
        story.says("desk.a.assigned", id="1", agency="dlh")
        since = len(story.events)
        story.says(f"desk.{speaker}.assigned", id=id, agency="dlh", after=timedelta(hours=2))
        return [event.id for event in story.events[since:]]

    assert told("b", "1") == told("b", "1"), "handled twice, it bears the same ids"
    assert set(told("b", "1")).isdisjoint(told("c", "1")), "two speakers with one id"
    assert set(told("b", "1")).isdisjoint(told("b", "2"))
    assert set(told("a", "2")).isdisjoint(told("b", "2"))


def test_the_events_of_one_story_all_have_ids_of_their_own() -> None:
    story = Story().begins(LIGHT)
    for id in "abc":
        story.says("agency.dishub.acknowledged", id=id)
        story.says("desk.admin.assigned", id=id, agency="dlh")
        story.says("desk.admin.assigned", id=f"{id}2", agency="dishub")
        story.says("channel.web.replied", id=id)
    story.waits(60 * DAY)
    story.says("channel.web.withdrawn", id="a")
    ids = [event.id for event in story.events]
    assert len(ids) == len(set(ids)) > 30


def test_an_id_is_the_one_the_contract_states() -> None:
    story = Story().begins(ROAD)
    [breach] = [e for e in story.waits(60 * DAY) if e.data.get("rung") == "breach"][:1]
    expected = derived_id(story.complaint, "response|1|breach", breach.type, "dpupr")
    assert breach.id == expected
    assert UUID(breach.id).version == 5


def test_a_complaint_can_be_sent_again_as_the_event_it_was() -> None:
    story = Story().begins(ROAD)
    story.says("desk.admin.assigned", agency="dlh")
    routed = story.one("routed.dlh.web")
    story.says("agency.dlh.held", after=HOUR)
    story.says("agency.dlh.resumed", after=2 * DAY)
    again = resend(story.it, now=story.now)
    assert again
    copy = said(again)
    assert (copy.id, copy.key, copy.type) == (routed.id, routed.key, routed.type)
    moving = {"respond_by", "resolve_by"}
    assert copy.data.keys() == routed.data.keys()
    for name in copy.data.keys() - moving:
        assert copy.data[name] == routed.data[name], name
    assert copy.data["respond_by"] > routed.data["respond_by"], "a hold lay between"
    before = story.it
    assert not isinstance(story.reads(an_echo(again)), Applied)
    assert story.it == before
    story.says("channel.web.withdrawn")
    assert resend(story.it, now=story.now) is None
