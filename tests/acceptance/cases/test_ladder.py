"""The ladder from outside, under a fast clock that the three programs share."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.acceptance.cases.case_town import Town, a_town
from tests.support.eventually import eventually

SPEED = 100_000
"""A second is a day and four hours."""
RUNGS = ["reminder", "breach", "coordinator", "secretary", "inspectorate"]
TOLD = ["agency", "head", "coordinator", "secretary", "inspectorate"]


@pytest.fixture
def town(amqp_url: str, tmp_path: Path) -> Iterator[Town]:
    with a_town(amqp_url, tmp_path, CLOCK_SPEED=str(SPEED)) as town:
        yield town


def ladder(town: Town, complaint: str, clock: str) -> list[str]:
    said = town.about(complaint, "escalations")
    return [m.data["rung"] for m in said if m.data["clock"] == clock]


@pytest.mark.slow
def test_who_never_answers_climbs_it_and_who_answers_late_stops_there(town: Town) -> None:
    never = town.submits("sampah menumpuk")
    late = town.submits("jalan rusak parah")
    for complaint, agency in ((never, "dlh"), (late, "dpupr")):
        town.hears(complaint, f"opened.{agency}.web")

    def breached() -> bool:
        return "breach" in ladder(town, late, "response")

    eventually(breached, saying="the breach of who answers late")
    town.says(late, "agency.dpupr.responded", note="maaf terlambat")
    town.hears(late, "responded.dpupr.web", "channel.web")
    eventually(lambda: ladder(town, never, "response") == RUNGS, saying="the whole ladder")
    assert ladder(town, late, "response") == RUNGS[:2]
    fired = [m for m in town.about(never, "escalations") if m.data["clock"] == "response"]
    assert [m.data["to"] for m in fired] == TOLD
    assert len({m.event["id"] for m in fired}) == len(fired)
    for message in fired:
        assert message.key == "escalated.dlh.web"
        assert message.event["type"] == "complaint.escalated.v1"
        moments = [datetime.fromisoformat(message.data[name]) for name in ("due_at", "fired_at")]
        assert all(moment.tzinfo for moment in moments)
        assert message.data["late_seconds"] >= 0
        assert message.data["policy"]["id"] and message.data["state"] == "routed"
    # The agency hears of its own rungs in its queue.
    assert [m.key for m in town.about(never, "agency.dlh")][:2] == [
        "routed.dlh.web",
        "escalated.dlh.web",
    ]
    began = {
        line["began"]
        for program in town.programs.values()
        for line in program.log()
        if line["event"] == "clock.fast" and line["level"] == "warning"
    }
    assert len(began) == 1, "one clock for all three, and each of them says so"
