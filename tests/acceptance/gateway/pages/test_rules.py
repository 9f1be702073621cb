"""The rules at work, in a browser: found without a fault, wide and narrow, dark, by keyboard."""

from typing import Any, Final

import pytest
from playwright.sync_api import expect

from gateway.desk.kept_diff import keep
from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.officers import Officer
from tests.acceptance.gateway.pages.browsing import NARROWEST, WIDE, Visitor
from tests.acceptance.gateway.pages.conftest import Visiting
from tests.unit.gateway.staff.kept import KEPT

pytestmark = pytest.mark.long

PAGES: Final = (
    "/meja/aturan",
    "/meja/aturan/topik?q=jalan",
    "/meja/aturan/topik/street-light",
    "/meja/aturan/instansi",
    "/meja/aturan/instansi/pln",
    "/meja/aturan/wilayah",
    "/meja/aturan/keliru",
    "/meja/aturan/layanan-baru",
    "/meja/aturan/pembelajaran",
)
LARGEST: Final = 100_000
LOOKS: Final[list[tuple[str, tuple[int, int], dict[str, Any]]]] = [
    ("id", WIDE, {}),
    ("en", NARROWEST, {"color_scheme": "dark", "is_mobile": True, "has_touch": True}),
]


@pytest.fixture(scope="module")
def rina(door: Door) -> Officer:
    officer = Officer(door, "rina-aturan", "desk")
    filed = door.files("Jalan rusak parah di depan pasar")
    door.until(filed, "routed")
    path = f"/v1/agencies/dpupr/cases/{filed['tracking']}/returned"
    back = {"reason": "jalan desa, bukan kami", "suggest": "dlh"}
    assert door.call("POST", path, back, key="agency:dpupr").status == 200
    keep(KEPT, door.program.state_dir)
    return officer


def _comes_as(she: Visitor, officer: Officer) -> None:
    name, _, value = officer.cookie.partition("=")
    she.page.context.add_cookies([{"name": name, "value": value, "url": she.address}])


@pytest.mark.parametrize(("language", "size", "settings"), LOOKS)
def test_axe_finds_nothing_on_any_page_of_the_rules(
    rina: Officer, visit: Visiting, language: str, size: tuple[int, int], settings: dict[str, Any]
) -> None:
    found = {}
    with visit(language, size, **settings) as she:
        _comes_as(she, rina)
        for path in PAGES:
            answer = she.go(path)
            assert answer.status == 200, path
            assert she.page.get_attribute("html", "lang") == language
            if faults := she.faults():
                found[path] = faults
            assert she.too_wide() == [], path
            assert she.size() < LARGEST, path
    assert found == {}


def test_a_text_is_tried_by_keyboard_alone_and_the_page_stays(
    rina: Officer, visit: Visiting
) -> None:
    with visit("id", WIDE) as she:
        _comes_as(she, rina)
        she.go("/meja/aturan")
        she.tabs_to("#text")
        she.page.keyboard.type("Lampu jalan mati di <b>Rias</b>, hubungi 0812-7788-9900")
        she.tabs_to("main form button")
        she.page.keyboard.press("Enter")
        she.page.wait_for_selector(".decision")
        assert "Dinas Perhubungan" in she.text(".decision")
        assert she.text(".said >> nth=0").startswith("Lampu jalan mati di <b>Rias</b>")
        assert "[telepon]" in she.text(".said >> nth=1")
        assert she.page.input_value("#text") != ""
        assert she.faults() == []
        assert she.too_wide() == []


def test_without_scripts_a_text_is_tried_and_topics_are_found(
    rina: Officer, visit: Visiting
) -> None:
    with visit("id", WIDE, java_script_enabled=False) as she:
        _comes_as(she, rina)
        she.go("/meja/aturan")
        she.page.fill("#text", "sampah tidak diangkut")
        she.sends()
        assert "Dinas Lingkungan Hidup" in she.text(".decision")
        assert she.page.input_value("#text") == "sampah tidak diangkut"
        she.go("/meja/aturan/topik")
        she.page.fill("#q", "lampu")
        she.sends()
        expect(she.page.locator("tbody tr")).to_have_count(1)


def test_what_is_looked_for_is_found_while_one_types(rina: Officer, visit: Visiting) -> None:
    with visit("id", WIDE) as she:
        _comes_as(she, rina)
        she.go("/meja/aturan/topik")
        she.page.locator("#q").press_sequentially("lampu")
        expect(she.page.locator("tbody tr")).to_have_count(1)
        assert "q=lampu" in she.page.url
        assert she.faults() == []


def test_what_an_agency_handed_back_stands_among_what_went_wrong(rina: Officer) -> None:
    shown = rina.page("/meja/aturan/keliru?bahasa=en")
    assert "Handed back by the agency" in shown
    assert "jalan desa" not in shown
    assert "depan pasar" not in shown
