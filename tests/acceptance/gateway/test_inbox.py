"""An agency's inbox on the real program: what its officers do, and what comes of it."""

import io
import re
from typing import Any, Final

import openpyxl
import pytest

from tests.acceptance.gateway.files import picture
from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.officers import Officer
from tests.acceptance.program import pintu
from tests.support.eventually import eventually

ANSWER: Final = "Petugas mengangkut sampah di pasar Rias pada hari Senin pukul sembilan pagi"
BOUNDARY: Final = "tepi"


@pytest.fixture(scope="module")
def siti(door: Door) -> Officer:
    """Of two agencies."""
    return Officer(door, "siti", "agency:dlh", "agency:dishub")


@pytest.fixture(scope="module")
def tono(door: Door) -> Officer:
    return Officer(door, "tono", "agency:pln")


def filed(door: Door, text: str = "sampah menumpuk") -> Any:
    made = door.files(text)
    door.until(made, "routed")
    return made


def fields_of(page: str, name: str) -> dict[str, str]:
    """The hidden fields of a form."""
    found = re.search(rf'action="[^"]*/{name}"(.*?)</form>', page, re.S)
    assert found is not None, name
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found[1])
    return {field: value for field, value in pairs if field != "form"}


def way_of(case: Any, name: str = "", agency: str = "dlh") -> str:
    return f"/opd/{agency}/kasus/{case['tracking']}" + (f"/{name}" if name else "")


def says(officer: Officer, case: Any, name: str, agency: str = "dlh", **words: str) -> Any:
    """By the form of its page."""
    hidden = fields_of(officer.page(way_of(case, agency=agency)), name)
    return officer.post(way_of(case, name, agency), {**hidden, **words})


def parts(fields: dict[str, str], *files: tuple[str, bytes]) -> tuple[bytes, str]:
    """A form with files as a browser sends it."""
    body = b""
    for name, value in fields.items():
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        body += head.encode() + value.encode() + b"\r\n"
    for name, content in files:
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n\r\n'
        )
        body += head.encode() + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={BOUNDARY}"


def uploads(officer: Officer, path: str, fields: dict[str, str], *files: tuple[str, bytes]) -> Any:
    body, kind = parts({**fields, "form": officer.token}, *files)
    headers = {"Content-Type": kind, "Cookie": officer.cookie, "Accept": "text/html"}
    return officer.door.call("POST", path, raw=body, headers=headers)


def test_each_action_does_what_the_contract_says(door: Door, siti: Officer) -> None:
    case = filed(door)
    for name, words, state in (
        ("acknowledged", {}, "acknowledged"),
        ("noted", {"internal_note": "tanya camat"}, "acknowledged"),
        ("held", {"note": "Pasar yang mana?"}, "held"),
        ("resumed", {}, "acknowledged"),
        ("responded", {"note": ANSWER}, "responded"),
        ("resolved", {"note": ANSWER}, "resolved"),
    ):
        assert says(siti, case, name, **words).status == 303, name
        assert door.state(case) == state, name
    page = siti.page(way_of(case))
    assert "tanya camat" in page and "Pasar yang mana?" in page
    seen = door.call("GET", f"/v1/complaints/{case['tracking']}", key="web")
    assert b"camat" not in seen.body and b"siti" not in seen.body


def test_the_person_who_spoke_is_on_the_audit_trail_and_not_on_the_page(
    door: Door, siti: Officer, gateway_url: str
) -> None:
    case = filed(door)
    says(siti, case, "resolved", note=ANSWER)
    page = siti.page(way_of(case))
    assert "siti" not in re.sub(r"<header>.*?</header>", "", page, flags=re.S)
    settings = {**door.settings, "AMQP_URL": gateway_url}
    words = ("audit", "search", case["tracking"], "--json")
    eventually(
        lambda: b"/agencies/dlh/people/siti" in pintu(*words, settings=settings).stdout,
        saying="the trail names her",
    )


def test_what_is_handed_back_goes_where_it_was_suggested(door: Door, siti: Officer) -> None:
    case = filed(door)
    answer = says(siti, case, "returned", reason="lampu", suggest="Dinas Perhubungan")
    assert answer.headers["location"] == f"/opd/dlh/dikembalikan/{case['tracking']}"
    assert "Dikembalikan" in siti.page(answer.headers["location"] + "?bahasa=id")
    assert siti.get(way_of(case)).status == 404
    eventually(
        lambda: siti.get(way_of(case, agency="dishub")).status == 200, saying="it is at dishub"
    )
    assert "lampu" in siti.page(way_of(case, agency="dishub"))


def test_a_supporting_agency_answers_for_itself_alone(
    door: Door, siti: Officer, tono: Officer
) -> None:
    case = filed(door, "lampu jalan mati")
    # What makes it one comes by a message of its own.
    eventually(
        lambda: case["tracking"] in tono.page("/opd/pln?tab=new"), saying="it supports as well"
    )
    assert says(tono, case, "acknowledged", "pln").status == 303
    assert case["tracking"] not in tono.page("/opd/pln?tab=new")
    assert case["tracking"] in tono.page("/opd/pln?tab=due")
    assert tono.post(way_of(case, "resolved", "pln"), {"note": ANSWER}).status == 409
    assert says(tono, case, "responded", "pln", note=ANSWER).status == 303
    assert door.state(case) == "routed"
    assert ANSWER in siti.page(way_of(case, agency="dishub"))


def test_whoever_is_of_another_agency_or_of_the_desk_gets_nothing(
    door: Door, tono: Officer
) -> None:
    case = filed(door)
    rina = Officer(door, "rina", "desk")
    for someone in (tono, rina):
        for path in ("/opd/dlh", way_of(case), "/opd/dlh/lembar.xlsx", "/opd/dlh/lembar"):
            assert someone.get(path).status == 403
        assert someone.post(way_of(case, "resolved"), {"note": ANSWER}).status == 403
    for path in (way_of(case, agency="pln"), way_of({"tracking": "0000"}, agency="pln")):
        assert tono.get(path).status == 404
    assert tono.post(way_of(case, "resolved", "pln"), {"note": ANSWER}).status == 409
    assert tono.post(way_of(case, "resolved", "pln"), {"note": ANSWER}, token="0").status == 403
    assert door.state(case) == "routed"


def test_a_form_sent_twice_is_one_update_and_another_one_hears_what_was_done(
    door: Door, siti: Officer
) -> None:
    case = filed(door)
    other = Officer(door, "budi", "agency:dlh")
    mine = fields_of(siti.page(way_of(case)), "responded")
    theirs = fields_of(other.page(way_of(case)), "returned")
    for _ in range(2):
        answer = siti.post(way_of(case, "responded"), {**mine, "note": ANSWER})
        assert answer.status == 303
    assert "kabar=responded.repeated" in answer.headers["location"]
    assert siti.page(way_of(case)).count(ANSWER) == 1
    reason = "Ini urusan desa, bukan kami"
    answer = other.post(way_of(case, "returned"), {**theirs, "reason": reason})
    assert answer.status == 409 and reason.encode() in answer.body
    assert door.state(case) == "responded"
    again = fields_of(answer.body.decode(), "returned")
    assert other.post(way_of(case, "returned"), {**again, "reason": reason}).status == 303


def test_photos_go_along_and_a_file_that_is_refused_loses_no_word(
    door: Door, siti: Officer
) -> None:
    case = filed(door)
    hidden = fields_of(siti.page(way_of(case)), "resolved")
    way = way_of(case, "resolved")
    answer = uploads(siti, way, {**hidden, "note": ANSWER}, ("a.exe", b"MZ nothing"))
    assert answer.status == 415
    assert ANSWER.encode() in answer.body and b'role="alert"' in answer.body
    answer = uploads(siti, way, {**hidden, "note": ANSWER}, ("a.jpg", picture(7)))
    assert answer.status == 303
    page = siti.page(way_of(case))
    link = re.search(r'<img src="([^"]+)"', page)
    assert link is not None
    shown = door.call("GET", link[1].replace("&amp;", "&"))
    assert (shown.status, shown.headers["content-type"]) == (200, "image/jpeg")


def test_a_sheet_comes_back_with_answers_and_twice_changes_nothing(
    door: Door, siti: Officer
) -> None:
    cases = [filed(door, f"sampah lembar {n}") for n in range(3)]
    body = siti.get("/opd/dlh/lembar.xlsx").body
    book: Any = openpyxl.load_workbook(io.BytesIO(body))
    asked = dict(
        zip(
            (one["tracking"] for one in cases),
            (("terima", ""), ("jawab", ANSWER), ("tanya", "Pasar yang mana?")),
            strict=True,
        )
    )
    for row in book.active.iter_rows(min_row=2):
        if row[1].value in asked:
            row[8].value, row[9].value = asked[row[1].value]
    out = io.BytesIO()
    book.save(out)
    for good in (3, 1):  # an answer may be given again, and is not
        page = uploads(siti, "/opd/dlh/lembar", {}, ("isi.xlsx", out.getvalue())).body.decode()
        assert f"{good} of 3 rows can be sent" in page
        rows = re.search(r'name="rows" value="([^"]+)"', page)
        assert rows is not None
        done = siti.post("/opd/dlh/lembar/kirim", {"rows": rows[1]}).body.decode()
    assert "sent before, nothing was done again" in done
    assert [door.state(one) for one in cases] == ["acknowledged", "responded", "held"]
    assert siti.page(way_of(cases[1])).count(ANSWER) == 1
