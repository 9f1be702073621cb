"""Requests are listed as the specification says: filters, spans, pages, statuses, both forms."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from broker.domain.case import Case, Closed, Said, State
from schemas.complaint import PublicComplaint
from tests.contract.keeping import a_case, a_line
from tests.unit.gateway.door import NOW, MemoryDoor

V2 = "/open311/v2"
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def case(
    opened_at: datetime = NOW - DAY,
    state: State = State.ROUTED,
    channel: str = "web",
    agency: str | None = "dlh",
    **complaint: Any,
) -> Case:
    made = {"text": "sampah", "category": "waste", **complaint}
    whole = replace(
        a_case(opened_at=opened_at, state=state, agency=agency),
        channel=channel,
        complaint=cast(PublicComplaint, made),
    )
    if state is State.CLOSED:
        end = Closed(opened_at + MINUTE, "channel.web", "accepted", "puas", sentence="Selesai.")
        return replace(whole, closed=end, next_due=None)
    return whole


async def ids(door: MemoryDoor, **query: Any) -> list[str]:
    answer = await door.get(f"{V2}/requests.json", **query)
    assert answer.status_code == 200, answer.text
    return [one["service_request_id"] for one in answer.json()]


async def test_the_newest_come_first_and_pages_have_each_once(door: MemoryDoor) -> None:
    states = (State.ROUTED, State.CLOSED, State.RESOLVED)
    kept = [await door.keep(case(NOW - n * MINUTE, states[n % 3])) for n in range(1, 12)]
    codes = [one.tracking for one in kept]
    assert await ids(door) == codes
    assert [await ids(door, page=n, page_size=4) for n in (1, 2, 3, 4)] == [
        *(codes[:4], codes[4:8], codes[8:], []),
    ]
    still_open = [one.tracking for one in kept if one.state is State.ROUTED]
    assert await ids(door, status="open") == still_open
    done = [one.tracking for one in kept if one.state is not State.ROUTED]
    assert await ids(door, status="closed") == done
    assert await ids(door, status="open,closed") == codes


async def test_only_the_keys_own_channel_is_seen(door: MemoryDoor) -> None:
    own, other = await door.keep(case()), await door.keep(case(channel="sms"))
    assert await ids(door) == [own.tracking]
    assert await ids(door, service_request_id=f"{other.tracking},{own.tracking}") == [own.tracking]
    answer = await door.get(f"{V2}/requests/{other.tracking}.json")
    assert answer.status_code == 404


async def test_ids_override_everything_else(door: MemoryDoor) -> None:
    old = await door.keep(case(NOW - 200 * DAY))
    typed = old.tracking.lower().replace("-", "")
    assert await ids(door, service_request_id=f"{typed}, nonsense", status="closed") == [
        old.tracking
    ]
    assert await ids(door) == []


async def test_a_span_is_of_the_moment_at_which_it_was_requested(door: MemoryDoor) -> None:
    late = replace(case(NOW - DAY), received_at=NOW - 2 * DAY)
    await door.keep(late)
    kept = await door.keep(case(NOW - 100 * DAY))
    day = {"start_date": "2026-02-28T00:00:00Z", "end_date": "2026-02-28T12:00:00+07:00"}
    assert await ids(door, **day) == [late.tracking]
    assert await ids(door, start_date="2026-03-01T00:00:00Z") == []
    assert await ids(door, end_date="2025-12-01") == [kept.tracking]
    assert await ids(door, start_date="2025-11-01T00:00:00 07:00") == [kept.tracking]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"start_date": "yesterday"}, 400),
        ({"start_date": "2026-03-01T00:00:00"}, 400),
        ({"end_date": "0001-01-01T00:00:00+14:00"}, 400),
        ({"start_date": "0001-01-01T00:00:00Z"}, 400),
        ({"start_date": "9999-12-31T23:59:59Z"}, 400),
        ({"end_date": "9999-12-31T23:59:59Z"}, 400),
        ({"start_date": "2025-01-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"}, 400),
        ({"status": "pending"}, 400),
        ({"service_code": "waste,nope"}, 404),
        ({"page": "0"}, 400),
        ({"page": "-1"}, 400),
        ({"page_size": "1001"}, 400),
        ({"page": "11"}, 400),
        ({"page": "²"}, 400),
        ({"service_request_id": ",".join(map(str, range(1001)))}, 400),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_cannot_be_asked_for_is_refused(
    door: MemoryDoor, query: dict[str, str], status: int
) -> None:
    answer = await door.get(f"{V2}/requests.json", **query)
    assert (answer.status_code, answer.json()[0]["code"]) == (status, status)


async def test_what_is_empty_counts_as_not_sent(door: MemoryDoor) -> None:
    kept = await door.keep(case())
    empty = dict.fromkeys(("start_date", "status", "service_code", "page", "jurisdiction_id"), "")
    assert await ids(door, **empty) == [kept.tracking]


async def test_services_are_filtered_by_code_and_by_id_of_lapor(door: MemoryDoor) -> None:
    waste = await door.keep(case(NOW - MINUTE, category="942"))
    road = await door.keep(case(NOW - 2 * MINUTE, category="road-damage"))
    await door.keep(case(NOW - 3 * MINUTE, category="bribe"))
    assert await ids(door, service_code="waste") == [waste.tracking]
    assert await ids(door, service_code="942, road-damage") == [waste.tracking, road.tracking]


async def test_a_request_has_what_the_specification_names(door: MemoryDoor) -> None:
    kept = case(
        location={"address": "Jl. Sudirman 1", "village": "Rias", "latitude": -2.9},
        attachments=[{"url": "javascript:alert(1)"}, {"url": "https://a.example/1.jpg"}],
        reporter={"name": "Budi Rahasia"},
    )
    said = [
        Said(NOW, "agency.dlh", "responded", note="kami cek", internal_note="anggaran"),
        Said(NOW, "channel.web", "replied", note="kata pelapor"),
    ]
    await door.keep(kept, [a_line(kept), a_line(kept)], said)
    answer = await door.get(f"{V2}/requests/{kept.tracking}.json")
    assert answer.json() == [
        {
            "service_request_id": kept.tracking,
            "status": "open",
            "status_notes": "kami cek",
            "service_name": "Sampah",
            "service_code": "waste",
            "description": "sampah",
            "agency_responsible": "Dinas Lingkungan Hidup",
            "service_notice": None,
            "requested_datetime": "2026-03-01T09:00:00+07:00",
            "updated_datetime": "2026-03-02T09:00:00+07:00",
            "expected_datetime": None,
            "address": "Jl. Sudirman 1, Rias",
            "address_id": None,
            "zipcode": None,
            "lat": -2.9,
            "long": None,
            "media_url": "https://a.example/1.jpg",
        }
    ]


async def test_of_a_confidential_request_neither_text_nor_place_is_shown(door: MemoryDoor) -> None:
    place = {"address": "Jl. Rahasia 1", "latitude": -2.9, "longitude": 106.4}
    kept = await door.keep(case(text="rahasia", confidential=True, location=place))
    answer = await door.get(f"{V2}/requests/{kept.tracking}.json")
    (one,) = answer.json()
    assert (one["service_code"], one["description"], one["address"]) == ("waste", None, None)
    assert "ahasia" not in answer.text


HOSTILE = "</description><x y='1'>&\"]]> <!-- \x00\x0b\x1f\x85 \ufffe \r\n \U0001f64f é"


async def test_hostile_text_stays_text_in_xml(door: MemoryDoor) -> None:
    kept = await door.keep(case(text=HOSTILE))
    answer = await door.get(f"{V2}/requests/{kept.tracking}.xml")
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n')
    request = ET.fromstring(answer.content).find("request")
    assert request is not None
    seen = request.findtext("description")
    assert seen == HOSTILE.translate(dict.fromkeys([0, 11, 31, 0xFFFE], "\ufffd"))
    assert [element.tag for element in request.iter() if element.tag in ("x", "y")] == []
    json = await door.get(f"{V2}/requests/{kept.tracking}.json")
    assert json.json()[0]["description"] == HOSTILE


async def test_the_form_is_that_of_the_suffix_else_of_accept_else_xml(door: MemoryDoor) -> None:
    for path, accept, kind in (
        ("services.json", "text/xml", "application/json; charset=utf-8"),
        ("services.xml", "application/json", "text/xml; charset=utf-8"),
        ("services", "application/json", "application/json; charset=utf-8"),
        ("services", "text/html, application/xml, application/json", "text/xml; charset=utf-8"),
        ("services", "*/*", "text/xml; charset=utf-8"),
        ("services/waste", "application/json", "application/json; charset=utf-8"),
    ):
        answer = await door.client.get(f"{V2}/{path}", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert "accept" in answer.headers["vary"].lower()
    unknown = await door.client.get(f"{V2}/services.yaml")
    assert unknown.status_code == 404
    assert ET.fromstring(unknown.content).findtext("error/code") == "404"


async def test_people_are_told_in_their_language(door: MemoryDoor) -> None:
    for language, word in (("id", "tidak ada"), ("en-GB", "not found")):
        headers = {"Accept-Language": language}
        answer = await door.client.get(f"{V2}/services/nope.json", headers=headers)
        assert word in answer.json()[0]["description"]


async def test_a_token_is_the_tracking_code_itself(door: MemoryDoor) -> None:
    kept = await door.keep(case())
    answer = await door.get(f"{V2}/tokens/{kept.tracking}.json")
    assert answer.json() == [{"service_request_id": kept.tracking, "token": kept.tracking}]
    assert (await door.get(f"{V2}/tokens/12345.json")).status_code == 404


async def test_an_attribute_has_values_only_where_one_is_chosen(door: MemoryDoor) -> None:
    answer = await door.client.get(f"{V2}/services/waste.xml")
    found = ET.fromstring(answer.content).findall("attributes/attribute")
    by_code = {one.findtext("code"): one for one in found}
    assert [v.findtext("key") for v in by_code["anonymous"].iter("value")] == ["false", "true"]
    assert by_code["anonymous"].find("automated") is None
    assert by_code["title"].find("values") is None
    assert by_code["title"].findtext("automated") == "server_set"
    assert [one.findtext("order") for one in found] == [str(n) for n in range(1, len(found) + 1)]
    assert {one.findtext("required") for one in found} == {"false"}
