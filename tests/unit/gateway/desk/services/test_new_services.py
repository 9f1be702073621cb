"""What the desk assigns again and again and the rules do not know is told, with phrases."""

import tomllib
from datetime import timedelta

import pytest

from broker.ports import CaseChange
from config.loading import load_rules
from config.loading.proposed import check_topics
from gateway.desk.services.finding import MOST, Found, new_services
from gateway.desk.services.topic_block import topic_block
from tests.support.regions import SMALL_REGION
from tests.unit.broker.domain.case.story import CLOCKS, DAY, RULES, Story
from tests.unit.gateway.desk.services.assigned import (
    NOW,
    SCHOLARSHIPS,
    background,
    kept,
    one,
)


async def found_in(stories: list[Story], most: int = MOST) -> Found:
    store = await kept(stories)
    return await new_services(store, RULES, CLOCKS.calendar, NOW, most=most)


def scholarships(agency: str | None = "dindik", first: int = 1) -> list[Story]:
    return [one(text, agency, first + n) for n, text in enumerate(SCHOLARSHIPS)]


async def test_a_service_that_no_rule_knows_is_told_with_its_agency_its_cases_and_phrases() -> None:
    mine = scholarships()
    found = await found_in([*mine, *background()])
    [service] = found.services
    assert service.agency == "dindik"
    assert set(service.cases) == {story.it.tracking for story in mine}
    assert service.phrases[0] == "beasiswa prestasi"
    assert service.first == CLOCKS.calendar.local_day(mine[0].it.received_at)
    assert (found.looked, found.unknown, found.whole) == (25, 13, True)


async def test_fewer_than_three_are_no_service() -> None:
    assert not (await found_in([*scholarships()[:2], *background()])).services


async def test_one_complaint_sent_three_times_is_no_service() -> None:
    again = [one(f"{SCHOLARSHIPS[0]} {n}", "dindik", n) for n in range(1, 5)]
    assert not (await found_in([*again, *background()])).services


async def test_what_goes_to_different_agencies_is_no_service_of_one() -> None:
    agencies = ("dindik", "dlh", "dpupr", "dishub")
    apart = [one(text, agencies[n], n + 1) for n, text in enumerate(SCHOLARSHIPS)]
    assert not (await found_in([*apart, *background()])).services


async def test_what_everybody_writes_is_no_service() -> None:
    """The same words in what other agencies got."""
    elsewhere = [one(text, "dlh", 50 + n) for n, text in enumerate(SCHOLARSHIPS)]
    assert not (await found_in([*scholarships(), *elsewhere, *background()])).services


async def test_what_the_rules_know_is_not_told_again() -> None:
    texts = ("jalan rusak parah di utara", "jalan rusak parah di selatan", "ada jalan rusak parah")
    known = [one(text, "dlh", n + 1) for n, text in enumerate(texts)]
    found = await found_in([*known, *background()])
    assert not found.services and found.unknown == 9


async def test_what_the_rules_routed_themselves_tells_of_no_new_service() -> None:
    store = await found_in([*scholarships(agency=None), *background()])
    assert not store.services


async def test_what_the_desk_gave_a_known_category_is_known() -> None:
    mine = scholarships(agency=None)
    for story in mine:
        story.says("desk.sri.assigned", agency="dindik", category="waste")
    assert not (await found_in([*mine, *background()])).services


async def test_confidential_and_dismissed_complaints_are_not_looked_at() -> None:
    secret = [one(text, "dindik", n + 1, confidential=True) for n, text in enumerate(SCHOLARSHIPS)]
    assert not (await found_in([*secret, *background()])).services
    gone = scholarships()
    for story in gone:
        story.says("desk.sri.dismissed", reason="x", code="other")
    assert not (await found_in([*gone, *background()])).services


async def test_closed_cases_count_as_long_as_their_words_are_kept() -> None:
    mine = scholarships()
    store = await kept([*mine, *background()])
    for story in mine:
        story.says("agency.dindik.resolved")
        story.says("channel.web.accepted")
        assert story.it.complaint is None
    async with store.transaction() as transaction:
        await transaction.load([story.it.complaint_id for story in mine])
        await transaction.save([CaseChange(story.it) for story in mine])
    found = await new_services(store, RULES, CLOCKS.calendar, NOW)
    assert len(found.services) == 1
    await store.forget_words(NOW, 100, NOW)
    assert not (await new_services(store, RULES, CLOCKS.calendar, NOW)).services


async def test_what_came_long_ago_is_not_looked_at() -> None:
    store = await kept([*scholarships(), *background()])
    later = NOW + 60 * DAY
    assert not (await new_services(store, RULES, CLOCKS.calendar, later)).looked
    found = await new_services(store, RULES, CLOCKS.calendar, later, timedelta(days=120))
    assert len(found.services) == 1


async def test_no_more_than_so_many_are_looked_at_the_newest_first() -> None:
    stories = [*scholarships(first=900), *background(times=6)]
    found, all_of_them = await found_in(stories, most=50), await found_in(stories)
    assert all_of_them.whole and not found.whole
    assert found.looked < all_of_them.looked
    assert len(found.services) == 1


NAMED = (
    "Pak Hasanudin tidak mau mengurus beasiswa prestasi, mohon ditindak",
    "beasiswa prestasi dipersulit oleh pak hasanudin di ruang depan",
    "saya dimarahi pak hasanudin waktu tanya beasiswa prestasi",
    "tolong hasanudin diganti, beasiswa prestasi jadi lama",
)


async def test_names_numbers_and_places_are_never_proposed() -> None:
    mine = [
        one(
            f"{text}. Hubungi 081277889900, saya Wulandari dari perum griya asri blok c",
            "dindik",
            n + 1,
            reporter={"name": "Wulandari Sastro"},
            location={"address": "Kenanga Indah 4", "village": "Rias"},
        )
        for n, text in enumerate(NAMED)
    ]
    [service] = (await found_in([*mine, *background(times=8)])).services
    proposed = " ".join(service.phrases)
    assert "beasiswa prestasi" in proposed
    for word in ("hasanudin", "wulandari", "sastro", "griya", "asri", "kenanga", "rias", "0812"):
        assert word not in proposed, service.phrases


async def test_the_proposed_topic_stands_the_check_of_the_rules_and_routes_the_next_one() -> None:
    [service] = (await found_in([*scholarships(), *background()])).services
    block = topic_block(service, RULES)
    assert check_topics(SMALL_REGION, block) == []
    [topic] = tomllib.loads(block)["topic"]
    assert topic["agency"] == "dindik"
    assert topic["phrases"] == list(service.phrases)


async def test_a_topic_of_that_name_is_not_overwritten(tmp_path: object) -> None:
    [service] = (await found_in([*scholarships(), *background()])).services
    block = topic_block(service, RULES).replace('"beasiswa-prestasi"', '"waste"')
    assert any("waste" in str(problem) for problem in check_topics(SMALL_REGION, block))


@pytest.mark.parametrize("text", ["[[topic]]\nid = 3", "x = 1", "[[topic]\n", 'topic = ["a"]'])
def test_what_is_no_topic_is_refused_and_says_why(text: str) -> None:
    assert check_topics(SMALL_REGION, text)


def test_the_shipped_rules_do_not_take_what_is_proposed_for_them_as_wrong() -> None:
    rules = load_rules(None)
    block = (
        '[[topic]]\nid = "x-y"\nname = "X y"\nagency = "dindikbud"\nphrases = ["zakat fitrah"]\n'
    )
    known = "dindikbud" in rules.agencies
    assert bool(check_topics(None, block)) is not known
