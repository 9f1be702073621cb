"""At the breach of the resolution clock the reporter's channel hears it, once."""

import json
from dataclasses import replace

from broker.domain.case import fire
from schemas.events import OverdueData
from tests.unit.broker.domain.case.story import (
    CLOCKS,
    DAY,
    NOTHING,
    ROAD,
    RULES,
    Said,
    Story,
    at,
    escalated,
)


def overdue(events: list[Said]) -> list[Said]:
    return [event for event in events if event.type == "complaint.overdue.v1"]


def test_the_channel_hears_of_the_breach_of_the_final_answer_and_of_no_other() -> None:
    story = Story().begins(ROAD)
    before = story.waits(at("2026-02-24 15:59"))
    assert {"breach"} <= {e.data["rung"] for e in escalated(before)}, "of the first answer"
    assert overdue(before) == []
    [told] = overdue(story.waits(at("2026-02-24 16:00")))
    assert told.key == "overdue.dpupr.web"
    data = OverdueData.model_validate_json(json.dumps(told.data))
    assert data.due_at == at("2026-02-24 16:00")
    assert "complaint" not in told.data
    assert overdue(story.waits(90 * DAY)) == []


def test_it_is_told_once_however_the_deadline_moves() -> None:
    story = Story().begins(ROAD)
    assert len(overdue(story.waits(at("2026-02-25 10:00")))) == 1
    story.says("agency.dpupr.held", note="foto?")
    story.says("channel.web.replied", note="ini")
    story.says("agency.dpupr.resolved", note="selesai")
    story.says("channel.web.replied", note="belum")
    assert overdue(story.waits(90 * DAY)) == []


def test_it_names_the_agency_that_has_the_case_and_bears_one_id_in_every_try() -> None:
    case = Story().begins(ROAD).it
    moment = at("2026-02-24 16:00")
    ids = set()
    for now in (moment, moment + DAY):
        step = fire(case, CLOCKS, now=now, watermark=moment, name_of=RULES.agency_name)
        assert step
        [told] = [e for e in step.publish if e.type == "complaint.overdue.v1"]
        ids.add(told.message_id)
        assert json.loads(told.body)["data"]["agency_name"] == RULES.agency_name("dpupr")
    assert len(ids) == 1


def test_an_anonymous_reporters_submission_is_not_named() -> None:
    case = Story().begins(ROAD).it
    case = replace(case, of={"source": "/channels/web", "id": "c-1"})
    moment = at("2026-02-24 16:00")
    for anonymous in (False, True):
        step = fire(replace(case, anonymous=anonymous), CLOCKS, now=moment, watermark=moment)
        assert step
        [told] = [e for e in step.publish if e.type == "complaint.overdue.v1"]
        assert ("of" in json.loads(told.body)["data"]) is not anonymous


def test_triage_alone_makes_nobody_overdue() -> None:
    assert overdue(Story().begins(NOTHING).waits(90 * DAY)) == []
