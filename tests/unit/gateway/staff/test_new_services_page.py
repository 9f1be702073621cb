"""New services on the pages of the rules: a card where one tries a text, and a page."""

import re

from broker.domain.case import Case
from broker.ports import CaseChange
from gateway.desk.services.finding import PERIOD
from tests.support.eventually import eventually_async
from tests.unit.gateway.desk.services.assigned import SCHOLARSHIPS, background, one
from tests.unit.gateway.door import NOW, MemoryDoor
from tests.unit.gateway.staff_door import SignedIn, signed_in


async def filled(door: MemoryDoor) -> list[Case]:
    """Four complaints of a service that no rule knows, amid others."""
    mine = [one(text, "dishub", n, at=NOW - PERIOD / 2) for n, text in enumerate(SCHOLARSHIPS, 1)]
    others = background(at=NOW - PERIOD / 2)
    async with door.cases.transaction() as transaction:
        await transaction.save(
            [CaseChange(story.it, tuple(story.history)) for story in (*mine, *others)]
        )
    return [story.it for story in mine]


async def counted(rina: SignedIn, path: str, waiting: str) -> str:
    async def shown() -> str | None:
        page = await rina.page(path)
        return None if waiting in page else page

    return await eventually_async(shown)


async def test_the_page_shows_agency_cases_phrases_and_a_topic_to_paste(door: MemoryDoor) -> None:
    mine = await filled(door)
    rina = await signed_in(door, "rina", "desk")
    page = await counted(rina, "/meja/aturan/layanan-baru", "It is being counted")
    assert "Dinas Perhubungan" in page
    for case in mine:
        assert f'href="/meja/kasus/{case.tracking}"' in page
    assert "[[topic]]" in page and "beasiswa prestasi" in page
    assert "Anak saya" not in page, "no text of a complaint"


async def test_where_one_tries_a_text_a_card_says_that_there_are_new_services(
    door: MemoryDoor,
) -> None:
    await filled(door)
    rina = await signed_in(door, "rina", "desk")
    assert "1 new service" not in await rina.page("/meja/aturan"), "not counted yet"
    await counted(rina, "/meja/aturan/layanan-baru", "It is being counted")
    page = await rina.page("/meja/aturan")
    card = re.search(r'<p class="note" id="layanan-baru">.*?</p>', page)
    assert card and "1 new service" in card[0]


async def test_where_there_are_none_there_is_no_card_and_the_page_says_so(door: MemoryDoor) -> None:
    rina = await signed_in(door, "rina", "desk")
    page = await counted(rina, "/meja/aturan/layanan-baru", "It is being counted")
    assert "Nothing: what the desk assigned" in page
    assert 'id="layanan-baru"' not in await rina.page("/meja/aturan")
