"""An agency's inbox in a real Chromium: mouse and keyboard, wide and narrow, light and dark."""

import io
from collections.abc import Callable
from typing import Any, Final

import openpyxl
import pytest

from tests.acceptance.gateway.files import picture
from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.officers import Officer
from tests.acceptance.gateway.pages.browsing import NARROWEST, WIDE, Visitor
from tests.acceptance.gateway.pages.conftest import Visiting
from tests.support.eventually import eventually

LARGEST: Final = 100_000
ANSWER: Final = "Petugas mengangkut sampah di pasar Rias pada hari Senin pukul sembilan pagi"


@pytest.fixture(scope="module")
def siti(door: Door) -> Officer:
    return Officer(door, "siti", "agency:dlh", "agency:dishub")


def signs_in(she: Visitor, officer: Officer) -> None:
    """With the session that the officer has."""
    name, _, value = officer.cookie.partition("=")
    she.page.context.add_cookies([{"name": name, "value": value, "url": she.address}])


def test_by_mouse_with_a_photo_and_the_reporter_answers(
    door: Door, siti: Officer, visit: Visiting
) -> None:
    filed = door.files("sampah di sungai")
    door.until(filed, "routed")
    with visit("id") as she:
        signs_in(she, siti)
        she.go(f"/opd/dlh?cari={filed['tracking']}")
        she.follows(".row-link")
        she.follows("form[action$='/acknowledged'] button")
        assert "Berhasil: Terima" in she.text("[role=status]")
        she.page.click("summary:has-text('Tanya pelapor')")
        she.page.fill("#held-note", "Sungai yang mana?")
        she.follows("form[action$='/held'] button")
        path = f"/v1/complaints/{filed['tracking']}/replied"
        answer = door.call("POST", path, {"note": "Sungai Nyire"}, key="web")
        assert answer.status == 200
        she.page.reload()
        assert "Sungai Nyire" in she.text(".said")
        she.page.click("summary:has-text('Penyelesaian')")
        she.page.fill("#resolved-note", "Sudah bersih.")
        photo: Any = {"name": "bukti.jpg", "mimeType": "image/jpeg", "buffer": picture()}
        she.page.set_input_files("#resolved-files", files=[photo])
        she.page.fill("#resolved-internal_note", "biaya dari APBD")
        she.follows("form[action$='/resolved'] button")
        assert "Berhasil: Penyelesaian" in she.text("[role=status]")
        assert she.page.locator(".said img").count() == 1
        she.page.locator(".said img").scroll_into_view_if_needed()  # it is loaded when it is seen
        width = "document.querySelector('.said img').naturalWidth"
        eventually(lambda: she.page.evaluate(width) > 0, saying="the photo is shown")
        assert "biaya dari APBD" in she.text(".said")
    seen = door.call("GET", f"/v1/complaints/{filed['tracking']}", key="web").json
    assert seen["state"] == "resolved" and "APBD" not in str(seen) and "siti" not in str(seen)


class Cases:
    """One case in each state; `other` is one in which dishub leads and pln supports."""

    def __init__(self, door: Door) -> None:
        names = ("routed", "held", "responded", "resolved", "closed", "returned")
        for name in names:
            filed = door.files(f"sampah menumpuk {'Katayangpanjangsekali' * 6}", confidential=True)
            door.until(filed, "routed")
            setattr(self, name, filed["tracking"])
        for name in ("held", "responded", "resolved"):
            says(door, getattr(self, name), name, note="Katapanjang" * 20, internal_note="dalam")
        door.call("POST", f"/v1/complaints/{self.closed}/withdrawn", {}, key="web")

    routed: str
    held: str
    responded: str
    resolved: str
    closed: str
    returned: str


def says(door: Door, code: str, verb: str, **data: Any) -> None:
    """The agency, about that case."""
    path = f"/v1/agencies/dlh/cases/{code}/{verb}"
    assert door.call("POST", path, data, key="agency:dlh").status == 200


@pytest.fixture(scope="module")
def cases(door: Door) -> Cases:
    return Cases(door)


def _case(name: str) -> Callable[[Visitor, Cases], object]:
    def reach(she: Visitor, cases: Cases) -> None:
        she.go(f"/opd/dlh/kasus/{getattr(cases, name)}")

    return reach


def _tries(verb: str, field: str, words: str) -> Callable[[Visitor, Cases], object]:
    def reach(she: Visitor, cases: Cases) -> None:
        _case("routed")(she, cases)
        she.page.locator(f"details:has(form[action$='/{verb}'])").evaluate("one => one.open = true")
        she.page.locator(f"form[action$='/{verb}']").evaluate("form => form.noValidate = true")
        she.page.fill(f"#{verb}-{field}", words)
        she.follows(f"form[action$='/{verb}'] button")

    return reach


def _sends_sheet(she: Visitor, cases: Cases) -> None:
    with she.page.expect_download() as waited:
        she.go("/opd/dlh/lembar")
        she.page.click("a[href$='lembar.xlsx']")
    book: Any = openpyxl.load_workbook(io.BytesIO(waited.value.path().read_bytes()))
    for row in book.active.iter_rows(min_row=2):
        row[8].value = "jawab" if row[1].value == cases.responded else "hapus"
        row[9].value = ANSWER
    out = io.BytesIO()
    book.save(out)
    file: Any = {
        "name": "isi.xlsx",
        "mimeType": "application/octet-stream",
        "buffer": out.getvalue(),
    }
    she.page.set_input_files("#berkas", files=[file])
    she.follows("form[action$='/lembar'] button")


def _agrees(she: Visitor, cases: Cases) -> None:
    _sends_sheet(she, cases)
    she.follows("form[action$='/kirim'] button")


STATES: Final[dict[str, tuple[Callable[[Visitor, Cases], object], str]]] = {
    "a choice": (lambda she, _: she.go("/opd"), ".choices"),
    "the inbox": (lambda she, _: she.go("/opd/dlh?tab=due"), ".inbox"),
    "an empty tab": (lambda she, _: she.go("/opd/dishub?tab=late"), ".empty"),
    "a search": (lambda she, _: she.go("/opd/dlh?cari=sampah"), ".inbox"),
    "new": (_case("routed"), ".actions"),
    "held": (_case("held"), ".said"),
    "responded": (_case("responded"), ".said"),
    "answered": (_case("resolved"), ".said"),
    "closed": (_case("closed"), "#keadaan"),
    "an answer that says little": (_tries("resolved", "note", "ok"), "[name=sure]"),
    "a reason without words": (_tries("returned", "reason", ""), "[role=alert]"),
    "no such case": (lambda she, _: she.go("/opd/dlh/kasus/0"), "[role=alert]"),
    "handed back": (
        lambda she, cases: she.go(f"/opd/dlh/dikembalikan/{cases.returned}"),
        "[role=status]",
    ),
    "a sheet": (lambda she, _: she.go("/opd/dlh/lembar"), ".steps"),
    "a sheet that was looked at": (_sends_sheet, ".problem"),
    "a sheet that was sent": (_agrees, "[role=status]"),
}


@pytest.mark.long
@pytest.mark.parametrize(
    ("language", "size", "settings"),
    [("id", WIDE, {}), ("id", NARROWEST, {"color_scheme": "dark"})],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    cases: Cases,
    siti: Officer,
    visit: Visiting,
    language: str,
    size: tuple[int, int],
    settings: dict[str, Any],
) -> None:
    found = {}
    with visit(language, size, **settings) as she:
        signs_in(she, siti)
        for name, (reach, shows) in STATES.items():
            reach(she, cases)
            assert she.page.locator(shows).first.is_visible(), name
            if faults := she.faults():
                found[name] = faults
            assert she.too_wide() == [], name
            assert she.size() < LARGEST, name
    assert found == {}


def test_what_is_printed_has_the_letterhead_of_the_agency_and_no_forms(
    cases: Cases, siti: Officer, visit: Visiting
) -> None:
    with visit("id") as she:
        signs_in(she, siti)
        for path in (f"/opd/dlh/kasus/{cases.responded}", "/opd/dlh?tab=due"):
            she.go(path)
            assert not she.page.is_visible(".letterhead")
            she.page.emulate_media(media="print")
            assert "DINAS LINGKUNGAN HIDUP" in she.text(".letterhead").upper()
            assert "NOTA DINAS" in she.text(".letterhead")
            assert she.page.locator("form:visible, header:visible, button:visible").count() == 0
            she.page.emulate_media(media="screen")


def test_keys_can_be_switched_off_and_stay_off(
    cases: Cases, siti: Officer, visit: Visiting
) -> None:
    """WCAG 2.1.4."""
    with visit("id") as she:
        signs_in(she, siti)
        she.go(f"/opd/dlh/kasus/{cases.routed}")
        she.page.click("#tombol-pintas")
        she.page.reload()
        she.page.keyboard.press("k")
        assert not she.page.is_visible("#returned-reason")
        she.page.click("#tombol-pintas")
        she.page.keyboard.press("k")
        assert she.page.is_visible("#returned-reason")
        she.page.keyboard.type("s")  # a letter, and no key
        assert she.page.input_value("#returned-reason") == "s"


def test_without_scripts_everything_is_there(door: Door, siti: Officer, visit: Visiting) -> None:
    filed = door.files("sampah tanpa skrip")
    door.until(filed, "routed")
    with visit("id", java_script_enabled=False) as she:
        signs_in(she, siti)
        she.go(f"/opd/dlh/kasus/{filed['tracking']}")
        she.page.click("summary:has-text('Respons awal')")
        she.page.fill("#responded-note", ANSWER)
        she.follows("form[action$='/responded'] button")
        assert "Berhasil" in she.text("[role=status]")
