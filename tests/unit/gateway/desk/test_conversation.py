"""What was said in a case, on its page and for programs."""

from dataclasses import replace
from io import StringIO
from typing import Any

from rich.console import Console

from broker.domain.case import Entry, Said, State
from gateway.desk.page import show
from gateway.desk.rows import whole
from schemas.events import SubmissionOf
from tests.unit.broker.domain.case.story import MONDAY, NOTHING, ROAD, Story
from tests.unit.gateway.desk.test_desk_page import an_office, words

QUESTION = Said(MONDAY, "desk", "held", note="Di jalan apa?", internal_note="Nomor salah.")
ANSWER = Said(
    MONDAY,
    "channel.web",
    "replied",
    note="Jalan Sudirman\n\x1b[31mdekat pasar",
    attachments=({"url": "https://x.id/1.jpg", "media_type": "image/jpeg", "size": 120_000},),
)
BACK = Said(MONDAY, "agency.dishub", "returned", reason="bukan kami")


def page(story: Story, said: tuple[Said, ...] = ()) -> list[str]:
    out = StringIO()
    console = Console(file=out, width=120)
    show(story.it, story.history, an_office(story), console, said)
    return words(out.getvalue().splitlines())


def test_what_was_said_is_shown_with_who_said_it() -> None:
    lines = page(Story().begins(ROAD), (QUESTION, ANSWER, BACK))
    at = "Mon 02 Feb 2026 09:00"
    asked = lines.index(f"{at} desk held")
    assert lines[asked + 1 : asked + 3] == ["Di jalan apa?", "INTERNAL: Nomor salah."]
    answered = lines.index(f"{at} reporter (web) replied")
    assert lines[answered + 1 : answered + 4] == [
        "Jalan Sudirman",
        r"\x1b[31mdekat pasar",
        "attached: https://x.id/1.jpg (image/jpeg, 120,000 bytes)",
    ]
    returned = lines.index(f"{at} dishub · Dinas Perhubungan returned")
    assert lines[returned + 1] == "reason: bukan kami"


def test_the_person_of_an_office_is_known_from_the_history() -> None:
    story = Story().begins(ROAD)
    entry = Entry(MONDAY, MONDAY, "desk.sri", "held", None, State.HELD, None, None, {})
    story.history += [entry, replace(entry, who="desk.budi"), replace(entry, what="resumed")]
    lines = page(story, (QUESTION, QUESTION, ANSWER))
    heads = [line.split("09:00 ")[1] for line in lines if line.endswith((" held", " replied"))]
    assert heads[:3] == ["desk (sri) held", "desk (budi) held", "reporter (web) replied"]
    said = whole(story.it, story.history, an_office(story), (QUESTION, ANSWER))["conversation"]
    assert (said[0]["by"], said[0]["person"]) == ("desk", "sri")
    assert (said[0]["internal_note"], said[1]["person"]) == ("Nomor salah.", None)
    assert said[1]["attachments"][0]["size"] == 120_000


def test_rating_submission_and_links_are_in_the_head() -> None:
    story = Story().begins(ROAD)
    of = SubmissionOf(source="/channels/web", id="w-7")
    complaint: Any = {"text": "x", "external_id": "LAPOR-77", "follows": "9KB0-BSXF-M8V4"}
    story.case = replace(story.it, rating=4, of=of, complaint=complaint)
    lines = page(story)
    assert "rating 4 of 5, by the reporter" in lines
    assert "submission w-7 of /channels/web" in lines
    assert "elsewhere LAPOR-77" in lines
    assert "follows 9KB0-BSXF-M8V4 (no complaint of web is known by it)" in lines
    story.case = replace(story.it, follows="9KB0-BSXF-M8V4", followed_by=("7TQ2-NNXS-0H1C",))
    lines = page(story)
    assert "follows 9KB0-BSXF-M8V4" in lines
    assert "followed by 7TQ2-NNXS-0H1C" in lines


def test_what_the_desk_has_asked_is_owed_by_the_reporter() -> None:
    story = Story().begins(NOTHING)
    story.says("desk.sri.held", note="Di mana?")
    lines = page(story)
    assert "the reporter answers the desk" in lines
    assert any(line.startswith("verification by") and "stands still" in line for line in lines)


def test_the_person_of_an_agency_is_known_from_the_history() -> None:
    story = Story().begins(ROAD)
    detail = {"person": "budi"}
    story.history += [
        Entry(MONDAY, MONDAY, "agency.dishub", "returned", None, State.TRIAGE, None, None, detail)
    ]
    lines = page(story, (BACK,))
    assert any("agency.dishub (budi)" in line for line in lines), lines
    assert any(line.endswith("dishub · Dinas Perhubungan (budi) returned") for line in lines)
    told = whole(story.it, story.history, an_office(story), (BACK,))
    assert told["conversation"][0]["person"] == "budi"
    assert told["history"][-1]["detail"] == detail
