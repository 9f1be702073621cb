"""A month in a real browser, from the complaints to the figures: a citizen reports, the desk clears
thirty complaints by keyboard alone, an agency answers, asks and hands back, the citizen replies and
is content, leaders read what became of all."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from tests.acceptance.gateway.files import picture
from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.officers import Officer
from tests.acceptance.gateway.pages.browsing import Visitor
from tests.acceptance.gateway.pages.conftest import Visiting
from tests.acceptance.gateway.pages.keyboard import BETWEEN, at, decides, enters, fill, waiting

MANY: Final = 30
ANSWERED: Final = 5
INSPECTED: Final = 6
"""Those that the desk gives to the inspectorate."""
PARTS: Final = ("ringkas", *map(str, range(4, 14)), "semua")
ANSWER: Final = "Petugas mengangkut sampah di pasar Rias pada hari Senin pukul sembilan pagi"


@pytest.fixture(scope="module")
def rina(door: Door) -> Officer:
    return Officer(door, "rina", "desk")


@pytest.fixture(scope="module")
def siti(door: Door) -> Officer:
    return Officer(door, "siti", "agency:dlh")


@pytest.fixture(scope="module")
def lina(door: Door) -> Officer:
    return Officer(door, "lina", "lead")


def test_a_month_from_what_is_reported_to_what_leaders_read(
    door: Door, rina: Officer, siti: Officer, lina: Officer, visit: Visiting
) -> None:
    with visit("id") as she, visit("id") as desk, visit("id") as agency, visit("id") as leader:
        code, pin = she.files(f"{BETWEEN} satu")
        door.until({"tracking": code}, "triage")
        fill(door, rina, BETWEEN, MANY - 1)
        said = clears(rina, desk, code)
        assert sum(said.values()) == MANY and waiting(rina) == 0
        enters(siti, agency)
        works(agency, code)
        door.until({"tracking": code}, "held")
        replies(she, code, pin)
        finishes(agency, code)
        is_content(she, code, pin)
        enters(lina, leader)
        reads(leader, said)


def clears(rina: Officer, desk: Visitor, hers: str) -> Counter[str]:
    """Thirty complaints by the keyboard alone; how many went which way."""
    keys = desk.page.keyboard
    enters(rina, desk)
    assert desk.page.url.endswith("/meja")
    assert desk.faults() == []
    keys.press("?")
    assert desk.page.locator("#bantuan[open]").count() == 1
    assert desk.faults() == []
    keys.press("Escape")
    desk.page.locator("#kasus").focus()  # a dialog gives the focus back to where it was
    said, cleared = Counter[str](), list[str]()
    for step in range(MANY):
        code = at(desk)
        assert code not in cleared
        said[decides(desk, 0 if code == hers else step)] += 1
        desk.page.wait_for_function("code => kasus.textContent !== code", arg=code)
        assert code in desk.text("#kabar .done")
        cleared.append(code)
        if step in (1, 2):
            assert desk.faults() == []
    assert hers in cleared
    assert desk.text("#kasus") == "Tidak ada yang menunggu"
    keys.press("u")
    assert at(desk) in cleared
    assert desk.faults() == []
    return said


def works(agency: Visitor, hers: str) -> None:
    """Five answers, the first with a photo, one question and one that is handed back."""
    keys = agency.page.keyboard
    agency.go("/opd/dlh?tab=new")
    assert agency.faults() == []
    keys.press("n")
    agency.enters()
    answered = 0
    asked = False
    while not asked or answered < ANSWERED:
        code = agency.text("h1").split()[-1]
        if code == hers:
            says(agency, "p", "Terima kasih. Di gang mana tepatnya?", "held")
            asked = True
        elif answered < ANSWERED:
            photo = None if answered else picture()
            says(agency, "s", f"{ANSWER}, kali ke-{answered}", "resolved", photo)
            answered += 1
        with agency.page.expect_navigation():
            keys.press("n")
    keys.press("k")
    keys.type("Bukan wewenang kami")
    with agency.page.expect_navigation():
        keys.press("Control+Enter")
    assert agency.text("h1") == "Dikembalikan"
    assert agency.faults() == []
    with agency.page.expect_navigation():
        keys.press("d")
    keys.press("5")
    agency.page.wait_for_url("**tab=answered")
    assert agency.page.locator(".row-link").count() == ANSWERED


def says(agency: Visitor, key: str, words: str, state: str, photo: bytes | None = None) -> None:
    """What a key opens is written and sent; the case is in that state then."""
    agency.page.keyboard.press(key)
    agency.page.keyboard.type(words)
    if photo:
        file: Any = {"name": "bukti.jpg", "mimeType": "image/jpeg", "buffer": photo}
        agency.page.set_input_files("#resolved-files", files=[file])
    with agency.page.expect_navigation():
        agency.page.keyboard.press("Control+Enter")
    assert "Berhasil" in agency.text("[role=status]")
    assert agency.page.locator("#keadaan").get_attribute("data-state") == state
    assert agency.page.locator(".said img").count() == bool(photo)
    if photo or state == "held":
        assert agency.faults() == []


def replies(she: Visitor, code: str, pin: str) -> None:
    """With the code and the pin that the form gave."""
    she.looks(code, pin)
    assert "Di gang mana tepatnya?" in she.text(".question")
    assert she.faults() == []
    she.page.fill("#note", "Gang 3, di belakang toko sepatu")
    she.sends("form[action='/lacak/replied']")
    assert "Balasan Anda sudah diterima." in she.text("[role=status]")


def finishes(agency: Visitor, code: str) -> None:
    agency.go(f"/opd/dlh/kasus/{code}")
    assert "Gang 3" in agency.text(".said")
    says(agency, "s", "Sudah diangkut pagi ini. Bak sampah baru dipasang di gang 3.", "resolved")


def is_content(she: Visitor, code: str, pin: str) -> None:
    she.looks(code, pin)
    assert "Sudah diangkut pagi ini." in she.text(".said")
    assert she.faults() == []
    she.page.check("[name=rating][value='5']")
    she.sends("form[action='/lacak/accepted']")
    assert "Terima kasih." in she.text("[role=status]")


def reads(leader: Visitor, said: Counter[str]) -> None:
    """The figures of the month fit what was done."""
    month = f"{datetime.now(UTC) + timedelta(hours=7):%Y-%m}"
    part = dict[str, dict[str, list[str]]]()
    for name in PARTS:
        leader.go(f"/laporan?periode={month}&bagian={name}")
        assert leader.faults() == [], name
        part[name] = leader.page.evaluate(_ROWS)
    figures = {title: cells[0] for title, cells in part["ringkas"].items()}
    archived, followed_up = said["dismissed"], ANSWERED + 1
    assert figures["Masuk"] == str(MANY)
    assert figures["Tindak lanjut (TL)"].endswith(f"({followed_up} / {MANY})")
    assert figures["Selesai"].endswith(f"(1 / {MANY})")
    assert figures["Diarsipkan"].endswith(f"({archived} / {MANY})")
    of_it = {title: cells[0] for title, cells in part["ringkas"].items() if title.islower()}
    assert of_it["proses"] == str(ANSWERED)
    assert of_it["selesai"] == "1"
    assert of_it["diarsipkan"] == str(archived)
    assert of_it["tertunda"] == str(said["held"])
    assert of_it["belum terverifikasi"] == "1", "what was handed back"
    agency = part["5"]["Dinas Lingkungan Hidup"]
    assert agency[0] == str(said["assigned"] - INSPECTED - 1)
    assert agency[-1] == "1", "handed back"
    assert part["8"]["Mula-mula ke verifikasi"][0].endswith(f"({MANY} / {MANY})")
    assert part["10"]["Rata-rata penilaian"][0].startswith("5")
    assert part["semua"].items() >= part["5"].items()


_ROWS: Final = """() => Object.fromEntries([...document.querySelectorAll('tbody tr')].map(row =>
  [row.querySelector('th').innerText, [...row.querySelectorAll('td')].map(one => one.innerText)]))
"""
