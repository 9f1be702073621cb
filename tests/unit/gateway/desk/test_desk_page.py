"""The page of a case, and how its clocks are put into words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import StringIO
from typing import NoReturn

import pytest
from rich.console import Console

from broker.domain.case import CaseClock, State
from broker.domain.clocks import Hold
from broker.memory.cases import MemoryCaseStore
from gateway.desk.deadlines import days_left, standing
from gateway.desk.page import show
from gateway.desk.rows import brief, candidates, case_row, triage_row, whole
from gateway.desk.session import DeskSession, objection
from schemas.decision import Alternative
from tests.unit.broker.domain.case.story import (
    CLOCKS,
    LIGHT,
    MONDAY,
    NOTHING,
    ROAD,
    RULES,
    Story,
    at,
)

DUE = at("2026-02-09 16:00")
"""A Monday."""


@dataclass(frozen=True)
class At:
    """A clock that stands at a moment."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


def nowhere() -> NoReturn:
    raise AssertionError("a page asks for no RabbitMQ")


def an_office(story: Story) -> DeskSession:
    return DeskSession(RULES, story.clocks, MemoryCaseStore(), At(story.now), "memory", nowhere)


def page(story: Story) -> str:
    out = StringIO()
    show(story.it, story.history, an_office(story), Console(file=out, width=120))
    return out.getvalue()


def words(lines: Iterable[str]) -> list[str]:
    return [" ".join(line.split()) for line in lines]


RUNNING = CaseClock("response", 1, "dishub", MONDAY, DUE)


@pytest.mark.parametrize(
    ("now", "left", "said"),
    [
        ("2026-02-05 09:00", 2, "2 working days left"),
        ("2026-02-06 17:00", 1, "1 working day left"),
        ("2026-02-08 12:00", 1, "1 working day left"),
        ("2026-02-09 16:00", 0, "due today"),
        ("2026-02-09 16:01", None, "late since its last day"),
        ("2026-02-10 09:00", -1, "1 working day late"),
        ("2026-02-14 09:00", -4, "4 working days late"),
    ],
)
def test_the_days_left_are_working_days(now: str, left: int | None, said: str) -> None:
    assert days_left(RUNNING, at(now), CLOCKS.calendar) == left
    assert standing(RUNNING, at(now), CLOCKS.calendar) == said


def test_a_clock_that_stands_still_loses_no_day() -> None:
    held = replace(RUNNING, held_at=at("2026-02-05 09:00"))
    for now in ("2026-02-06 09:00", "2026-03-06 09:00"):
        assert standing(held, at(now), CLOCKS.calendar) == "stands still, 2 working days left"


def test_who_answered_late_is_said_to_have_been() -> None:
    late = replace(RUNNING, stopped_at=at("2026-02-11 09:00"), holds=(Hold(MONDAY, MONDAY),))
    later = at("2026-06-01 09:00")
    assert standing(late, later, CLOCKS.calendar) == "stopped 2 working days late"
    kept = replace(RUNNING, stopped_at=DUE)
    assert standing(kept, later, CLOCKS.calendar) == "stopped in time"


def test_a_page_tells_what_fired_what_is_ahead_and_who_is_next() -> None:
    story = Story().begins(ROAD)
    story.waits(at("2026-02-10 10:00"))
    lines = words(page(story).splitlines())
    assert "response by Mon 09 Feb 2026 16:00 1 working day late" in lines
    ladder = "response dpupr ● reminder ● breach ○ coordinator 11 Feb ○ secretary 18 Feb"
    assert any(line.startswith(ladder) for line in lines)
    assert "the agency gives a first answer" in lines
    assert "Wed 11 Feb 2026 16:00 coordinator of response, to the coordinator" in lines
    fired = "clock.response escalated breach of response (dpupr), recorded Tue 10 Feb 2026 10:00"
    assert f"Mon 09 Feb 2026 16:00 {fired}" in lines


def test_in_triage_the_coordinator_is_told_and_no_head_of_nobody() -> None:
    lines = words(page(Story().begins(NOTHING)).splitlines())
    assert "the desk names an agency" in lines
    assert "Thu 05 Feb 2026 16:00 breach of verification, to the coordinator" in lines


def test_a_supporting_agencys_deadline_bears_its_name() -> None:
    lines = words(page(Story().begins(LIGHT)).splitlines())
    assert "response by Mon 09 Feb 2026 16:00 5 working days left" in lines
    assert "response by Mon 09 Feb 2026 16:00 5 working days left (pln)" in lines


def test_what_a_terminal_would_act_on_is_escaped() -> None:
    story = Story().begins(f"{ROAD} \x1b[31m[bold]\u202e")
    shown = page(story)
    assert "\x1b" not in shown and "\u202e" not in shown
    assert r"jalan rusak parah \x1b[31m[bold]\u202e" in shown


def test_a_closed_case_has_forgotten_the_complaint() -> None:
    story = Story().begins(ROAD)
    story.says("desk.sari.dismissed", reason="ganda")
    shown = page(story)
    assert "CLOSED" in shown and "forgotten" in shown and "rusak" not in shown.split("Complaint")[1]
    assert "by desk.sari: ganda" in shown


def test_a_row_names_the_first_deadline_that_somebody_can_miss() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.resolved")
    assert case_row(story.it, an_office(story))[4:7] == ("-", "-", "-")
    story.says("channel.web.replied")
    assert case_row(story.it, an_office(story))[4] == "resolution"


def test_the_record_for_programs_tells_how_clocks_stand_and_what_is_ahead() -> None:
    story = Story().begins(ROAD)
    record = whole(story.it, story.history, an_office(story))
    assert [clock["working_days_left"] for clock in record["clocks"]] == [5, 14]
    assert record["ahead"][0]["rung"] == "reminder"
    assert record["owed"]["clock"] == "response"
    assert record["history"][0]["what"] == "routed"


def test_a_code_that_is_nobodys_names_the_nearest() -> None:
    on = date(2026, 2, 2)
    assert objection("dishub", RULES, on) is None
    assert "dishub (Dinas Perhubungan)" in (objection("dishup", RULES, on) or "")
    assert "dishub (Dinas Perhubungan)" in (objection("Dinas Perhubungan", RULES, on) or "")
    assert "perhubungan" not in (objection("zzzzzz", RULES, on) or "").lower()


def test_the_desk_sees_what_speaks_for_each_candidate() -> None:
    story = Story()
    story.begins("lampu jalan padam di jalan rusak parah")
    office = an_office(story)
    case = replace(
        story.it,
        state=State.TRIAGE,
        agency=None,
        decision=replace(
            story.it.decision,
            alternatives=(
                Alternative("dishub", 0.52),
                Alternative("dpupr", 0.41),
                Alternative("pln", 0.05),
            ),
        ),
    )

    found = candidates(case, office)

    assert [one.agency for one in found] == ["dishub", "dpupr", "pln"]
    assert "lampu jalan" in (found[0].because or "")
    assert "rusak" in (found[1].because or "")
    assert found[2].because is None
    assert "lampu" in triage_row(case, office)[5]
    shown = StringIO()
    show(case, [], office, Console(file=shown, width=160))
    assert "dishub · " in shown.getvalue()
    assert brief(case, office)["candidates"][1]["agency"] == "dpupr"
