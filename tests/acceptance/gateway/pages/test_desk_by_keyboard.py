"""An officer clears what waits in a real browser, by the keyboard alone; two see each other."""

import pytest

from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.officers import Officer
from tests.acceptance.gateway.pages.browsing import NARROWEST, Visitor
from tests.acceptance.gateway.pages.conftest import Visiting
from tests.support.eventually import eventually

LARGEST = 100_000
"""Bytes of the page with its style sheets and scripts."""
MANY = 30
BETWEEN = "sampah menumpuk dan jalan rusak, mohon dibantu nomor"
"""The rules are not sure who answers."""


@pytest.fixture(scope="module")
def rina(door: Door) -> Officer:
    return Officer(door, "rina", "desk")


@pytest.fixture(scope="module")
def sari(door: Door) -> Officer:
    return Officer(door, "sari", "desk")


def enters(officer: Officer, she: Visitor) -> None:
    """Sign in."""
    she.go("/masuk")
    she.page.fill("#name", officer.name)
    she.page.fill("#password", officer.password)
    she.enters()
    assert she.page.url.endswith("/meja")


def waiting(officer: Officer) -> int:
    page = officer.page("/meja?bahasa=en")
    return int(page.partition("Waits for the desk: ")[2].partition("<")[0])


def fill(door: Door, rina: Officer, words: str, many: int) -> list[str]:
    """So many complaints wait for the desk."""
    before = waiting(rina)
    codes = [str(door.files(f"{words} {n}")["tracking"]) for n in range(many)]
    eventually(lambda: waiting(rina) == before + many, saying="all of them wait")
    return codes


def at(she: Visitor) -> str:
    """The case on show, once the keyboard is there."""
    she.page.wait_for_function("() => document.activeElement?.id === 'kasus'")
    return she.text("#kasus")


def decides(she: Visitor, step: int) -> None:
    """One of the ways in which a complaint leaves the list."""
    keys = she.page.keyboard
    match (step + 1) % 5:
        case 0 | 1:
            keys.press("1")
        case 2:
            keys.press("o")
            keys.type("inspektorat")
            keys.press("Enter")
        case 3:
            keys.press("t")
            keys.press("ArrowDown")
            keys.press("Control+Enter")
        case _:
            keys.press("x")
            keys.press("ArrowDown")
            keys.press("Control+Enter")


def test_an_officer_clears_thirty_complaints_by_keyboard_alone(
    door: Door, rina: Officer, visit: Visiting
) -> None:
    fill(door, rina, BETWEEN, MANY)
    with visit("id") as she:
        enters(rina, she)
        assert she.faults() == []
        assert she.size() <= LARGEST
        she.page.keyboard.press("?")
        assert she.page.locator("#bantuan[open]").count() == 1
        assert she.faults() == []
        she.page.keyboard.press("Escape")
        she.page.locator("#kasus").focus()  # a dialog gives the focus back to where it was
        cleared = set[str]()
        for step in range(MANY):
            code = at(she)
            assert code not in cleared
            decides(she, step)
            she.page.wait_for_function("code => kasus.textContent !== code", arg=code)
            assert code in she.text("#kabar .done")
            cleared.add(code)
            if step in (1, 2):
                assert she.faults() == []
        assert waiting(rina) == 0
        assert she.text("#kasus") == "Tidak ada yang menunggu"
        she.page.keyboard.press("u")
        last = at(she)
        assert last in cleared
        assert she.faults() == []


def test_skipped_ones_wait_and_help_and_fields_keep_their_letters(
    door: Door, rina: Officer, visit: Visiting
) -> None:
    fill(door, rina, BETWEEN, 3)
    with visit("en", NARROWEST, color_scheme="dark") as she:
        enters(rina, she)
        assert she.faults() == []
        assert she.too_wide() == []
        first = at(she)
        she.page.keyboard.press("j")
        she.page.wait_for_function("code => kasus.textContent !== code", arg=first)
        second = at(she)
        she.page.keyboard.press("k")
        she.page.wait_for_function("code => kasus.textContent !== code", arg=second)
        assert at(she) == first
        she.page.keyboard.press("t")
        she.page.keyboard.press("Tab")
        she.page.keyboard.type("1 jotx?")
        assert she.page.locator("#question").input_value() == "1 jotx?"
        she.page.keyboard.press("Escape")
        assert at(she) == first
        she.page.go_back()
        assert she.page.locator("header").count() == 1
        she.follows(".alike a")
        assert she.page.locator("input[name=kasus]").count() == 3
        assert she.faults() == []
        assert she.too_wide() == []
    assert waiting(rina) == 3


def test_two_officers_see_each_other_and_the_second_loses_nothing(
    door: Door, rina: Officer, sari: Officer, visit: Visiting
) -> None:
    [code] = fill(door, rina, "tidak ada yang tahu ini urusan siapa", 1)
    with visit("id") as first, visit("id") as second:
        for officer, she in ((rina, first), (sari, second)):
            enters(officer, she)
            she.go(f"/meja?kasus={code}")
            assert at(she) == code
        assert "rina juga membuka laporan ini" in second.text("#hadir")
        first.page.keyboard.press("t")
        first.page.keyboard.press("Tab")
        first.page.keyboard.type("Di mana?")
        second.page.wait_for_function(
            "() => hadir.textContent.includes('rina sedang menulis putusan')"
        )
        first.page.keyboard.press("Control+Enter")
        first.page.wait_for_function("code => kasus.textContent !== code", arg=code)
        second.page.keyboard.press("o")
        second.page.keyboard.type("dlh")
        second.page.keyboard.press("Enter")
        second.page.wait_for_selector("#kabar .error")
        assert "Sementara itu rina meminta kelengkapan data" in second.text("#kabar")
        assert second.page.locator("#opd").input_value() == "dlh"
        assert second.faults() == []
