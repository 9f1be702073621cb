"""The page that a link in a mail opens, and all that a link does not open."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
import pytest_asyncio

from broker.contacts import Contact, Contacts
from broker.domain.case import Case
from config.language import use_in_process
from consumers.mail.links import Link, address_digest, signed
from tests.unit.broker.domain.case.story import Story
from tests.unit.gateway.door import NOW, MemoryDoor, a_receipt, memory_door

SECRET = b"l" * 32
TEXT, NAME, PHONE = "sampah dan seekor merpati", "Siti Rahmawati", "081377712345"
DLH = Contact("agency", "dlh", "loket@dlh.test", "", frozenset(("complaints",)))
SEKDA = Contact("secretary", None, "sekda@kab.test", "", frozenset(("escalations",)))


class Page:
    """A gateway with one case of dlh, and links to it."""

    def __init__(self, door: MemoryDoor, case: Case) -> None:
        self.door, self.case = door, case
        self.uses(DLH, SEKDA)

    def uses(self, *found: Contact) -> None:
        config = self.door.world.config
        config.rules = replace(config.rules, contacts=Contacts(found))

    def link(self, contact: Contact = DLH, **changes: Any) -> str:
        link = Link(
            purpose="answer" if contact.role == "agency" else "read",
            role=contact.role,
            complaint=self.case.complaint_id,
            mail=UUID(int=9),
            agency="dlh",
            address=address_digest(contact.address),
            made_at=NOW - timedelta(days=1),
            expires_at=NOW + timedelta(days=13),
        )
        return "/jawab/" + signed(replace(link, **changes), SECRET)

    async def keep(self, **changes: Any) -> None:
        self.case = await self.door.keep(replace(self.case, **changes))

    async def get(self, path: str, **headers: str) -> Any:
        return await self.door.client.get(path, headers=headers)

    async def say(self, path: str, verb: str, page: Any, **fields: str) -> Any:
        found = re.search(rf'action="[^"]*/{verb}">(.*?)</form>', page.text, re.S)
        form = found[1] if found else page.text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        return await self.post(f"{path}/{verb}", {**hidden, **fields})

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> Any:
        kind = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return await self.door.client.post(path, content=urlencode(fields), headers=kind)


@pytest_asyncio.fixture
async def page() -> AsyncIterator[Page]:
    async with memory_door() as door:
        door.world.links = SECRET
        story = Story(now=NOW - timedelta(days=1), rules=door.world.config.rules)
        story.begins(TEXT, reporter={"name": NAME, "phone": PHONE})
        assert story.case is not None and story.case.agency == "dlh"
        await door.keep(story.case)
        yield Page(door, story.case)


def nothing_shown(answer: Any) -> bool:
    return not any(word in answer.text for word in ("merpati", NAME, PHONE))


async def test_an_agency_sees_its_case_and_what_it_can_say(page: Page) -> None:
    answer = await page.get(page.link())
    assert answer.status_code == 200
    assert TEXT in answer.text and NAME in answer.text
    verbs = re.findall(r'action="/jawab/[^"]*/(\w+)"', answer.text)
    assert verbs == ["acknowledged", "responded", "resolved", "held", "returned"]


async def test_nobody_learns_of_the_page_from_it(page: Page) -> None:
    answer = await page.get(page.link())
    headers = answer.headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "noindex" in headers["x-robots-tag"] and 'content="noindex' in answer.text
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script" not in policy
    assert "<script" not in answer.text
    assert not re.findall(r'(?:href|src|action)="(?!/|#|\?)', answer.text)


async def test_indonesian_first_and_english_where_it_is_wanted(page: Page) -> None:
    use_in_process("id")
    try:
        first = await page.door.client.get(page.link(), headers={"Accept-Language": ""})
    finally:
        use_in_process("en")
    assert "Kirim respons awal" in first.text
    second = await page.door.client.get(page.link() + "?bahasa=en")
    assert "Send a first answer" in second.text


async def test_looking_changes_nothing_however_a_scanner_does_it(page: Page) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        for path in (page.link(), page.link() + "/resolved"):
            answer = await page.door.client.request(method, path)
            assert answer.status_code in (200, 405)
    assert page.door.sent.said == []


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("acknowledged", {}),
        ("responded", {"note": "Petugas datang besok."}),
        ("resolved", {"note": "Sudah diangkut."}),
        ("held", {"note": "Di RT berapa?"}),
        ("returned", {"reason": "Bukan wewenang kami.", "suggest": "dpupr"}),
    ],
)
async def test_what_the_agency_says_goes_the_way_of_every_update(
    page: Page, verb: str, fields: dict[str, str]
) -> None:
    answer = await page.say(page.link(), verb, await page.get(page.link()), **fields)
    assert answer.status_code == 200 and "It was taken in." in answer.text
    [said] = page.door.sent.said
    assert (said["speaker"], said["verb"]) == ("agency.dlh", verb)
    assert said["subject"] == str(page.case.complaint_id)
    assert said["data"] == fields


async def test_one_form_sent_twice_is_one_update(page: Page) -> None:
    shown = await page.get(page.link())
    for _ in range(2):
        await page.say(page.link(), "responded", shown, note="Petugas datang besok.")
    assert len({said["id"] for said in page.door.sent.said}) == 1


async def test_a_refusal_is_shown_with_what_was_written(page: Page) -> None:
    page.door.sent.receipt = a_receipt("refused", reason="impossible", detail="it is closed")
    answer = await page.say(page.link(), "responded", await page.get(page.link()), note="Halo <b>")
    assert answer.status_code == 409
    assert "it is closed" in answer.text and "Halo &lt;b&gt;" in answer.text


async def test_while_rabbitmq_is_away_nothing_is_lost_of_what_was_written(page: Page) -> None:
    shown = await page.get(page.link())
    page.door.sent.away = True
    answer = await page.say(page.link(), "responded", shown, note="Petugas datang.")
    assert answer.status_code == 503 and "Petugas datang." in answer.text


async def test_an_answer_without_words_is_not_sent(page: Page) -> None:
    for verb in ("responded", "resolved", "held", "returned"):
        answer = await page.say(page.link(), verb, await page.get(page.link()))
        assert answer.status_code == 422
    assert page.door.sent.said == []


async def test_a_form_that_the_page_did_not_make_says_nothing(page: Page) -> None:
    path = f"{page.link()}/responded"
    shown = await page.get(page.link())
    ticket = re.search(r'name="form" value="(\w+)"', shown.text)
    id = re.search(r'name="id" value="(\w+)"', shown.text)
    assert ticket and id
    good = {"note": "x", "id": id[1], "form": ticket[1]}
    for fields in ({**good, "form": ""}, {**good, "form": "0" * 32}, {**good, "id": "other"}):
        assert (await page.post(path, fields)).status_code == 403
    for site in ("cross-site", "same-site"):
        answer = await page.post(path, good, **{"Sec-Fetch-Site": site})
        assert answer.status_code == 403
    assert page.door.sent.said == []
    assert (await page.post(path, good, **{"Sec-Fetch-Site": "same-origin"})).status_code == 200


async def test_a_ticket_of_another_link_is_none(page: Page) -> None:
    other = await page.get(page.link(mail=UUID(int=10)))
    answer = await page.say(page.link(), "responded", other, note="x")
    assert answer.status_code == 403 and page.door.sent.said == []


async def test_a_link_that_was_touched_opens_nothing(page: Page) -> None:
    link = page.link()
    for path in (link[:-1], link + "A", link[:30] + "A" + link[31:], "/jawab/x", "/jawab/%00"):
        answer = await page.get(path)
        assert answer.status_code == 404 and nothing_shown(answer)


async def test_a_link_that_has_expired_opens_nothing_and_says_so(page: Page) -> None:
    for expires in (NOW, NOW - timedelta(days=1)):
        answer = await page.get(page.link(expires_at=expires))
        assert answer.status_code == 410 and nothing_shown(answer)
        assert "expired" in answer.text
        posted = await page.post(page.link(expires_at=expires) + "/responded", {"note": "x"})
        assert posted.status_code == 410
    assert page.door.sent.said == []


@pytest.mark.parametrize("of", ["case", "agency", "mail"])
async def test_a_link_that_was_taken_back_opens_nothing(page: Page, of: str) -> None:
    names = {"case": str(page.case.complaint_id), "agency": "dlh", "mail": str(UUID(int=9))}
    await page.door.world.store.end_links(f"{of}:{names[of]}", NOW)
    answer = await page.get(page.link())
    assert answer.status_code == 410 and nothing_shown(answer)
    assert (await page.get(page.link(made_at=NOW + timedelta(seconds=1)))).status_code == 200


async def test_the_link_of_an_address_that_is_no_contact_any_more_opens_nothing(
    page: Page,
) -> None:
    link = page.link()
    page.uses(SEKDA, replace(DLH, address="baru@dlh.test"))
    answer = await page.get(link)
    assert answer.status_code == 410 and nothing_shown(answer)


async def test_the_link_of_another_agency_opens_nothing(page: Page) -> None:
    other = replace(DLH, agency="dpupr")
    page.uses(DLH, other)
    answer = await page.get(page.link(other, agency="dpupr"))
    assert answer.status_code == 403 and nothing_shown(answer)


async def test_after_the_case_moved_the_link_opens_nothing(page: Page) -> None:
    link = page.link()
    shown = await page.get(link)
    await page.keep(agency="dpupr")
    answer = await page.get(link)
    assert answer.status_code == 403 and nothing_shown(answer)
    posted = await page.say(link, "responded", shown, note="x")
    assert posted.status_code == 403 and page.door.sent.said == []


async def test_a_closed_case_is_shown_and_cannot_be_answered(page: Page) -> None:
    shown = await page.get(page.link())
    state = type(page.case.state)
    await page.keep(state=state.CLOSED, complaint=None)
    answer = await page.get(page.link())
    assert answer.status_code == 200 and "<form" not in answer.text
    assert "closed" in answer.text
    posted = await page.say(page.link(), "responded", shown, note="x")
    assert posted.status_code == 403 and page.door.sent.said == []


async def test_who_only_reads_sees_and_says_nothing(page: Page) -> None:
    link = page.link(SEKDA)
    answer = await page.get(link)
    assert answer.status_code == 200 and TEXT in answer.text and "<form" not in answer.text
    own = await page.get(page.link())
    posted = await page.say(link, "responded", own, note="x")
    assert posted.status_code == 403 and page.door.sent.said == []


async def test_a_reader_does_not_become_an_answerer_by_another_role(page: Page) -> None:
    answer = await page.get(page.link(SEKDA, role="head", purpose="answer"))
    assert answer.status_code == 410 and nothing_shown(answer)


async def test_an_anonymous_reporter_is_not_shown(page: Page) -> None:
    await page.keep(anonymous=True)
    answer = await page.get(page.link())
    assert TEXT in answer.text
    assert NAME not in answer.text and PHONE not in answer.text


async def test_a_confidential_case_says_so(page: Page) -> None:
    assert page.case.complaint is not None
    await page.keep(complaint={**page.case.complaint, "confidential": True})
    assert "Confidential" in (await page.get(page.link())).text


async def test_what_people_wrote_is_text_and_no_markup(page: Page) -> None:
    assert page.case.complaint is not None
    await page.keep(complaint={**page.case.complaint, "text": "<script>alert(1)</script>"})
    answer = await page.get(page.link())
    assert "<script>" not in answer.text and "&lt;script&gt;" in answer.text


async def test_a_case_that_is_not_recorded_yet_is_said_to_come(page: Page) -> None:
    answer = await page.get(page.link(complaint=UUID(int=77)))
    assert answer.status_code == 404 and "minute" in answer.text


async def test_who_tries_links_is_slowed_down(page: Page) -> None:
    statuses = [(await page.get("/jawab/x")).status_code for _ in range(105)]
    assert statuses[:100] == [404] * 100
    assert 429 in statuses


async def test_a_verb_that_no_agency_has_is_no_page(page: Page) -> None:
    for verb in ("closed", "assigned", "dismissed", "accepted"):
        answer = await page.post(f"{page.link()}/{verb}", {"note": "x"})
        assert answer.status_code == 404
    assert page.door.sent.said == []
