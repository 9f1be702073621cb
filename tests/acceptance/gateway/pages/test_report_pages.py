"""The report in a browser: found without a fault, wide and narrow, dark, printed; a leader reads
the month and writes what was found."""

from typing import Any, Final

import pytest

from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.officers import Officer
from tests.acceptance.gateway.pages.browsing import NARROWEST, WIDE, Visitor
from tests.acceptance.gateway.pages.conftest import Visiting

pytestmark = pytest.mark.long

PARTS: Final = ("ringkas", *map(str, range(4, 14)), "semua")
LARGEST: Final = 100_000
LOOKS: Final[list[tuple[str, tuple[int, int], dict[str, Any]]]] = [
    ("id", WIDE, {}),
    ("en", NARROWEST, {"color_scheme": "dark", "is_mobile": True, "has_touch": True}),
]


@pytest.fixture(scope="module")
def lina(door: Door) -> Officer:
    filed = [
        door.files(f"{text} nomor {n}") for n in range(3) for text in ("sampah", "jalan rusak")
    ]
    for one in filed:
        door.until(one, "routed")
    path = f"/v1/agencies/dpupr/cases/{filed[1]['tracking']}/returned"
    assert door.call("POST", path, {"reason": "Bukan kami."}, key="agency:dpupr").status == 200
    return Officer(door, "lina-laporan", "lead")


def _comes_as(she: Visitor, officer: Officer) -> str:
    """The running year, in which something came in."""
    name, _, value = officer.cookie.partition("=")
    she.page.context.add_cookies([{"name": name, "value": value, "url": she.address}])
    she.page.route("**/meja/lencana", lambda route: route.fulfill(status=204))
    she.go("/laporan")
    keys = she.page.locator("#periode option").evaluate_all("all => all.map(one => one.value)")
    return max(str(key) for key in keys if len(key) == 4)


@pytest.mark.parametrize(("language", "size", "settings"), LOOKS)
def test_axe_finds_nothing_in_any_section(
    lina: Officer, visit: Visiting, language: str, size: tuple[int, int], settings: dict[str, Any]
) -> None:
    found = {}
    with visit(language, size, **settings) as she:
        year = _comes_as(she, lina)
        for part in PARTS:
            path = f"/laporan?periode={year}&bagian={part}"
            assert she.go(path).status == 200, path
            she.page.wait_for_selector(".bagian")
            if faults := she.faults():
                found[part] = faults
            assert she.too_wide() == [], part
            assert she.size() < LARGEST, (part, she.size())
    assert found == {}


def test_a_leader_reads_the_year_prints_it_and_writes_what_was_found(
    lina: Officer, visit: Visiting
) -> None:
    with visit("id", WIDE) as she:
        year = _comes_as(she, lina)
        she.page.select_option("#periode", year)
        she.follows("form.choose button:not(.second)")
        assert "6" in she.text(".figures tbody tr >> nth=0")
        she.go(f"/laporan?periode={year}&bagian=semua")
        she.page.emulate_media(media="print")
        assert not she.page.locator(".parts").is_visible()
        assert len(she.page.pdf()) > 10_000
        she.page.emulate_media(media="screen")
        she.go(f"/laporan?periode={year}&bagian=12")
        she.page.fill("#findings-text", "Sampah <b>naik</b>.\nArmada kurang.")
        she.sends("form:has(#findings-text)")
        assert "Tersimpan." in she.text("[role=status]")
        assert "Sampah <b>naik</b>.\nArmada kurang." in she.text(".words >> nth=0")
        assert "lina-laporan" in she.text("#bagian-12")
        assert she.faults() == []
