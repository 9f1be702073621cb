"""The reporter says more while nobody has the case: it is decided anew with that."""

from pathlib import Path
from typing import Final

from broker.domain.case import Applied
from config.loading import load_rules
from tests.unit.broker.domain.case.story import BRIBE, DAY, NOTHING, ROAD, Story

SHIPPED: Final = load_rules(
    Path(__file__).parents[5] / "config" / "defaults" / "bangka-selatan",
)
VAGUE: Final = "Tolong diperbaiki, sudah seminggu begini terus."
EITHER: Final = "Sampah atau jalan rusak."
"""As much speaks for one as for the other."""
ANSWER: Final = "Maksud saya listrik di rumah padam, itu urusan PLN."


def test_a_reporter_who_says_what_is_meant_is_heard_and_routed() -> None:
    story = Story(rules=SHIPPED).begins(VAGUE)
    assert story.it.state == "triage"
    told = len(story.events)
    story.says("channel.web.replied", note=ANSWER)
    assert story.it.agency == "pln"
    assert story.keys(told) == ["replied.triage.web", "moved.triage.web", "routed.pln.web"]
    replied, moved, routed = story.events[told:]
    assert replied.data["note"] == ANSWER
    assert replied.data["state"] == "triage"
    assert (moved.data["agency"], moved.data["to"]) == (None, "pln")
    assert moved.data["by"] == "channel.web"
    assert moved.data["to_name"] == SHIPPED.agency_name("pln")
    assert moved.data["respond_by"] == routed.data["respond_by"]
    assert moved.data["resolve_by"] == routed.data["resolve_by"]
    assert routed.data["complaint"]["text"] == VAGUE
    assert [said["note"] for said in routed.data["conversation"]] == [ANSWER]
    assert routed.data["decision"]["rule"] == "text/power-outage"
    assert routed.data["decision"]["hops"] == 0
    [line] = story.history[1:]
    assert (line.who, line.what) == ("channel.web", "replied")
    assert (line.state_from, line.state_to) == ("triage", "routed")
    assert (line.agency_from, line.agency_to) == (None, "pln")
    assert ANSWER not in str(line.detail), "what a reporter wrote ends with the case"


def test_an_answer_to_the_desk_ends_the_hold_and_the_verification() -> None:
    story = Story().begins(NOTHING)
    story.says("desk.sri.held", note="Apa yang rusak?")
    story.says("channel.web.replied", note="Jalan rusak parah.", after=DAY)
    assert story.it.agency == "dpupr"
    assert story.it.state == "routed"
    assert not any(clock.open for clock in story.it.clocks if clock.agency is None)


def test_a_reply_that_names_nobody_stays_and_the_desk_sees_what_the_rules_make_of_it() -> None:
    story = Story().begins(NOTHING)
    assert not list(story.it.decision.alternatives)
    story.says("desk.sri.held", note="Ada apa?")
    told = len(story.events)
    outcome = story.says("channel.web.replied", note=EITHER)
    assert isinstance(outcome, Applied)
    assert outcome.changed
    assert story.keys(told) == ["replied.triage.web"]
    assert story.it.state == "triage"
    candidates = story.it.decision.alternatives
    assert sorted(candidate.agency for candidate in candidates) == ["dlh", "dpupr"]
    verification = story.it.clock("verification")
    assert verification
    assert verification.running


def test_everything_that_the_reporter_said_counts_together() -> None:
    story = Story().begins(NOTHING)
    story.says("channel.web.replied", note=EITHER)
    assert story.it.state == "triage"
    story.says("channel.web.replied", note="Yang pertama.")
    assert story.it.state == "triage", "what was said before is not forgotten"
    assert len(story.it.decision.alternatives) == 2
    story.says("channel.web.replied", note="Sampah tidak diangkut, sampah menumpuk.")
    assert story.it.agency == "dlh"
    notes = [said["note"] for said in story.one("routed.dlh.web").data["conversation"]]
    assert notes[:2] == [EITHER, "Yang pertama."]


def test_what_the_desk_or_an_agency_says_decides_nothing() -> None:
    story = Story().begins(NOTHING)
    story.says("desk.sri.held", note="Apakah jalan rusak parah?")
    story.says("channel.web.replied", note="Bukan.")
    assert story.it.state == "triage"


def test_the_answer_of_an_anonymous_reporter_is_decided_on_as_it_goes_on() -> None:
    story = Story().begins(NOTHING, anonymous=True)
    told = len(story.events)
    story.says("channel.web.replied", note="Jalan rusak parah, telepon 081234567890.")
    assert story.keys(told)[-1] == "routed.dpupr.web"
    for event in story.events[told:]:
        assert "081234567890" not in str(event.data)


def test_nobody_who_handed_it_back_gets_it_by_a_reply() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.returned", reason="bukan kami")
    story.says("channel.web.replied", note="Jalan rusak parah, sungguh.")
    assert story.it.state == "triage"


def test_new_words_decide_by_themselves_after_a_hand_back() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.returned", reason="bukan kami")
    story.says("channel.web.replied", note="Sampah tidak diangkut di situ.")
    assert story.it.agency == "dlh"
    assert "dpupr" in story.it.previous


def test_thanks_after_the_last_return_leave_it_to_the_desk() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.returned", reason="bukan kami", suggest="dishub")
    story.says("agency.dishub.returned", reason="bukan kami", suggest="dindik")
    story.says("agency.dindik.returned", reason="bukan kami", suggest="dlh")
    assert story.it.hops == 3
    story.says("channel.web.replied", note="Terima kasih.")
    assert story.it.state == "triage"
    assert story.it.decision.rule == "triage/returned"
    story.says("channel.web.replied", note="Sampah tidak diangkut.")
    assert story.it.agency == "dlh"


def test_a_reply_without_words_changes_no_decision() -> None:
    story = Story().begins(NOTHING)
    before = story.it.decision
    outcome = story.says("channel.web.replied", attachments=[{"url": "https://contoh.id/a.jpg"}])
    assert isinstance(outcome, Applied)
    assert story.it.decision == before
    assert len(story.conversation) == 1


def test_a_place_that_was_missing_may_be_all_that_is_said() -> None:
    story = Story(rules=SHIPPED).begins("Kantor desa tutup terus, tidak ada pelayanan.")
    assert story.it.decision.rule == "triage/place-missing"
    story.says("desk.sri.held", note="Desa mana?")
    story.says("channel.web.replied", note="Desa Rias.")
    assert story.it.agency == "desa-rias"


def test_oversight_that_was_confirmed_is_not_lost_by_a_reply() -> None:
    story = Story().begins(BRIBE)
    story.says("agency.inspektorat.returned", reason="bukan kami")
    assert story.it.state == "triage"
    story.says("channel.web.replied", note=EITHER)
    assert story.it.state == "triage"
    assert story.it.oversight
    assert story.it.decision.oversight
