"""What waits for the desk, as its page shows it."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from broker.domain.case import Said
from tests.contract.keeping import a_case, a_line
from tests.unit.gateway.door import NOW, MemoryDoor
from tests.unit.gateway.staff.triage_cases import DAY, HX, officer, waits
from tests.unit.gateway.staff_door import staff_door


@pytest.fixture
async def door() -> AsyncIterator[MemoryDoor]:
    """With a desk."""
    async with staff_door() as made:
        yield made


async def test_the_oldest_stands_first_with_its_words_marked(door: MemoryDoor) -> None:
    await door.keep(waits(2, "Sampah menumpuk", days=1))
    old = await door.keep(waits(1, "Lampu jalan mati di Toboali", days=4))
    page = (await (await officer(door)).get("/meja")).text
    assert f'<h2 id="kasus" tabindex="-1">{old.tracking}</h2>' in page
    assert re.search(r"<mark[^>]*>[^<]*[Ll]ampu jalan", page)
    assert "41.0%" in page.replace("\u00a0", "").replace(" %", "%")


async def test_what_waits_three_and_five_working_days_is_coloured(door: MemoryDoor) -> None:
    for n, days in enumerate((1, 5, 8), 1):
        await door.keep(waits(n, days=days))
    page = (await (await officer(door)).get("/meja")).text
    assert page.count('class="aged-3"') == 1
    assert page.count('class="aged-5"') == 1


async def test_an_auditor_reads_without_buttons_and_may_not_decide(door: MemoryDoor) -> None:
    case, ada = await door.keep(waits()), await officer(door, "auditor", "ada")
    page = (await ada.get("/meja")).text
    assert case.tracking in page
    assert "<button" not in page.partition("<main")[2]
    for path in (
        f"/meja/putusan/{case.tracking}",
        f"/meja/hadir/{case.tracking}",
        "/meja/serentak",
    ):
        assert (await ada.post(path, {"agency": "dlh"})).status_code == 403
    assert (await ada.get("/meja/serentak")).status_code == 403
    assert door.sent.said == []
    assert await door.world.store.presence.present([case.complaint_id], NOW) == []


async def test_people_of_agencies_and_leaders_see_nothing_of_it(door: MemoryDoor) -> None:
    case = await door.keep(waits())
    for role in ("agency:dlh", "lead"):
        they = await officer(door, role, role.replace(":", "-"))
        for path in ("/meja", "/meja/lencana", f"/meja?kasus={case.tracking}", "/meja/serentak"):
            answer = await they.get(path)
            assert (answer.status_code, case.tracking in answer.text) == (403, False)


async def test_what_strangers_wrote_stays_text(door: MemoryDoor) -> None:
    bad = '<script>alert(1)</script> Lampu jalan <img src=x onerror="x">'
    case = waits(text=bad)
    whole: Any = {**(case.complaint or {}), "title": bad, "location": {"address": bad}}
    case = replace(case, complaint=whole)
    await door.keep(case, [a_line(case, "replied")], [Said(NOW, "channel.web", "replied", bad)])
    page = (await (await officer(door)).get("/meja")).text
    assert "<script>alert" not in page and "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


async def test_of_an_anonymous_complaint_no_reporter_is_shown(door: MemoryDoor) -> None:
    case = waits()
    complaint = {**case.complaint, "reporter": {"name": "Siti Contoh", "phone": "0812"}}  # type: ignore[dict-item]
    named = replace(case, complaint=complaint)  # type: ignore[arg-type]
    await door.keep(named)
    rina = await officer(door)
    assert "Siti Contoh" in (await rina.get("/meja")).text
    await door.keep(replace(named, anonymous=True))
    page = (await rina.get("/meja")).text
    assert "Siti Contoh" not in page and "0812" not in page
    assert "anonymous" in page


async def test_the_badge_tells_how_many_wait_and_since_when(door: MemoryDoor) -> None:
    rina = await officer(door)
    assert (await rina.get("/meja/lencana")).text.strip() == ""
    for n, days in ((1, 1), (2, 8)):
        case = waits(n, days=days)
        await door.keep(replace(case, placed_at=NOW - days * DAY))
    badge = (await rina.get("/meja/lencana")).text
    assert "badge aged-5" in badge
    assert "2 wait for the desk" in badge


async def test_similar_ones_are_named(door: MemoryDoor) -> None:
    text = "Jembatan gantung Sungai Nyire hampir putus kayunya lapuk"
    await door.keep(a_case(agency="dpupr", text=text, complaint_id=UUID(int=77 << 112)))
    case = waits(1, text=f"{text} tolong segera", best=None)
    await door.keep(case)
    for n in range(20, 40):
        await door.keep(
            a_case(
                agency="dlh",
                text="Sampah menumpuk tolong segera diangkut",
                complaint_id=UUID(int=n << 112),
            )
        )
    page = (await (await officer(door)).get("/meja")).text
    similar = page.partition("Similar and earlier")[2]
    assert "Jembatan gantung" in similar
    assert "Sampah" not in similar.partition("</ul>")[0]


async def test_going_back_gives_the_whole_page(door: MemoryDoor) -> None:
    await door.keep(waits())
    rina = await officer(door)
    whole = await rina.get("/meja", **HX, **{"HX-History-Restore-Request": "true"})
    assert "<html" in whole.text
    assert "<html" not in (await rina.get("/meja", **HX)).text
