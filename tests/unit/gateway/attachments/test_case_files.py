"""Files of cases that are there: with updates, by links, and for who looks at the case."""

from dataclasses import replace
from uuid import UUID

from broker.domain.case import Said
from tests.contract.keeping import a_case, a_line
from tests.unit.gateway.attachments.pictures import (
    PDF,
    opened,
    picture,
)
from tests.unit.gateway.attachments.sending import (
    attachments_of,
    folder_of,
    got,
    sent,
    with_files,
)
from tests.unit.gateway.door import NOW, MemoryDoor, a_receipt


async def test_an_agency_answers_with_a_document_and_a_reporter_replies_with_a_picture(
    door: MemoryDoor,
) -> None:
    case = await door.keep(a_case(agency="dlh"))
    answered = f"/v1/agencies/dlh/cases/{case.tracking}/responded"
    answer = await sent(door, [PDF], answered, {"note": "terlampir"}, key="agency")
    assert answer.status_code == 200, answer.text
    said = door.sent.said[-1]
    assert said["data"]["note"] == "terlampir"
    assert (await got(door, said["data"]["attachments"][0]["url"])).content == PDF
    replied = f"/v1/complaints/{case.tracking}/replied"
    assert (await sent(door, [picture()], replied, {})).status_code == 200
    url = door.sent.said[-1]["data"]["attachments"][0]["url"]
    assert opened((await got(door, url)).content).size == (60, 40)


async def test_an_update_with_a_file_is_for_a_case_of_ones_own_alone(door: MemoryDoor) -> None:
    case = await door.keep(replace(a_case(agency="dpupr"), channel="sms"))
    for path, key in (
        (f"/v1/agencies/dlh/cases/{case.tracking}/responded", "agency"),
        (f"/v1/complaints/{case.tracking}/replied", "web"),
        ("/v1/complaints/0000-0000-0000/replied", "web"),
    ):
        answer = await sent(door, [picture()], path, {}, key=key)
        assert (answer.status_code, answer.json()["title"]) == (404, "not-found")
    assert folder_of(door).files == {} and door.sent.said == []


async def test_the_files_of_a_refused_update_are_nobodys(door: MemoryDoor) -> None:
    case = await door.keep(a_case(agency="dlh"))
    door.sent.receipt = a_receipt("refused", reason="closed", detail="closed")
    path = f"/v1/complaints/{case.tracking}/replied"
    assert (await sent(door, [picture()], path, {})).status_code == 409
    url = door.sent.said[-1]["data"]["attachments"][0]["url"]
    assert (await got(door, url)).status_code == 410


async def test_links_are_refused_that_are_not_ours_or_have_ended(door: MemoryDoor) -> None:
    await sent(door, [picture()])
    url = attachments_of(door)[0]["url"]
    for wrong in (url[:-2], url.partition("?")[0], url.replace("until=1", "until=2")):
        answer = await got(door, wrong)
        assert (answer.status_code, answer.json()["title"]) == (403, "bad-link")
    assert (await got(door, "/v1/attachments/x/y?until=1")).status_code == 404


async def test_who_has_the_case_needs_no_link_that_is_still_good(door: MemoryDoor) -> None:
    filed = (await sent(door, [picture()])).json()
    complaint = UUID(filed["complaint_id"])
    await door.keep(a_case(agency="dlh", complaint_id=complaint))
    path = attachments_of(door)[0]["url"].partition("?")[0]
    assert (await got(door, path, "agency")).status_code == 200
    assert (await got(door, path, "web")).status_code == 200
    assert (await got(door, path, "sms")).status_code == 403


async def test_whoever_looks_at_a_case_gets_links_that_are_good_from_now_on(
    door: MemoryDoor,
) -> None:
    filed = (await sent(door, [picture()])).json()
    complaint = UUID(filed["complaint_id"])
    (attached,) = attachments_of(door)
    old = {**attached, "url": attached["url"].partition("?")[0] + "?until=1&signature=x"}
    case = a_case(agency="dlh", complaint_id=complaint)
    said = Said(NOW, "agency.dlh", "responded", "x", attachments=(old,))  # type: ignore[arg-type]
    await door.keep(with_files(case, old), [a_line(case)], [said])
    for path, key in (
        (f"/v1/complaints/{case.tracking}", "web"),
        (f"/v1/agencies/dlh/cases/{case.tracking}", "agency"),
    ):
        headers = {"Authorization": f"Bearer {door.keys[key]}"}
        seen = (await door.client.get(path, headers=headers)).json()
        for one in (*seen["complaint"]["attachments"], *seen["notes"][0]["attachments"]):
            assert (await got(door, one["url"])).status_code == 200
