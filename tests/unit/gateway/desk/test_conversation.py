"""What was said in a case, on its page and for programs."""

from dataclasses import replace
from io import StringIO
from typing import Any

from rich.console import Console

from broker.domain.case import Case, Entry, Said, State
from gateway.desk.links import Links, links_of
from gateway.desk.page import show
from gateway.desk.rows import whole
from tests.contract.keeping import save
from tests.unit.broker.domain.case.story import MONDAY, ROAD, Story
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


def page(story: Story, said: tuple[Said, ...] = (), links: Links | None = None) -> list[str]:
    out = StringIO()
    console = Console(file=out, width=120)
    show(story.it, story.history, an_office(story), console, said, links or Links())
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
    story.case = replace(story.it, rating=4, of={"source": "/channels/web", "id": "w-7"})
    links = Links("LAPOR-77", "9KB0-BSXF-M8V4 (routed)", ("7TQ2-NNXS-0H1C",))
    lines = page(story, links=links)
    assert "rating 4 of 5, by the reporter" in lines
    assert "submission w-7 of /channels/web" in lines
    assert "elsewhere LAPOR-77" in lines
    assert "follows 9KB0-BSXF-M8V4 (routed)" in lines
    assert "followed by 7TQ2-NNXS-0H1C" in lines


async def test_an_earlier_complaint_is_named_if_the_channel_is_its_own() -> None:
    story, earlier = Story().begins(ROAD), Story().begins(ROAD, channel="x")
    office = an_office(story)
    first = replace(earlier.it, complaint_id=Story().complaint, tracking="9KB0-BSXF-M8V4")
    await save(office.store, first)

    def following(word: str, **changes: Any) -> Case:
        complaint: Any = {"text": "x", "follows": word, "external_id": "L-1"}
        return replace(story.it, complaint=complaint, **changes)

    found = await links_of(following(str(first.complaint_id)), office)
    assert found == Links("L-1", f"{first.tracking} (routed)")
    other = await links_of(following(str(first.complaint_id), channel="sms"), office)
    assert other.follows == f"{first.complaint_id} (no such complaint of sms)"
    assert await links_of(replace(story.it, complaint=None), office) == Links()
