"""``assigned`` may say what the complaint is: it goes on so, and deadlines follow."""

from datetime import datetime

from tests.unit.broker.domain.case.story import LIGHT, NOTHING, ROAD, Story


def test_what_the_desk_found_out_goes_on_with_the_complaint() -> None:
    story = Story().begins(NOTHING)
    story.says(
        "desk.sri.assigned",
        agency="dlh",
        classification="aspiration",
        category="waste",
        title="Usul bak sampah",
    )
    routed = story.one("routed.dlh.web").data
    complaint = routed["complaint"]
    assert complaint["classification"] == "aspiration"
    assert complaint["category"] == "waste"
    assert complaint["title"] == "Usul bak sampah"
    assert complaint["text"] == NOTHING
    assert routed["decision"]["topic"] == "waste"
    assert story.it.classification == "aspiration"
    assert story.it.complaint == complaint
    again = story.says("agency.dlh.returned", reason="bukan kami", suggest="dpupr")
    assert again
    assert story.one("routed.dpupr.web").data["complaint"] == complaint


def test_open_deadlines_follow_the_classification() -> None:
    story = Story().begins(ROAD)
    before = story.it.clock("resolution")
    assert before
    story.says("desk.sri.assigned", agency="dlh", classification="information_request")
    after = story.it.clock("resolution")
    assert after
    assert after.started_at == before.started_at
    assert after.due_at < before.due_at
    told = datetime.fromisoformat(story.one("routed.dlh.web").data["resolve_by"])
    assert told == after.due_at
    story.says("desk.sri.assigned", agency="dpupr", classification="complaint")
    back = story.it.clock("resolution")
    assert back
    assert back.due_at == before.due_at


def test_a_category_that_nobody_knows_is_kept_and_said() -> None:
    story = Story().begins(LIGHT)
    topic = story.it.decision.topic
    story.says("desk.sri.assigned", agency="dlh", category="4711")
    decision = story.one("routed.dlh.web").data["decision"]
    assert decision["topic"] == topic
    assert [w.partition(":")[0] for w in decision["warnings"]] == ["category"]
    assert story.one("routed.dlh.web").data["complaint"]["category"] == "4711"


def test_a_category_of_another_system_is_the_topic_that_has_it() -> None:
    story = Story().begins(NOTHING)
    story.says("desk.sri.assigned", agency="dpupr", category=928)
    assert story.one("routed.dpupr.web").data["decision"]["topic"] == "road-damage"


def test_the_sentence_names_no_person() -> None:
    story = Story().begins(NOTHING)
    story.says("desk.root.assigned", agency="dpupr")
    routed = story.one("routed.dpupr.web").data
    assert routed["decision"]["because"] == "Ditetapkan oleh petugas."
    assert "root" not in str([event.data for event in story.events])
    assert story.history[-1].who == "desk.root"
