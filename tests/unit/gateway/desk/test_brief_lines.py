"""Cases as one or two lines on a terminal: whole tracking codes, whatever width and words."""

from dataclasses import replace
from typing import Any

import pytest
from rich.cells import cell_len

from broker.domain.case import Case, Said, State
from gateway.desk.brief_lines import case_lines, shortened, spoken, triage_lines
from schemas.decision import Alternative
from tests.unit.broker.domain.case.story import MONDAY, NOTHING, ROAD, Story
from tests.unit.gateway.desk.test_desk_page import an_office

STORY = Story().begins(ROAD)
OFFICE = an_office(STORY)
REPLY = Said(
    MONDAY, "channel.web", "replied", note="Maksud saya\nyang dekat pasar, bukan jalan itu"
)
ODD = [
    "jalan rusak",
    "kata" * 500,
    "路灯坏了请尽快修理" * 30,
    "\x1b[31mmerah\x1b[0m \u202eterbalik \x00 \t tab\r\nbaris",
    "a" + "\u0301" * 60,
    "👩‍👩‍👧‍👦🇮🇩" * 40,
    "",
]


def having(text: str, **fields: Any) -> Case:
    complaint: Any = {"text": text, **fields}
    return replace(STORY.it, complaint=complaint)


@pytest.mark.parametrize("width", [0, 10, 14, 20, 40, 60, 80, 139, 140, 200])
@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("last", [None, REPLY, replace(REPLY, note="长" * 90)])
def test_a_line_fits_and_the_code_is_whole(width: int, text: str, last: Said | None) -> None:
    for lines in (
        case_lines(having(text), last, OFFICE, width),
        triage_lines(having(text), last, OFFICE, width),
    ):
        assert 1 <= len(lines) <= 2
        assert lines[0].plain.startswith(STORY.it.tracking)
        for line in lines:
            assert line.plain.isprintable()
            assert cell_len(line.plain) <= max(width, 14)


def test_eighty_columns_hold_state_deadline_agency_and_text() -> None:
    first, second = case_lines(having("jalan rusak parah sekali " * 9), None, OFFICE, 80)
    code = STORY.it.tracking
    assert first.plain == f"{code}  routed  response 5 days left  dpupr  web"
    assert second.plain.startswith(" " * 16 + "jalan rusak parah sekali jalan rusak")
    assert second.plain.endswith("…") and cell_len(second.plain) in (79, 80)


def test_a_wide_terminal_has_text_beside_the_facts() -> None:
    [line] = case_lines(having("jalan rusak " * 8), None, OFFICE, 200)
    assert line.plain.startswith(f"{STORY.it.tracking}  routed  response 5 days left  dpupr  web ")
    assert line.plain.rstrip().endswith("jalan rusak")


def test_the_newest_that_was_said_stands_behind_the_text() -> None:
    _, second = case_lines(having("jalan rusak"), REPLY, OFFICE, 80)
    assert second.plain == (
        " " * 16 + "jalan rusak  reporter: Maksud saya yang dekat pasar, bukan jala…"
    )
    _, both = case_lines(having("jalan rusak " * 9), REPLY, OFFICE, 80)
    assert "jalan rusak jalan" in both.plain and "reporter: Maksud saya" in both.plain


def test_who_spoke_is_the_reporter_an_agency_or_the_desk() -> None:
    assert spoken(replace(REPLY, by="agency.dlh", note="segera")) == "dlh: segera"
    assert spoken(replace(REPLY, by="desk", note=None, reason="bukan")) == "desk: bukan"
    assert spoken(replace(REPLY, note=None, verb="acknowledged")) == "reporter: acknowledged"


def test_the_desk_sees_candidates_days_and_what_it_has_asked() -> None:
    story = Story().begins(NOTHING)
    decision = replace(
        story.it.decision,
        alternatives=(Alternative("pln", 0.4), Alternative("dlh", 0.25), Alternative("a", 0.1)),
    )
    case = replace(story.it, decision=decision)
    first, second = triage_lines(case, None, an_office(story), 80)
    assert first.plain == f"{case.tracking}  3 working days left  web  ? pln 40%, dlh 25%"
    assert second.plain.strip() == NOTHING
    asked = triage_lines(replace(case, state=State.HELD), None, an_office(story), 80)[0]
    assert asked.plain.startswith(f"{case.tracking}  asked  3 working days left")


def test_what_is_confidential_or_forgotten_is_said_to_be() -> None:
    _, second = case_lines(having("pungli", confidential=True), None, OFFICE, 80)
    assert second.plain.strip() == "CONFIDENTIAL pungli"
    _, gone = case_lines(replace(STORY.it, complaint=None), None, OFFICE, 80)
    assert gone.plain.strip() == "(forgotten)"


@pytest.mark.parametrize(
    ("width", "short"), [(0, ""), (1, "…"), (2, "…"), (4, "长…"), (5, "长长…")]
)
def test_a_wide_character_is_never_halved(width: int, short: str) -> None:
    assert shortened("长长长长", width) == short
