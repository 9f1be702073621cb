"""The desk in a real browser, by the keyboard alone; two officers see each other."""

import pytest

from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.officers import Officer
from tests.acceptance.gateway.pages.browsing import NARROWEST
from tests.acceptance.gateway.pages.conftest import Visiting
from tests.acceptance.gateway.pages.keyboard import BETWEEN, at, enters, fill, waiting


@pytest.fixture(scope="module")
def rina(door: Door) -> Officer:
    return Officer(door, "rina", "desk")


@pytest.fixture(scope="module")
def sari(door: Door) -> Officer:
    return Officer(door, "sari", "desk")


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
