"""Every page in every state, in both languages: axe finds nothing; nothing scrolls sideways, on a
telephone or enlarged; dark, and in colours that the reader chose; small."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from playwright.sync_api import Browser

from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.pages import screenshots
from tests.acceptance.gateway.pages.browsing import LARGEST, NARROW, WIDE, Visitor
from tests.acceptance.gateway.pages.conftest import Visiting

LONG: Final = "Laporantentangjalanberlubangdidepansekolah" * 4
"""A word that no line holds."""


class Cases:
    """One case in each state, with something said in it."""

    def __init__(self, door: Door) -> None:
        self.triage = door.files("sesuatu yang tidak jelas")
        self.routed, self.held, self.responded, self.resolved, self.closed = (
            door.files("sampah menumpuk") for _ in range(5)
        )
        for filed in (self.routed, self.held, self.responded, self.resolved, self.closed):
            door.until(filed, "routed")
        door.until(self.triage, "triage")
        for filed, verb, note in (
            (self.held, "held", f"Di mana? {LONG}"),
            (self.responded, "responded", f"Truk berangkat.\n{LONG}"),
            (self.resolved, "resolved", "Sudah <b>diangkut</b> & disapu"),
        ):
            path = f"/v1/agencies/dlh/cases/{filed['tracking']}/{verb}"
            assert door.call("POST", path, {"note": note}, key="agency:dlh").status == 200
        path = f"/v1/complaints/{self.closed['tracking']}/withdrawn"
        assert door.call("POST", path, {}, key="web").status == 200


@pytest.fixture(scope="module")
def cases(door: Door) -> Cases:
    return Cases(door)


def _looks(name: str) -> Callable[[Visitor, Cases], object]:
    def look(she: Visitor, cases: Cases) -> None:
        filed: Any = getattr(cases, name)
        she.looks(filed["tracking"], filed["pin"])
        assert she.page.locator("#state").get_attribute("data-state") == name

    return look


def _nothing_written(she: Visitor, cases: Cases) -> None:
    she.go("/lapor")
    _posts(she, "main form")


def _no_note(she: Visitor, cases: Cases) -> None:
    _looks("held")(she, cases)
    _posts(she, "form[action='/lacak/replied']")


def _replied(she: Visitor, cases: Cases) -> None:
    _looks("routed")(she, cases)
    she.page.fill("#note", f"masih menumpuk {LONG}")
    she.sends("form[action='/lacak/replied']")


def _too_late(she: Visitor, cases: Cases) -> None:
    """From a page that was opened before the case was closed."""
    filed = cases.closed
    fields = {"code": filed["tracking"], "pin": filed["pin"], "id": uuid4().hex, "rating": "5"}
    _sends_form(she, "/lacak/accepted", fields)


def _sends_form(she: Visitor, path: str, fields: dict[str, str]) -> None:
    """A form that no page has."""
    she.go("/lacak")
    with she.page.expect_navigation():
        she.page.evaluate(_SEND, [path, {**fields, "bahasa": she.language}])


_SEND: Final = """([path, fields]) => {
  const form = document.createElement('form');
  form.method = 'post'; form.action = path;
  for (const [name, value] of Object.entries(fields)) {
    const one = document.createElement('textarea');
    one.name = name; one.value = value; form.append(one);
  }
  document.body.append(form);
  form.submit();
}"""


def _posts(she: Visitor, form: str) -> None:
    she.page.locator(form).evaluate("form => form.noValidate = true")
    she.sends(form)


STATES: Final[dict[str, tuple[Callable[[Visitor, Cases], object], str]]] = {
    "the first page": (lambda she, _: she.go("/"), "main .button"),
    "a blank form": (lambda she, _: she.go("/lapor"), "#text"),
    "a form without its text": (_nothing_written, "[role=alert]"),
    "a report that was taken in": (lambda she, _: she.files(LONG), "#pin"),
    "the look-up": (lambda she, _: she.go("/lacak"), "#code"),
    "a wrong pin": (lambda she, cases: she.looks(cases.routed["tracking"], "0"), "[role=alert]"),
    "at the desk": (_looks("triage"), ".facts"),
    "with its office": (_looks("routed"), "#note"),
    "asked": (_looks("held"), ".question"),
    "worked on": (_looks("responded"), ".said"),
    "answered": (_looks("resolved"), "[name=rating]"),
    "closed": (_looks("closed"), ".facts"),
    "a reply without words": (_no_note, "[role=alert]"),
    "a reply that was taken in": (_replied, "[role=status]"),
    "what can be done no more": (_too_late, "[role=alert]"),
    "no such page": (lambda she, _: she.go("/tidak-ada"), "[role=alert]"),
    "no such method": (
        lambda she, _: _sends_form(she, "/", {}),
        "[role=alert]",
    ),
    "too large": (
        lambda she, _: _sends_form(she, "/lacak", {"code": "x" * 200_000}),
        "[role=alert]",
    ),
}
LOOKS: Final[list[tuple[str, tuple[int, int], dict[str, Any]]]] = [
    ("id", WIDE, {}),
    # A window of 1280 by 1024 at 200 % and at 400 %.
    ("en", (640, 512), {"device_scale_factor": 2, "color_scheme": "dark"}),
    ("en", (320, 256), {"device_scale_factor": 4, "is_mobile": True, "has_touch": True}),
    ("id", NARROW, {"forced_colors": "active"}),
]


@pytest.mark.parametrize(("language", "size", "settings"), LOOKS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    cases: Cases, visit: Visiting, language: str, size: tuple[int, int], settings: dict[str, Any]
) -> None:
    found = {}
    with visit(language, size, **settings) as she:
        for name, (reach, shows) in STATES.items():
            reach(she, cases)
            assert she.page.is_visible(shows), name
            assert she.page.get_attribute("html", "lang") == language, name
            if faults := she.faults():
                found[name] = faults
            assert she.too_wide() == [], name
            assert she.size() < LARGEST, name
    assert found == {}


def test_larger_letters_and_wider_spacing_are_no_harm(cases: Cases, visit: Visiting) -> None:
    """WCAG 1.4.4 and 1.4.12."""
    with visit("id", NARROW) as she:
        for name in ("a blank form", "answered", "asked", "no such page"):
            STATES[name][0](she, cases)
            she.page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert she.too_wide() == [], name
        for name in ("a blank form", "answered", "asked", "no such page"):
            STATES[name][0](she, cases)
            she.page.evaluate(_SPACED)
            assert she.too_wide() == [], name
            assert she.page.evaluate(_CUT) == [], name


_SPACED: Final = """() => document.querySelectorAll('body *').forEach(one => {
  Object.assign(one.style, {lineHeight: '1.5', letterSpacing: '.12em', wordSpacing: '.16em'});
})"""
_CUT: Final = """() => [...document.querySelectorAll('main *')]
  .filter(one => getComputedStyle(one).overflow !== 'visible' && one.clientHeight
    && one.tagName !== 'TEXTAREA' && one.tagName !== 'SELECT' && one.tagName !== 'INPUT'
    && one.scrollHeight > one.clientHeight + 1)
  .map(one => one.outerHTML.slice(0, 80))"""


def test_in_colours_of_the_reader_what_can_be_pressed_and_filled_in_has_an_edge(
    visit: Visiting,
) -> None:
    with visit("id", forced_colors="active") as she:
        assert she.page.evaluate("matchMedia('(forced-colors: active)').matches")
        for path in ("/", "/lapor", "/lacak"):
            she.go(path)
            assert she.page.evaluate(_WITHOUT_EDGE) == []


_WITHOUT_EDGE: Final = """() => [...document.querySelectorAll(
    'main button, .button, textarea, select, input:not([type=radio], [type=checkbox])')]
  .filter(one => one.offsetParent && parseFloat(getComputedStyle(one).borderTopWidth) < 1)
  .map(one => one.outerHTML.slice(0, 80))"""


@pytest.mark.long
def test_pictures_for_the_documents_are_made(browser: Browser, tmp_path: Path) -> None:
    taken = screenshots.take(browser, tmp_path)
    assert {one.name for one in taken} == {one.name for one in screenshots.FOLDER.iterdir()}
    assert max(one.stat().st_size for one in taken) < screenshots.LARGEST


def test_what_is_planted_is_found(visit: Visiting) -> None:
    with visit("id", NARROW) as she:
        she.go("/lapor")
        she.page.evaluate("document.querySelector('label[for=text]').remove()")
        assert any(fault.startswith("label:") for fault in she.faults())
        she.page.evaluate("document.querySelector('#text').style.width = '500px'")
        she.page.evaluate("document.querySelector('#text').style.maxWidth = 'none'")
        assert she.too_wide() != []
    with pytest.raises(AssertionError, match="localhost"), visit() as she:
        she.page.goto(she.address.replace("127.0.0.1", "localhost"))
    with pytest.raises(AssertionError, match="Content Security Policy"), visit() as she:
        she.go("/lapor")
        she.page.evaluate("document.body.append(document.createElement('script'))")
        she.page.evaluate("document.body.setAttribute('onclick', 'alert(1)')")
        she.page.click("h1")


def test_a_browser_is_answered_with_pages_and_a_program_with_problems(door: Door) -> None:
    page = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "id"}
    for path in ("/tidak-ada", "/lacak/berbisik", "/berkas/tidak-ada.css"):
        answer = door.call("GET", path, headers=page)
        assert (answer.status, answer.headers["content-type"][:9]) == (404, "text/html")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        told = door.call("GET", path)
        assert told.headers["content-type"] == "application/problem+json"
    for path in ("/v1/complaints/0", "/open311/v2/services/0.json"):
        assert "html" not in door.call("GET", path, headers=page).headers["content-type"]
