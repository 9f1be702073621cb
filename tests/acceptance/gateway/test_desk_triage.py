"""The desk decides in a browser, on a real program: what it says reaches the case, once."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.acceptance.gateway.http import Answer, Door
from tests.acceptance.gateway.officers import Officer
from tests.support.eventually import eventually

UNSURE = "sampah menumpuk dan jalan rusak di depan rumah"
Fields = Mapping[str, str] | Sequence[tuple[str, str]]


@pytest.fixture(scope="module")
def rina(door: Door) -> Officer:
    return Officer(door, "rina", "desk")


@pytest.fixture(scope="module")
def sari(door: Door) -> Officer:
    return Officer(door, "sari", "desk")


def waits(door: Door, text: str = UNSURE, **more: Any) -> dict[str, str]:
    """A complaint that waits for the desk."""
    filed: dict[str, str] = door.files(text, **more)
    door.until(filed, "triage")
    return filed


def opened(officer: Officer, code: str) -> dict[str, str]:
    """The hidden fields of the case's form, as somebody sees it now."""
    page = officer.page(f"/meja?kasus={code}&bahasa=en")
    assert f'id="kasus" tabindex="-1">{code}<' in page
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("id", "baris")}
    return {name: match[1] for name, match in found.items() if match}


def decide(officer: Officer, code: str, seen: Mapping[str, str], **fields: str) -> Answer:
    return officer.post(f"/meja/putusan/{code}?bahasa=en", {**seen, **fields})


def said(door: Door, code: str) -> list[str]:
    """What everybody was told in the case."""
    answer = door.call("GET", f"/v1/complaints/{code}", key="web")
    return [str(note.get("note") or note.get("reason")) for note in answer.json["notes"]]


def test_a_complaint_is_assigned_with_what_the_desk_found_out(door: Door, rina: Officer) -> None:
    filed = waits(door)
    code = filed["tracking"]
    seen = opened(rina, code)
    fields = {"agency": "dlh", "title": "Sampah dan jalan", "oversight": "yes"}
    answer = decide(rina, code, seen, **fields)
    assert (answer.status, b"was assigned to Dinas Lingkungan Hidup" in answer.body) == (200, True)
    assert door.state(filed) == "routed"
    # A second click, and the page sent again: still one decision.
    assert decide(rina, code, seen, **fields).status == 200
    [case] = door.call("GET", "/v1/agencies/dlh/cases", key="agency:dlh").json["cases"]
    assert (case["tracking"], case["oversight"]) == (code, True)


def test_a_reporter_is_asked_answers_and_the_desk_closes(door: Door, rina: Officer) -> None:
    filed = waits(door, "tolong dibantu segera")
    code = filed["tracking"]
    question = "Mohon sebutkan tempatnya."
    assert decide(rina, code, opened(rina, code), verb="held", question_of="where").status == 200
    door.until(filed, "held")
    assert said(door, code) == [question]
    assert code in rina.page("/meja?ditanya=1")
    seen = opened(rina, code)
    assert decide(rina, code, seen, verb="resumed").status == 200
    door.until(filed, "triage")
    seen = opened(rina, code)
    answer = decide(
        rina, code, seen, verb="dismissed", reason_of="nothing", reason="Bukan laporan."
    )
    assert (answer.status, b"was closed" in answer.body) == (200, True)
    door.until(filed, "closed")


def test_of_two_officers_the_second_is_told_and_loses_nothing(
    door: Door, rina: Officer, sari: Officer
) -> None:
    filed = waits(door)
    code = filed["tracking"]
    first, second = opened(rina, code), opened(sari, code)
    assert "rina has this open too" in sari.page(f"/meja?kasus={code}&bahasa=en")
    assert decide(rina, code, first, agency="dlh").status == 200
    answer = decide(sari, code, second, verb="assigned", opd="dpupr", note="jalan rusak")
    assert answer.status == 409
    told = answer.body.decode()
    assert "Meanwhile rina assigned it to Dinas Lingkungan Hidup" in told
    assert 'value="dpupr"' in told and "jalan rusak</textarea>" in told
    # She has seen it now, and may still move it on.
    found = re.search(r'name="baris" value="(\d+)"', told)
    assert found
    fresh = {"id": "again", "baris": found[1]}
    assert decide(sari, code, fresh, agency="dpupr").status == 200
    eventually(
        lambda: (
            door.call("GET", f"/v1/complaints/{code}", key="web").json["agency"]["code"] == "dpupr"
        ),
        saying="it went on",
    )


def test_alike_ones_are_decided_on_together(door: Door, rina: Officer) -> None:
    words = "siapa yang mengurus ini kami tidak tahu"
    filed = [waits(door, words) for _ in range(3)]
    codes = [one["tracking"] for one in filed]
    page = rina.page("/meja?bahasa=en")
    assert "3 alike" in page
    query = "&".join(f"kasus={code}" for code in codes)
    form = rina.page(f"/meja/serentak?{query}&bahasa=en")
    chosen = re.findall(r'name="kasus" value="([^"]+)"', form)
    assert {one.partition(":")[0] for one in chosen} == set(codes)
    fields = [("kasus", one) for one in chosen]
    fields += [("id", "bulk"), ("verb", "dismissed"), ("code", "other"), ("reason", "Sama.")]
    answer = rina.post("/meja/serentak?bahasa=en", fields)
    assert (answer.status, answer.body.count(b"was closed")) == (200, 3)
    for one in filed:
        door.until(one, "closed")


def test_what_strangers_write_is_text_and_an_anonymous_reporter_is_nobody(
    door: Door, rina: Officer
) -> None:
    bad = "<script>alert(1)</script> tolong kami"
    reporter = {"name": "Siti Contoh", "phone": "081234567890"}
    filed = waits(door, bad, title=bad, anonymous=True, reporter=reporter)
    page = rina.page(f"/meja?kasus={filed['tracking']}")
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert "Siti" not in page and "0812" not in page
    assert "anonymous" in page


def test_only_people_of_the_desk_see_and_decide(door: Door, rina: Officer) -> None:
    filed = waits(door)
    code = filed["tracking"]
    auditor, agency = Officer(door, "ada", "auditor"), Officer(door, "agus", "agency:dlh")
    page = auditor.page(f"/meja?kasus={code}")
    assert code in page and "<form" not in page.partition("<main")[2].partition("antrean")[0]
    for officer in (auditor, agency):
        assert decide(officer, code, {}, agency="dlh").status == 403
        assert officer.post("/meja/serentak", {"kasus": code, "agency": "dlh"}).status == 403
        assert officer.post(f"/meja/hadir/{code}", {}).status == 403
    for path in ("/meja", "/meja/lencana", f"/meja?kasus={code}"):
        assert agency.get(path).status == 403
    assert rina.post(f"/meja/putusan/{code}", {"agency": "dlh"}, token="0" * 32).status == 403
    assert door.state(filed) == "triage"
    assert "badge" in rina.page("/meja/lencana")
