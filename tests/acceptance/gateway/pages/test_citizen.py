"""A citizen files a report, looks it up, answers, is content or withdraws it: in a real browser,
wide and narrow, with scripts and without, by mouse and by the keyboard alone."""

from typing import Any

import pytest

from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.pages.browsing import NARROW, NARROWEST, WIDE, Visitor
from tests.acceptance.gateway.pages.conftest import Visiting
from tests.support.eventually import eventually

WAYS: list[tuple[str, tuple[int, int], dict[str, Any]]] = [
    ("id", WIDE, {}),
    ("en", WIDE, {"java_script_enabled": False}),
    ("en", NARROW, {}),
    ("id", NARROWEST, {"java_script_enabled": False, "is_mobile": True, "has_touch": True}),
]
SAID = {
    "id": ("Menunggu jawaban Anda.", "Balasan Anda sudah diterima.", "Terima kasih."),
    "en": ("Waiting for your answer.", "Your reply was taken in.", "Thank you."),
}


@pytest.mark.parametrize(("language", "size", "settings"), WAYS)
def test_a_citizen_files_is_asked_answers_and_is_content(
    door: Door, visit: Visiting, language: str, size: tuple[int, int], settings: dict[str, Any]
) -> None:
    asks, taken, thanks = SAID[language]
    with visit(language, size, **settings) as she:
        page = she.page
        she.go("/")
        she.follows("main a.button:not(.second)")
        page.fill("#text", "sampah menumpuk di belakang pasar")
        page.select_option("#village", index=1)
        page.fill("#address", "belakang Pasar Toboali")
        page.check("[name=confidential]")
        page.fill("#name", "Siti Contoh")
        she.sends()
        code, pin = she.text("#code"), she.text("#pin")
        assert len(pin) == 6
        door.until({"tracking": code}, "routed")
        she.sends()
        assert she.text("h1").endswith(code)
        assert "Dinas Lingkungan Hidup" in she.text(".facts")
        assert she.page.locator("#state").get_attribute("data-state") == "routed"
        says(door, code, "held", note="Di gang berapa?")
        she.looks(code.lower().replace("-", " "), pin)
        assert asks in she.text("main") and "Di gang berapa?" in she.text(".question")
        page.fill("#note", "Gang 3")
        she.sends("form[action='/lacak/replied']")
        assert taken in she.text("[role=status]")
        says(door, code, "resolved", note="Sudah diangkut")
        she.looks(code, pin)
        assert "Sudah diangkut" in she.text(".said")
        page.check("[name=rating][value='4']")
        she.sends("form[action='/lacak/accepted']")
        assert thanks in she.text("[role=status]")
        assert page.locator("main form").count() == 0
    assert door.call("GET", f"/v1/complaints/{code}", key="web").json["rating"] == 4


@pytest.mark.parametrize("scripts", [True, False])
def test_a_citizen_withdraws(door: Door, visit: Visiting, scripts: bool) -> None:
    with visit(size=NARROWEST, java_script_enabled=scripts) as she:
        code, pin = she.files("jalan rusak")
        door.until({"tracking": code}, "routed")
        she.looks(code, pin)
        she.page.locator("summary").click()
        she.sends("form[action='/lacak/withdrawn']")
        assert "Laporan sudah ditarik." in she.text("[role=status]")
        assert she.page.locator("#state").get_attribute("data-state") == "closed"


def test_by_the_keyboard_alone(door: Door, visit: Visiting) -> None:
    with visit() as she:
        keyboard = she.page.keyboard
        she.go("/lapor")
        she.tabs_to(".skip")
        keyboard.press("Enter")
        she.tabs_to("#text")
        keyboard.type("sampah menumpuk")
        she.tabs_to("#address")
        keyboard.type("Jalan Contoh 1")
        she.tabs_to("[name=anonymous]")
        keyboard.press("Space")
        she.tabs_to("main form > button")
        she.enters()
        code, pin = she.text("#code"), she.text("#pin")
        door.until({"tracking": code}, "routed")
        says(door, code, "resolved", note="Sudah diangkut")
        she.go("/lacak")
        she.tabs_to("#code")
        keyboard.type(code)
        she.tabs_to("#pin")
        keyboard.type(pin)
        she.enters()
        she.tabs_to("#note")
        keyboard.type("terima kasih")
        she.tabs_to("summary")
        keyboard.press("Enter")
        she.tabs_to("form[action='/lacak/withdrawn'] button")
        she.looks(code, pin)
        she.tabs_to("[name=rating][value='5']")
        keyboard.press("Space")
        keyboard.press("ArrowDown")
        she.tabs_to("form[action='/lacak/accepted'] button")
        she.enters()
        assert "Laporan ditutup" in she.text("[role=status]")
    assert door.call("GET", f"/v1/complaints/{code}", key="web").json["rating"] == 4


def test_what_is_missing_is_said_where_the_eyes_and_the_keyboard_are(visit: Visiting) -> None:
    with visit("en") as she:
        she.go("/lapor")
        she.page.fill("#address", "near the market")
        _send_whatever_stands_there(she)
        assert she.page.title().startswith("Not sent yet: ")
        assert she.page.evaluate("document.activeElement.getAttribute('role')") == "alert"
        assert she.page.input_value("#address") == "near the market"
        she.page.keyboard.press("Tab")
        she.page.keyboard.press("Enter")
        assert she.page.evaluate("document.activeElement.id") == "text"


@pytest.mark.parametrize("scripts", [True, False])
def test_another_language_loses_nothing_that_was_written(
    door: Door, visit: Visiting, scripts: bool
) -> None:
    with visit("id", java_script_enabled=scripts) as she:
        she.go("/lapor")
        she.page.fill("#text", "sampah")
        she.page.check("[name=anonymous]")
        she.follows("nav [lang=en]")
        assert she.text("h1") == "File a report"
        assert she.page.input_value("#text") == "sampah"
        assert she.page.is_checked("[name=anonymous]")
        she.sends()
        code, pin = she.text("#code"), she.text("#pin")
        assert she.page.locator("nav [hreflang]").count() == 0  # it would lead away from these
        door.until({"tracking": code}, "routed")
        she.looks(code, pin)
        she.follows("nav [lang=en]")
        assert she.text("h1") == f"Report {code}"


def test_the_position_is_sent_where_it_was_asked_for_and_given(visit: Visiting) -> None:
    here = {"latitude": -3.00461, "longitude": 106.45677}
    with visit(geolocation=here, permissions=["geolocation"]) as she:
        she.go("/lapor")
        she.page.click("#locate")
        eventually(lambda: she.text("#located") == "Posisi dipakai.")
        assert she.page.input_value("#latitude") == "-3.004610"
    with visit(permissions=[]) as she:
        she.go("/lapor")
        she.page.click("#locate")
        eventually(lambda: she.text("#located").startswith("Posisi tidak tersedia."))
    with visit(java_script_enabled=False) as she:
        she.go("/lapor")
        assert not she.page.is_visible("#locate")


def says(door: Door, code: str, verb: str, **data: Any) -> None:
    """The agency, about that case."""
    path = f"/v1/agencies/dlh/cases/{code}/{verb}"
    assert door.call("POST", path, data, key="agency:dlh").status == 200


def _send_whatever_stands_there(she: Visitor) -> None:
    she.page.locator("main form").evaluate("form => form.noValidate = true")
    she.sends()
