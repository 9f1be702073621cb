"""The desk merges cases about one thing: one leads, and what is answered there reaches all."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from broker.domain.case import Applied, Lead, Refused, Repeated, State
from broker.domain.case.deadlines import open_deadlines, upcoming
from schemas.limits import MERGED
from tests.unit.broker.domain.case.group import Group, a_group, running
from tests.unit.broker.domain.case.story import CLOCKS, DAY, HOUR, LIGHT, NOTHING, ROAD

ANSWER = "Lubang sudah ditambal."


def test_the_one_that_follows_keeps_its_code_and_its_state_and_names_its_lead() -> None:
    group = a_group("lead", "one")
    one, lead = group["one"], group["lead"]
    assert one.merged_into == Lead(lead.complaint_id, lead.tracking)
    assert lead.merged == (one.complaint_id,)
    assert (one.state, one.agency, one.tracking != lead.tracking) == (State.ROUTED, "dpupr", True)
    assert [group.lines(name)[-1] for name in ("lead", "one")] == ["merged", "merged"]


def test_its_own_clocks_stand_still_and_nobody_is_late_with_it() -> None:
    group = a_group("lead", "one")
    assert running(group["one"]) == []
    assert open_deadlines(group["one"]) == ()
    assert upcoming(group["one"], CLOCKS) == ()
    assert sorted(running(group["lead"])) == ["resolution", "response"]


def test_the_agency_hears_with_which_and_the_channel_only_that_it_was() -> None:
    group = a_group("lead", "one")
    to_agency, to_channel = group.told("one")[-2:]
    assert (to_agency.key, to_channel.key) == ("merged.dpupr.-", "merged.-.web")
    lead = group["lead"]
    assert to_agency.data["into"] == lead.tracking
    assert to_agency.data["followers"] == 1
    assert lead.tracking not in str(to_channel.data)
    assert str(lead.complaint_id) not in str(to_channel.data)
    assert to_channel.data["resolve_by"] == to_agency.data["resolve_by"]


def test_each_hears_the_answer_under_its_own_id_and_closes_by_its_own_clock() -> None:
    group = a_group("lead", "one", "two")
    told = len(group.events)
    group.says("lead", "agency.dpupr.resolved", note=ANSWER)
    for name in ("lead", "one", "two"):
        assert group[name].state is State.RESOLVED
        assert running(group[name]) == ["closing"]
        [event] = [e for e in group.told(name, told) if e.key == "resolved.dpupr.web"]
        assert event.data["note"] == ANSWER
        assert event.data["tracking"] == group[name].tracking
    assert len({event.id for event in group.events}) == len(group.events)
    group.waits(30 * DAY)
    assert {group[name].state for name in ("lead", "one", "two")} == {State.CLOSED}


@pytest.mark.parametrize(("verb", "state"), [("acknowledged", "acknowledged"), ("responded",) * 2])
def test_what_comes_before_the_answer_reaches_it_too(verb: str, state: str) -> None:
    group = a_group("lead", "one")
    group.says("lead", f"agency.dpupr.{verb}", note="Kami periksa.")
    assert group["one"].state == state
    assert group.told("one")[-1].data["note"] == "Kami periksa."
    assert running(group["one"]) == []


def test_a_question_to_one_reporter_is_no_business_of_the_others() -> None:
    group = a_group("lead", "one")
    told = len(group.events)
    group.says("lead", "agency.dpupr.held", note="Di mana?")
    assert group["one"].state is State.ROUTED
    assert group.keys("one", told) == []


def test_its_reporter_may_accept_and_rate_it() -> None:
    group = a_group("lead", "one")
    group.says("lead", "agency.dpupr.resolved", note=ANSWER)
    assert isinstance(group.says("one", "channel.web.accepted", rating=4), Applied)
    assert (group["one"].state, group["one"].rating) == (State.CLOSED, 4)
    assert group["lead"].state is State.RESOLVED


def test_a_reply_while_it_follows_is_kept_and_told_and_nothing_else() -> None:
    group = a_group("lead", "one")
    before, told = group["one"], len(group.events)
    outcome = group.says("one", "channel.web.replied", note="Masih ada.")
    assert isinstance(outcome, Applied) and not outcome.changed
    assert group["one"].clocks == before.clocks
    assert group.keys("one", told) == ["replied.dpupr.web"]
    assert [one.note for one in group.conversation[before.complaint_id]] == ["Masih ada."]


def test_in_triage_a_reply_decides_nothing_for_it_alone() -> None:
    group = a_group("lead", "one", text=NOTHING)
    group.says("one", "channel.web.replied", note=ROAD)
    assert group["one"].agency is None


def test_who_goes_on_after_the_answer_goes_on_alone_with_clocks_that_run() -> None:
    group = a_group("lead", "one", "two")
    group.says("lead", "agency.dpupr.resolved", note=ANSWER)
    told = len(group.events)
    group.says("one", "channel.web.replied", note="Belum selesai.")
    one = group["one"]
    assert (one.merged_into, one.state, one.agency) == (None, State.RESPONDED, "dpupr")
    assert running(one) == ["resolution"]
    assert group.keys("one", told) == [
        "replied.dpupr.web",
        "separated.dpupr.-",
        "separated.-.web",
    ]
    assert group.told("one")[-1].data["why"] == "reopened"
    assert group["lead"].merged == (group["two"].complaint_id,)
    assert group["lead"].state is State.RESOLVED


def test_thanks_part_nobody() -> None:
    group = a_group("lead", "one")
    group.says("lead", "agency.dpupr.resolved", note=ANSWER)
    group.says("one", "channel.web.replied", note="Terima kasih.", reopen=False)
    assert group["one"].merged_into is not None


@pytest.mark.parametrize("ends", ["desk.sri.dismissed", "channel.web.withdrawn"])
def test_where_the_lead_ends_without_an_answer_they_come_apart_and_their_clocks_run(
    ends: str,
) -> None:
    group = a_group("lead", "one", "two")
    due = {name: group[name].clock("resolution") for name in ("one", "two")}
    group.says("lead", ends, reason="ganda", after=2 * DAY)
    for name in ("one", "two"):
        case = group[name]
        assert (case.merged_into, case.state) == (None, State.ROUTED)
        assert set(running(case)) == {"response", "resolution"}
        clock, before = case.clock("resolution"), due[name]
        assert clock and before
        assert clock.due_at == CLOCKS.calendar.shift(before.due_at, 2), "held time like a hold"
        assert group.told(name)[-1].data["why"] == "lead-ended"
    assert "ganda" not in str([e.data for e in group.told("one")])


def test_the_desk_parts_them_again() -> None:
    group = a_group("lead", "one")
    outcome = group.says("one", "desk.sri.separated", note="Ternyata beda.", after=DAY)
    assert isinstance(outcome, Applied)
    assert group["one"].merged_into is None
    assert group["lead"].merged == ()
    assert set(running(group["one"])) == {"response", "resolution"}
    assert group.keys("one")[-2:] == ["separated.dpupr.-", "separated.-.web"]
    group.says("lead", "agency.dpupr.resolved", note=ANSWER)
    assert group["one"].state is State.ROUTED


def test_they_go_where_the_lead_goes() -> None:
    group = a_group("lead", "one")
    told = len(group.events)
    group.says("lead", "desk.sri.assigned", agency="dlh", internal_note="rahasia dapur")
    one = group["one"]
    assert (one.agency, one.state, running(one)) == ("dlh", State.ROUTED, [])
    assert group.keys("one", told) == ["moved.dpupr.web", "routed.dlh.web"]
    assert "rahasia dapur" not in str([e.data for e in group.told("one")])
    group.says("lead", "agency.dlh.resolved", note=ANSWER)
    assert group["one"].state is State.RESOLVED


def test_handed_back_to_triage_they_wait_there_together() -> None:
    group = a_group("lead", "one", text=LIGHT)
    group.says("lead", "agency.dishub.returned", reason="bukan kami")
    assert group["lead"].agency is None and group["one"].agency is None
    assert (group["one"].state, running(group["one"])) == (State.TRIAGE, ["response"]), "PLN's own"
    group.says("lead", "desk.sri.assigned", agency="dlh")
    assert group["one"].agency == "dlh"


def test_from_triage_it_goes_to_the_agency_that_has_the_lead() -> None:
    group = Group().begins("lead", ROAD).begins("one", NOTHING)
    assert isinstance(group.merges("one", "lead"), Applied)
    assert group["one"].agency == "dpupr"
    assert group.keys("one")[-4:] == [
        "moved.triage.web",
        "routed.dpupr.web",
        "merged.dpupr.-",
        "merged.-.web",
    ]
    assert running(group["one"]) == []


def test_what_was_answered_before_it_came_is_told_to_it() -> None:
    group = Group().begins("lead").begins("one")
    group.says("lead", "agency.dpupr.responded", note="Sedang dijadwalkan.")
    group.merges("one", "lead")
    assert group["one"].state is State.RESPONDED
    event = group.told("one")[-1]
    assert (event.key, event.data["note"]) == ("responded.dpupr.web", "Sedang dijadwalkan.")


def test_the_earlier_deadline_stands_for_both() -> None:
    group = Group().begins("one")
    group.now += 3 * DAY
    group.begins("lead")
    earlier = group["one"].clock("resolution")
    response = group["one"].clock("response")
    group.merges("one", "lead")
    mine = group["lead"].clock("resolution")
    assert earlier and mine and mine.due_at == earlier.due_at
    answer = group["lead"].clock("response")
    assert answer and response and answer.due_at == response.due_at


def test_a_deadline_that_cannot_be_taken_over_is_a_refusal() -> None:
    group = Group().begins("lead").begins("one", classification="information_request")
    outcome = group.merges("one", "lead")
    assert isinstance(outcome, Refused) and outcome.reason == "earlier-deadline"
    assert isinstance(group.merges("lead", "one"), Applied)


def test_a_lead_that_waits_takes_over_the_earlier_deadline_as_well() -> None:
    group = Group().begins("one")
    group.now += 2 * DAY
    group.begins("lead")
    group.says("lead", "agency.dpupr.held", note="Di mana?")
    earlier = group["one"].clock("resolution")
    group.merges("one", "lead", after=3 * DAY)
    mine = group["lead"].clock("resolution")
    assert earlier and mine and mine.due_at == earlier.due_at
    assert not mine.running


def test_who_was_told_of_a_deadline_is_not_told_again() -> None:
    group = Group().begins("one")
    group.waits(30 * DAY)
    group.begins("lead")
    group.merges("one", "lead")
    told = len(group.events)
    group.waits(HOUR)
    clocks = [e.data["clock"] for e in group.events[told:] if "clock" in e.data]
    assert clocks == []
    assert [due for _, name, due in open_deadlines(group["lead"]) if name == "resolution"]


@pytest.mark.parametrize(
    ("one", "lead", "reason"),
    [
        ({"anonymous": True}, {}, "unlike"),
        ({}, {"anonymous": True}, "unlike"),
        ({"confidential": True}, {}, "unlike"),
        ({"confidential": True}, {"confidential": True}, "unlike"),
        ({"oversight": True}, {"oversight": True}, "unlike"),
        ({"anonymous": True, "confidential": True}, {"anonymous": True}, "unlike"),
        ({"anonymous": True}, {"anonymous": True}, None),
        (
            {"anonymous": True, "confidential": True},
            {"anonymous": True, "confidential": True},
            None,
        ),
    ],
)
def test_nothing_is_merged_that_may_give_somebody_away(
    one: dict[str, Any], lead: dict[str, Any], reason: str | None
) -> None:
    group = Group().begins("lead", **lead).begins("one", **one)
    outcome = group.merges("one", "lead")
    assert getattr(outcome, "reason", None) == reason
    assert (group["one"].merged_into is None) == (reason is not None)


def test_what_is_confirmed_as_wrongdoing_later_comes_apart() -> None:
    group = a_group("lead", "one")
    group.says("lead", "desk.sri.assigned", agency="dlh", oversight=True)
    assert (group["one"].merged_into, group["one"].agency) == (None, "dpupr")
    assert set(running(group["one"])) == {"response", "resolution"}
    assert group.told("one")[-1].data["why"] == "unlike"


def test_where_the_lead_is_given_more_time_they_come_apart() -> None:
    group = Group()
    for name in ("lead", "one"):
        group.begins(name, classification="information_request")
    group.merges("one", "lead")
    group.says("lead", "desk.sri.assigned", agency="dpupr", classification="complaint")
    assert group["one"].merged_into is None
    assert "resolution" in running(group["one"])


def test_what_cannot_be_merged_is_refused_and_changes_nothing() -> None:
    group = a_group("lead", "one")
    for name in ("two", "done", "ended", "desk"):
        group.begins(name, NOTHING if name == "desk" else ROAD)
    group.says("done", "agency.dpupr.resolved", note=ANSWER)
    group.says("ended", "channel.web.withdrawn")
    before, told = dict(group.cases), len(group.events)
    for name, into in [
        ("two", "one"),  # follows itself
        ("lead", "two"),  # others follow it
        ("two", "done"),
        ("done", "two"),
        ("two", "ended"),
        ("one", "two"),  # follows another
        ("two", "desk"),  # nobody has that one
    ]:
        outcome = group.merges(name, into)
        assert isinstance(outcome, Refused) and outcome.reason == "impossible", (name, into)
        assert outcome.detail
    assert group.merges("two", "00000000-0000-4000-8000-000000000000").reason == "unknown-case"  # type: ignore[union-attr] # -- a refusal
    assert (group.cases, len(group.events)) == (before, told)


@pytest.mark.parametrize("verb", ["responded", "resolved", "held", "resumed", "returned"])
def test_an_answer_to_one_that_follows_is_to_be_given_to_its_lead(verb: str) -> None:
    group = a_group("lead", "one")
    outcome = group.says("one", f"agency.dpupr.{verb}", reason="x")
    assert isinstance(outcome, Refused) and outcome.reason == "follows-another"


@pytest.mark.parametrize("verb", ["assigned", "held", "resumed"])
def test_the_desk_moves_the_lead(verb: str) -> None:
    group = a_group("lead", "one", text=NOTHING)
    outcome = group.says("one", f"desk.sri.{verb}", agency="dlh")
    assert isinstance(outcome, Refused) and outcome.reason == "follows-another"


def test_an_agency_may_say_that_it_has_seen_it() -> None:
    group = a_group("lead", "one")
    assert isinstance(group.says("one", "agency.dpupr.acknowledged"), Applied)
    assert group["one"].state is State.ACKNOWLEDGED


@pytest.mark.parametrize("key", ["desk.sri.dismissed", "channel.web.withdrawn"])
def test_one_that_ends_by_itself_is_counted_no_more(key: str) -> None:
    group = a_group("lead", "one", "two")
    group.says("one", key, reason="ganda")
    assert group["one"].state is State.CLOSED
    assert group["lead"].merged == (group["two"].complaint_id,)
    told = len(group.events)
    group.says("lead", "agency.dpupr.resolved", note=ANSWER)
    assert group.keys("one", told) == []


def test_merged_twice_into_the_same_it_stays_as_it_is() -> None:
    group = a_group("lead", "one")
    before = group["one"], group["lead"]
    outcome = group.merges("one", "lead", id="again")
    assert isinstance(outcome, Applied) and not outcome.changed
    assert (group["one"].clocks, group["lead"].merged) == (before[0].clocks, before[1].merged)
    assert isinstance(group.merges("one", "lead", id="again"), Repeated)


def test_so_many_follow_one_and_no_more() -> None:
    group = a_group("lead", "one")
    lead = group["lead"]
    many = tuple([*lead.merged] * MERGED)[:MERGED]
    group.cases[lead.complaint_id] = replace(lead, merged=many)
    group.begins("two")
    outcome = group.merges("two", "lead")
    assert isinstance(outcome, Refused) and outcome.reason == "too-many-followers"


def test_an_agency_that_supports_answers_for_itself() -> None:
    group = a_group("lead", "one", text=LIGHT)
    assert running(group["one"]) == ["response"], "PLN's own"
    told = len(group.events)
    group.says("lead", "agency.pln.responded", note="Kabel kami aman.")
    assert group.keys("one", told) == []
    assert isinstance(group.says("one", "agency.pln.responded"), Applied)


def test_a_held_one_waits_for_its_reporter_no_longer() -> None:
    group = Group().begins("lead").begins("one")
    group.says("one", "agency.dpupr.held", note="Di mana?")
    assert isinstance(group.merges("one", "lead", after=2 * DAY), Applied)
    assert group["one"].state is State.ACKNOWLEDGED
    assert running(group["one"]) == []


def test_the_wait_of_one_takes_nothing_from_its_deadline(
    later: timedelta = 3 * DAY,
) -> None:
    """A hold that the one had is the lead's with the deadline that is taken over."""
    group = Group().begins("one")
    group.says("one", "agency.dpupr.held", note="Di mana?")
    group.says("one", "channel.web.replied", note="Di sini.", after=2 * DAY)
    group.now += later
    group.begins("lead")
    earlier = group["one"].clock("resolution")
    group.merges("one", "lead")
    mine = group["lead"].clock("resolution")
    assert earlier and mine and mine.due_at == earlier.due_at
