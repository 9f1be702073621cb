"""What somebody of an office does before a picture of their page is taken."""

import io
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import openpyxl

from tests.acceptance.gateway.pages.browsing import Visitor
from tests.acceptance.gateway.pages.county_door import Stage
from tests.acceptance.gateway.pages.officers_pages import PAGES

Reach = Callable[[Visitor, Stage], object]
TRIED: Final = "Lampu jalan mati di depan SD Negeri 3 Rias, hubungi saya di 0812-0000-4455"
LETTER: Final = "Jembatan kayu menuju kebun lada sudah lapuk. Dua papan patah minggu lalu."
ANSWER: Final = "Lubang di jalan itu sudah ditambal hari Kamis; sisanya masuk paket bulan depan."


def signs_in(she: Visitor, stage: Stage, who: str) -> None:
    """With the session that is there for that role; nobody's where there is none."""
    if who:
        name, value = stage.cookies[who]
        cookie: Any = {"name": name, "value": value, "domain": "127.0.0.1", "path": "/"}
        she.page.context.add_cookies([cookie | {"secure": True}])


def _looks(name: str, she: Visitor, stage: Stage) -> None:
    answer = she.go(PAGES[name].path.format_map(stage.places))
    assert answer.status == 200, (name, answer.status)


def _tries(she: Visitor, stage: Stage) -> None:
    _looks("aturan", she, stage)
    she.page.fill("#text", TRIED)
    she.page.click("main form button")
    she.page.wait_for_selector(".decision")


def _enters(she: Visitor, stage: Stage) -> None:
    _looks("loket", she, stage)
    she.page.fill("#nomor", "REG-118")
    she.page.fill("#text", LETTER)
    she.page.evaluate("document.querySelector('main [name=id]').value = 'surat'")
    she.sends()


def _returns_the_sheet(she: Visitor, stage: Stage) -> None:
    _looks("lembar", she, stage)
    with she.page.expect_download() as waited:
        she.page.click("a[href$='lembar.xlsx']")
    book: Any = openpyxl.load_workbook(io.BytesIO(waited.value.path().read_bytes()))
    for n, row in enumerate(book.active.iter_rows(min_row=2)):
        if n < 3:
            row[8].value, row[9].value = ("jawab", ANSWER) if n < 2 else ("hapus", None)
    out = io.BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file: Any = {"name": "isi.xlsx", "mimeType": kind, "buffer": out.getvalue()}
    she.page.set_input_files("#berkas", files=[file])
    she.follows("form[action$='/lembar'] button")


_MORE: Final[dict[str, dict[str, Reach]]] = {
    "desk": {"aturan": _tries, "tanda-terima": _enters},
    "agency": {"lembar-diperiksa": _returns_the_sheet},
}
NEW_EACH_TIME: Final = "faktor-kedua"
"""It shows a secret."""
OFFICERS: Final[dict[str, dict[str, Reach]]] = {
    who: {
        name: partial(_looks, name)
        for name, at in PAGES.items()
        if at.who == who and name != NEW_EACH_TIME
    }
    | _MORE.get(who, {})
    for who in dict.fromkeys(at.who for at in PAGES.values())
}
"""By who looks, and by the name of the picture."""
