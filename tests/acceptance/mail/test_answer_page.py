"""The page that a link in a mail opens, in a real Chromium: axe finds nothing, nothing scrolls
sideways, and an officer answers on a telephone, without scripts too."""

from typing import Any, Final

import pytest
from playwright.sync_api import Browser

from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.pages.browsing import (
    LARGEST,
    NARROW,
    WIDE,
    Visitor,
    visiting,
)
from tests.acceptance.mail.conftest import DLH
from tests.acceptance.mail.test_answering import letter_about, path_of
from tests.support.smtp import Post

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS: Final[list[tuple[str, tuple[int, int], dict[str, Any]]]] = [
    ("id", WIDE, {}),
    ("en", (320, 256), {"device_scale_factor": 4, "color_scheme": "dark"}),
    ("id", NARROW, {"forced_colors": "active", "java_script_enabled": True}),
]
LONG: Final = "Laporantentangsampahdidepanpasar" * 5


@pytest.fixture(scope="module")
def paths(door: Door, post: Post) -> dict[str, str]:
    """Of one case in each state."""
    found = {}
    for state in ("routed", "held", "resolved"):
        filed = door.files(f"Sampah menumpuk di pasar {LONG}", anonymous=state == "held")
        door.until(filed, "routed")
        if state != "routed":
            say = f"/v1/agencies/dlh/cases/{filed['tracking']}/{state}"
            note = {"note": f"Di mana? {LONG}"}
            assert door.call("POST", say, note, key="agency:dlh").status == 200
        found[state] = path_of(letter_about(post, filed["tracking"], DLH))
    return found


def _wordless(she: Visitor, path: str) -> None:
    she.go(path)
    she.page.click("details:has(form[action$='/resolved']) summary")
    she.page.locator("form[action$='/resolved']").evaluate("form => form.noValidate = true")
    she.sends("form[action$='/resolved']")


@pytest.mark.parametrize(("language", "size", "settings"), LOOKS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    door: Door,
    browser: Browser,
    paths: dict[str, str],
    language: str,
    size: tuple[int, int],
    settings: dict[str, Any],
) -> None:
    found = {}
    with visiting(browser, door.address, language, size, **settings) as she:
        for state, path in (*paths.items(), ("no such link", "/jawab/abc")):
            she.go(path)
            assert she.page.get_attribute("html", "lang") == language
            she.page.evaluate(
                "document.querySelectorAll('details').forEach(one => one.open = true)"
            )
            if faults := she.faults():
                found[state] = faults
            assert she.too_wide() == [], state
            assert she.size() < LARGEST, state
        _wordless(she, paths["routed"])
        assert she.page.is_visible("[role=alert]")
        if faults := she.faults():
            found["without words"] = faults
    assert found == {}


def test_an_officer_answers_on_a_telephone_without_scripts(
    door: Door, post: Post, browser: Browser
) -> None:
    filed = door.files("Sampah menumpuk lagi")
    door.until(filed, "routed")
    path = path_of(letter_about(post, filed["tracking"], DLH))
    with visiting(browser, door.address, "id", NARROW, java_script_enabled=False) as she:
        she.go(path)
        she.page.click("details:has(form[action$='/resolved']) summary")
        she.page.fill("#note-resolved", "Sudah diangkut")
        she.sends("form[action$='/resolved']")
        assert she.page.locator("[role=status]").is_visible()
    door.until(filed, "resolved")
