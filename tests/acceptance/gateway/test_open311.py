"""Portals that speak Open311 file requests and hear of them: FixMyStreet as its code sends them,
and a client that others wrote."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from georeport import GeoReport

from tests.acceptance.gateway.http import Answer, Door
from tests.support.eventually import eventually

V2 = "/open311/v2"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class FixMyStreet:
    """Its requests (perllib/Open311.pm): XML, `api_key` in the form, and in the address where it
    asks for updates; lists by `start_date` and `end_date`, single items read as lists."""

    def __init__(self, door: Door, channel: str = "web") -> None:
        self.door = door
        self.key = door.key(channel)

    def read(self, path: str, **query: str) -> ET.Element:
        sent = urlencode({"jurisdiction_id": "town", **query})
        answer = self.door.call("GET", f"{V2}/{path}?{sent}")
        assert answer.status == 200, answer.body
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        return ET.fromstring(answer.body)

    def post(self, path: str, fields: Sequence[tuple[str, str]]) -> Answer:
        own = [("jurisdiction_id", "town"), ("api_key", self.key)]
        body = urlencode([*fields, *own]).encode()
        return self.door.call("POST", f"{V2}/{path}", raw=body, headers=FORM)

    def sends(self, number: str, detail: str, **more: str) -> str:
        """A report (send_service_request): what service_request_id it is given."""
        fields = {
            "description": f"title: Sampah\n\ndetail: {detail}\n\nurl: http://fms/{number}\n",
            "service_code": "waste",
            "first_name": "Budi",
            "last_name": "Rahasia",
            "email": "budi@example.org",
            "phone": "081234567890",
            "lat": "-3.00461",
            "long": "106.45677",
            "media_url": "https://fms.example.org/photo/1.jpeg",
            "attribute[title]": "Sampah",
            "attribute[description]": detail,
            "attribute[report_url]": f"http://fms/{number}",
            "attribute[fixmystreet_id]": number,
            "attribute[easting]": "1",
            **more,
        }
        answer = self.post("requests.xml", list(fields.items()))
        assert answer.status == 200, answer.body
        found = ET.fromstring(answer.body).findtext("request/service_request_id")
        assert found
        return found

    def comments(self, request: str, status: str, text: str, id: str | None = None) -> Answer:
        """A comment (post_service_request_update)."""
        fields = {
            "updated_datetime": "2026-01-31T08:00:00+07:00",
            "service_request_id": request,
            "status": status,
            "description": text,
            "last_name": "-",
            "first_name": "Budi",
            "update_id": id or uuid4().hex[:8],
        }
        return self.post("servicerequestupdates.xml", list(fields.items()))

    def updates(self, request: str) -> list[tuple[str | None, str | None]]:
        """Status and text of each that it hears of, of one report."""
        found = self.read("servicerequestupdates.xml", api_key=self.key)
        return [
            (one.findtext("status"), one.findtext("description"))
            for one in found.iter("request_update")
            if one.findtext("service_request_id") == request
        ]

    def sees(self, request: str) -> dict[str, str | None]:
        """The request as it is listed, once its case is there."""

        def found() -> ET.Element | None:
            ids = self.read("requests.xml", api_key=self.key, service_request_id=request)
            return ids.find("request")

        one = eventually(found, saying="the request is listed")
        return {element.tag: element.text for element in one}


def agency_says(door: Door, request: str, verb: str, agency: str = "dlh", **data: Any) -> None:
    path = f"/v1/agencies/{agency}/cases/{request}/{verb}"
    answer = door.call("POST", path, data, key=f"agency:{agency}")
    assert answer.status == 200, answer.body


def test_fixmystreet_files_hears_and_ends_a_report(door: Door) -> None:
    fms = FixMyStreet(door)
    services = {one.findtext("service_code") for one in fms.read("services.xml")}
    assert "waste" in services
    attributes = fms.read("services/waste.xml").findall("attributes/attribute")
    automated = {a.findtext("code") for a in attributes if a.findtext("automated") == "server_set"}
    assert {"fixmystreet_id", "title", "description", "report_url"} <= automated
    number = uuid4().hex[:9]
    request = fms.sends(number, "sampah menumpuk")
    assert fms.sends(number, "sampah menumpuk") == request
    seen = fms.sees(request)
    assert (seen["status"], seen["service_code"], seen["description"]) == (
        *("open", "waste", "sampah menumpuk"),
    )
    assert seen["agency_responsible"] == "Dinas Lingkungan Hidup"
    assert seen["media_url"] == "https://fms.example.org/photo/1.jpeg"
    assert seen["expected_datetime"]
    agency_says(door, request, "held", note="di gang <berapa> & di mana?")
    assert fms.sees(request)["status_notes"] == "di gang <berapa> & di mana?"
    assert fms.comments(request, "OPEN", "gang 3").status == 200
    agency_says(door, request, "responded", note="truk berangkat", internal_note="anggaran")
    agency_says(door, request, "resolved", note="sudah diangkut")
    assert fms.sees(request)["status"] == "closed"
    assert fms.comments(request, "REOPEN", "masih ada").status == 200
    assert fms.sees(request)["status"] == "open"
    agency_says(door, request, "resolved", note="benar-benar habis")
    assert fms.comments(request, "FIXED", "terima kasih", "99").status == 200
    assert fms.comments(request, "FIXED", "terima kasih", "99").status == 200
    refused = fms.comments(request, "OPEN", "lagi")
    assert (refused.status, ET.fromstring(refused.body).findtext("error/code")) == (400, "400")
    told = fms.updates(request)
    assert told == [
        ("OPEN", "Diteruskan ke Dinas Lingkungan Hidup."),
        ("INVESTIGATING", "di gang <berapa> & di mana?"),
        ("INVESTIGATING", ""),
        ("IN_PROGRESS", "truk berangkat"),
        ("FIXED", "sudah diangkut"),
        ("IN_PROGRESS", ""),
        ("FIXED", "benar-benar habis"),
        ("FIXED", ""),
    ]


def test_a_reporter_who_needs_it_no_more_withdraws_by_fixmystreet(door: Door) -> None:
    fms = FixMyStreet(door)
    request = fms.sends(uuid4().hex[:9], "sampah di sungai")
    fms.sees(request)
    assert fms.comments(request, "CLOSED", "sudah saya angkut sendiri").status == 200
    seen = fms.sees(request)
    assert (seen["status"], seen["status_notes"]) == (
        "closed",
        "Laporan Anda telah ditutup atas permintaan Anda.",
    )
    assert fms.updates(request)[-1] == ("CLOSED", "")


def test_nobody_who_reports_and_no_other_channel_is_seen(door: Door) -> None:
    fms, other = FixMyStreet(door), FixMyStreet(door, "sms")
    anonymous = {"attribute[anonymous]": "true"}
    request = fms.sends(uuid4().hex[:9], "pungli, hubungi 0812-9999-8888", **anonymous)
    fms.sees(request)
    other_ones = [
        other.door.call("GET", f"{V2}/{path}&api_key={other.key}")
        for path in (f"requests.json?service_request_id={request}", "servicerequestupdates.json?")
    ]
    listed = fms.read("requests.xml", api_key=fms.key)
    for body in (*(one.body for one in other_ones), ET.tostring(listed)):
        for mark in (b"Rahasia", b"budi@", b"081234567890", b"0812-9999-8888"):
            assert mark not in body
    assert all(request.encode() not in one.body for one in other_ones)
    assert other.comments(request, "CLOSED", "punya orang").status == 404


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_client_that_others_wrote_reads_all_of_it(door: Door, form: str) -> None:
    request = FixMyStreet(door).sends(uuid4().hex[:9], "sampah di pasar <pagi> & sore")
    FixMyStreet(door).sees(request)
    address = door.address.replace("http://", f"http://:{door.key('web')}@")
    client = GeoReport(f"{address}{V2}", jurisdiction="town", output_format=form)
    services = {one["service_code"]: one for one in client.get_service_list()}
    assert services["waste"]["service_name"] == "Sampah"
    assert client.get_service_definition("waste")["service_code"] == "waste"
    one = client.get_service_request(request)
    assert one["description"] == "sampah di pasar <pagi> & sore"
    assert float(one["lat"]) == -3.00461
    found = client.get_service_requests(service_code="waste", status="open")
    listed = found if isinstance(found, list) else [found]
    assert request in [one["service_request_id"] for one in listed]


def test_a_reporter_looks_the_request_up_by_the_pin_of_its_notice_and_nobody_else_reads_it(
    door: Door,
) -> None:
    fms = FixMyStreet(door)
    filed = fms.post("requests.json", [("service_code", "waste"), ("address_string", "Toboali")])
    (made,) = filed.json
    (pin,) = re.findall(r"PIN (\d{6})", made["service_notice"])
    request = made["service_request_id"]
    assert fms.sees(request)["service_notice"] is None
    shown = door.call("GET", f"/v1/complaints/{request}?pin={pin}")
    assert (shown.status, shown.json["tracking"]) == (200, request)
    address = door.address.replace("http://", f"http://:{fms.key}@")
    read = GeoReport(f"{address}{V2}").get_service_request(request)
    assert read["service_request_id"] == request
    assert pin not in re.findall(r"\d+", json.dumps({**read, "requested_datetime": None}))


def test_it_is_found_where_it_is_served(door: Door) -> None:
    found = door.call("GET", "/open311/discovery.json").json
    assert [one["url"] for one in found["endpoints"]] == [f"{door.address}{V2}"]
    assert json.loads(door.call("GET", f"{V2}/discovery.json").body) == found
