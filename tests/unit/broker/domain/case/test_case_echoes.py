"""Events of ours as the cases read them: echoes, repeats, two leads, the wrong order, a crash."""

from dataclasses import replace
from typing import Any

import pytest

from broker.domain.case import Applied, Early, Outcome, Refused, Repeated, apply, read
from broker.domain.case.outcome import GRACE
from schemas.updates import Update
from tests.unit.broker.domain.case.story import (
    HOUR,
    LIGHT,
    MONDAY,
    NOTHING,
    ROAD,
    RULES,
    Said,
    Story,
    an_echo,
    an_update,
    routed_by_router,
    said,
)

SECOND = HOUR / 3600


def other_rules(agency: str):
    """The rules after an edit that sends broken roads to another agency."""
    topics = [replace(t, agency=agency) if t.id == "road-damage" else t for t in RULES.topics]
    return replace(RULES, topics=topics)


def read_all(story: Story, events: list[Said]) -> list[Outcome]:
    return [story.reads(an_echo(event.out)) for event in events]


def test_the_echo_of_a_move_is_nothing_new_however_late_it_comes() -> None:
    story = Story().begins(LIGHT)
    story.says("agency.dishub.returned", reason="bukan kami", suggest="dlh")
    story.says("desk.admin.assigned", agency="dpupr")
    story.says("desk.admin.assigned", agency="dindik")
    echoes = [e for e in story.events if e.key.startswith(("routed", "triaged"))]
    assert len(echoes) == 3
    before, told = story.it, len(story.events)
    assert all(isinstance(outcome, Repeated) for outcome in read_all(story, echoes))
    assert story.it == before
    assert len(story.events) == told


def test_the_same_routed_twice_opens_one_case() -> None:
    story = Story().begins(LIGHT)
    before = story.it
    story.begins(LIGHT)
    assert story.it == before
    assert story.keys() == ["opened.dishub.web", "joined.pln.-"]


def test_the_opening_tells_the_channel_who_has_it_and_until_when_and_no_text() -> None:
    opened = Story().begins(LIGHT).one("opened.dishub.web")
    assert opened.data["agency_name"] == "Dinas Perhubungan"
    assert opened.data["respond_by"] == "2026-02-09T16:00:00+07:00"
    assert opened.data["resolve_by"] == "2026-02-24T16:00:00+07:00"  # Imlek and its joint leave
    assert LIGHT not in str(opened.data)
    waiting = Story().begins(NOTHING).one("opened.triage.web").data
    assert (waiting["agency"], waiting["agency_name"], waiting["respond_by"]) == (None, None, None)


def test_the_lead_of_a_second_try_under_other_rules_is_told_that_it_moved() -> None:
    story = Story().begins(ROAD)
    [second] = routed_by_router(ROAD, story.now + HOUR, rules=other_rules("dlh"))
    before = story.it
    outcome = story.reads(an_echo(second))
    assert isinstance(outcome, Applied)
    assert story.keys()[1:] == ["moved.dlh.web"]
    assert story.events[-1].data["to"] == "dpupr"
    assert story.it.clocks == before.clocks
    assert story.it.agency == "dpupr"
    assert isinstance(story.reads(an_echo(second)), Repeated), "it is told once"


def test_a_second_try_that_names_the_agency_which_has_it_by_now_changes_nothing() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.returned", reason="bukan kami", suggest="dlh")
    [second] = routed_by_router(ROAD, story.now, rules=other_rules("dlh"))
    told = len(story.events)
    story.reads(an_echo(second))
    assert story.it.agency == "dlh"
    assert len(story.events) == told


def test_a_second_try_is_told_so_even_when_the_case_is_in_triage_or_closed() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.returned", reason="bukan kami")
    [second] = routed_by_router(ROAD, story.now, rules=other_rules("dlh"))
    story.reads(an_echo(second))
    assert story.one("moved.dlh.web").data["to"] is None
    story.says("channel.web.withdrawn")
    [third] = routed_by_router(ROAD, story.now, rules=other_rules("dishub"))
    story.reads(an_echo(third))
    assert story.one("moved.dishub.web").data["to"] is None
    assert story.it.state == "closed"


def test_triage_of_a_second_try_has_nobody_to_be_told() -> None:
    story = Story().begins(ROAD)
    [second] = routed_by_router(ROAD, story.now, rules=other_rules("@triage"))
    assert said(second).key == "triaged.triage.web"
    story.reads(an_echo(second))
    assert story.keys() == ["opened.dpupr.web"]
    assert story.it.state == "routed"


def test_a_supporting_routed_waits_for_its_lead() -> None:
    lead, support = routed_by_router(LIGHT, Story().now)
    story = Story()
    early = story.reads(an_echo(support))
    assert isinstance(early, Early)
    assert early.until > story.now
    story.reads(an_echo(lead))
    assert story.it.supporting == ()
    story.reads(an_echo(support))
    assert story.it.supports("pln")
    assert story.it == Story().begins(LIGHT).it, "the order makes no difference"


def test_a_supporting_routed_without_a_lead_is_refused_in_the_end() -> None:
    _, support = routed_by_router(LIGHT, Story().now)
    outcome = Story().reads(an_echo(support), patient=False)
    assert isinstance(outcome, Refused)
    assert outcome.reason == "no-lead"


def test_one_who_handed_it_back_does_not_support_it_and_is_told() -> None:
    lead, support = routed_by_router(LIGHT, Story().now)
    story = Story()
    story.reads(an_echo(lead))
    story.says("desk.admin.assigned", agency="pln")
    story.says("agency.pln.returned", reason="bukan kami", suggest="dpupr")
    story.reads(an_echo(support))
    assert story.it.supports("pln") is None
    assert story.one("moved.pln.-").data["role"] == "supporting"


def test_who_is_named_to_support_after_the_end_is_told_that_it_is_over() -> None:
    lead, support = routed_by_router(LIGHT, Story().now)
    story = Story()
    story.reads(an_echo(lead))
    story.says("channel.web.withdrawn")
    story.reads(an_echo(support))
    assert story.keys()[-1] == "moved.pln.-"
    assert not story.it.supporting
    assert not any(clock.open for clock in story.it.clocks)


def test_the_word_of_a_supporting_agency_may_overtake_the_event_that_makes_it_one() -> None:
    lead, support = routed_by_router(LIGHT, Story().now)
    story = Story()
    story.reads(an_echo(lead))
    early = story.says("agency.pln.acknowledged", id="1", after=SECOND / 2)
    assert isinstance(early, Early)
    assert early.until == MONDAY + GRACE
    story.reads(an_echo(support))
    assert isinstance(story.says("agency.pln.acknowledged", id="1", after=SECOND / 2), Applied)


def test_a_stranger_is_refused_once_that_cannot_be() -> None:
    story = Story().begins(ROAD)
    assert isinstance(story.says("agency.dlh.acknowledged", after=SECOND / 2), Early)
    outcome = story.says("agency.dlh.acknowledged", after=SECOND / 2, context={"patient": False})
    assert isinstance(outcome, Refused)
    assert outcome.reason == "not-your-case"
    assert isinstance(story.says("agency.dlh.acknowledged", after=4 * SECOND), Refused)


def test_a_stranger_to_a_closed_case_is_refused_at_once() -> None:
    story = Story().begins(ROAD)
    story.says("channel.web.withdrawn", after=SECOND / 4)
    assert isinstance(story.says("agency.dlh.acknowledged", after=SECOND / 4), Refused)


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("agency.dpupr.returned", {"reason": "bukan kami", "suggest": "dlh"}),
        ("desk.admin.assigned", {"agency": "dlh"}),
    ],
)
def test_an_echo_that_overtakes_its_own_update_after_a_crash_waits_for_it(
    key: str, data: dict[str, Any]
) -> None:
    story = Story().begins(ROAD)
    crashed = Story(case=story.it, causes=set(story.causes), now=story.now)
    crashed.says(key, id="1", **data)
    [moved, routed] = crashed.events
    early = story.reads(an_echo(routed.out))
    assert isinstance(early, Early), "published, yet never recorded"
    story.says(key, id="1", **data)
    assert [e.id for e in story.events[-2:]] == [moved.id, routed.id]
    assert isinstance(story.reads(an_echo(routed.out)), Repeated)
    assert story.it.agency == "dlh"


def test_an_echo_whose_update_never_comes_is_turned_away_in_the_end() -> None:
    story = Story().begins(ROAD)
    crashed = Story(case=story.it, causes=set(story.causes), now=story.now)
    crashed.says("desk.admin.assigned", agency="dlh")
    story.reads(an_echo(crashed.events[-1].out), patient=False)
    assert story.one("moved.dlh.web").data["to"] == "dpupr"


def test_two_tries_of_one_return_under_two_rules_leave_one_lead() -> None:
    text = "halo"
    story = Story().begins(text)
    story.says("desk.admin.assigned", agency="dindik")
    crashed = Story(case=story.it, causes=set(story.causes), now=story.now)
    crashed.says("agency.dindik.returned", id="1", reason="bukan", suggest="dlh")
    story.rules = replace(RULES, agency_index={**RULES.agency_index, "dlh": "dishub"})
    story.says("agency.dindik.returned", id="1", reason="bukan", suggest="dlh")
    assert story.it.agency == "dishub"
    story.reads(an_echo(crashed.events[-1].out))
    assert story.one("moved.dlh.web").data["to"] == "dishub"
    assert story.it.agency == "dishub"


def test_nothing_of_the_reporter_of_an_anonymous_complaint_gets_in_even_if_a_router_fails() -> None:
    story = Story()
    [event] = routed_by_router(ROAD, story.now)
    body = event.body.replace(b'"anonymous":false', b'"anonymous":true,"reporter":{"name":"Siti"}')
    assert body != event.body
    story.reads(an_echo(replace(event, body=body)))
    assert story.it.complaint
    assert "reporter" not in story.it.complaint


def test_the_echo_of_a_reply_that_was_not_recorded_waits_for_the_reply_to_come_again() -> None:
    story = Story().begins(NOTHING)
    story.now += HOUR
    reply = an_update(story.complaint, "channel.web.replied", id="r", time=story.now, note=ROAD)
    what = read(reply)
    assert isinstance(what, Update)
    published = apply(story.it, what, story.context())
    assert isinstance(published, Applied)
    [echo] = [an_echo(out) for out in published.publish if out.routing_key == "routed.dpupr.web"]
    assert isinstance(story.reads(echo), Early), "nobody is told that it is not theirs"
    story.reads(reply)
    assert (story.it.state, story.it.agency) == ("routed", "dpupr")
    told = len(story.events)
    assert isinstance(story.reads(echo), Repeated)
    assert len(story.events) == told


def test_the_echo_of_a_reply_that_never_comes_again_tells_the_agency_that_it_is_elsewhere() -> None:
    story = Story().begins(NOTHING)
    story.now += HOUR
    reply = an_update(story.complaint, "channel.web.replied", id="r", time=story.now, note=ROAD)
    what = read(reply)
    assert isinstance(what, Update)
    published = apply(story.it, what, story.context())
    assert isinstance(published, Applied)
    [echo] = [an_echo(out) for out in published.publish if out.routing_key == "routed.dpupr.web"]
    story.reads(echo, patient=False)
    assert story.keys()[-1] == "moved.dpupr.web"
    assert story.it.state == "triage"
