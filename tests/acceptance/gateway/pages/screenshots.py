"""Pictures of the pages for the documents: ``make screenshots`` writes them anew.

Made on stores in memory, with the shipped rules and invented cases at a moment that stands still:
the same program and typefaces give the same pictures.
"""

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from PIL import Image
from playwright.sync_api import Browser

from broker.domain.case import Case, CaseClock, Said, State
from broker.domain.clocks import RESOLUTION, RESPONSE, WAITING, ClockName
from config.loading.clocks import SHIPPED
from gateway.access.pins import pin_of
from tests.acceptance.gateway.pages.browsing import NARROW, WIDE, Visitor, chromium, visiting
from tests.acceptance.gateway.pages.county_door import county_door
from tests.acceptance.gateway.pages.memory_server import serving
from tests.acceptance.gateway.pages.officers_pictures import OFFICERS, signs_in
from tests.contract.keeping import a_case, a_line
from tests.unit.gateway.door import NOW, MemoryDoor, memory_door

FOLDER: Final = Path(__file__).parents[4] / "docs" / "how-to" / "pages"
LARGEST: Final = 80_000
"""Bytes of a picture."""
ALL: Final = 3_000_000
"""Bytes of all pictures together."""
TALLEST: Final = 1_300
"""Points of a page that a picture shows."""
_COLOURS: Final = 32
_ASKED, _ANSWERED = UUID(int=0x5EED << 96), UUID(int=0xBEEF << 96)
_DAY: Final = timedelta(days=1)
_TEXT: Final = {
    "id": "Sampah menumpuk di belakang pasar sejak hari Senin, baunya sampai ke sekolah.",
    "en": "Rubbish has been piling up behind the market since Monday.",
}
_REPLY: Final = {
    "id": "Di gang sebelah toko sepatu.",
    "en": "In the lane beside the shoe shop.",
}


async def _keep(door: MemoryDoor) -> None:
    """A case that waits for its reporter, and one that was answered."""
    begun = NOW - 3 * _DAY

    def clock(kind: ClockName, due: timedelta, stopped: timedelta | None = None) -> CaseClock:
        at = None if stopped is None else begun + stopped
        return CaseClock(kind, 1, "dlh", begun, begun + due, stopped_at=at)

    asked = replace(
        a_case(agency="dlh", opened_at=begun, complaint_id=_ASKED, state=State.HELD),
        clocks=(
            clock(RESPONSE.name, 7 * _DAY, _DAY),
            clock(RESOLUTION.name, 20 * _DAY),
            clock(WAITING.name, 13 * _DAY),
        ),
    )
    note = "Terima kasih. Di gang mana tepatnya, supaya truk dapat masuk?"
    read = Said(begun + timedelta(hours=3), "agency.dlh", "responded", "Petugas sudah ditugaskan.")
    await _said(door, asked, read, Said(begun + _DAY, "agency.dlh", "held", note))
    answered = replace(
        a_case(agency="dlh", opened_at=begun, complaint_id=_ANSWERED, state=State.RESOLVED),
        clocks=(clock(RESPONSE.name, 7 * _DAY, _DAY), clock(RESOLUTION.name, 20 * _DAY, 2 * _DAY)),
    )
    note = "Sampah sudah diangkut pagi ini, dan bak sampah baru dipasang."
    await _said(door, answered, read, Said(begun + 2 * _DAY, "agency.dlh", "resolved", note))


async def _said(door: MemoryDoor, case: Case, *said: Said) -> None:
    await door.keep(case, [replace(a_line(case, one.verb), at=one.at) for one in said], said)


@asynccontextmanager
async def citizens_door() -> AsyncIterator[tuple[Any, None]]:
    """A gateway with two cases to look up."""
    async with memory_door(SHIPPED) as door:
        await _keep(door)
        yield door.app, None


def _form(she: Visitor) -> None:
    she.go("/lapor")
    she.page.fill("#text", _TEXT[she.language])
    she.page.select_option("#village", label="Rias")
    she.page.fill("#address", "Pasar Rias")
    she.page.check("[name=confidential]")
    she.page.fill("#name", "Siti Contoh")


def _filed(she: Visitor) -> None:
    _form(she)
    she.page.evaluate("id => document.querySelector('[name=id]').value = id", she.language)
    she.sends()


def _case(case: UUID) -> Callable[[Visitor], None]:
    def look(she: Visitor) -> None:
        she.looks(a_case(complaint_id=case).tracking, pin_of(case, b"p" * 32))
        if she.page.locator(".question").count():
            she.page.fill("#note", _REPLY[she.language])

    return look


PAGES: Final[dict[str, Callable[[Visitor], object]]] = {
    "beranda": lambda she: she.go("/"),
    "lapor": _form,
    "terkirim": _filed,
    "lacak": lambda she: she.go("/lacak"),
    "ditanya": _case(_ASKED),
    "dijawab": _case(_ANSWERED),
}
"""By the name of the picture."""
SIZES: Final = {"lebar": (960, 720), "sempit": NARROW}
OFFICERS_SIZES: Final = {"lebar": WIDE, "sempit": NARROW}


def name_of(page: str, width: str, language: str) -> str:
    """Of a picture's file."""
    return f"{page}-{width}-{language}.png"


def names() -> Iterator[str]:
    """Of all pictures."""
    for width in SIZES:
        yield from (name_of(page, width, tongue) for page in PAGES for tongue in ("id", "en"))
        for pages in OFFICERS.values():
            yield from (name_of(page, width, "id") for page in pages)


def take(browser: Browser, folder: Path) -> list[Path]:
    """Every page: a citizen's in both languages, an officer's in Indonesian; in both widths."""
    taken = []
    with serving(citizens_door) as (address, _):
        for language in ("id", "en"):
            for width, size in SIZES.items():
                with visiting(browser, address, language, size, reduced_motion="reduce") as she:
                    for name, reach in PAGES.items():
                        reach(she)
                        taken.append(picture(she, folder / name_of(name, width, language)))
    with serving(county_door) as (address, stage):
        for width, size in OFFICERS_SIZES.items():
            for who in ("", *stage.cookies):
                with visiting(browser, address, "id", size, reduced_motion="reduce") as she:
                    signs_in(she, stage, who)
                    for name, looks in OFFICERS[who].items():
                        looks(she, stage)
                        taken.append(picture(she, folder / name_of(name, width, "id")))
    return taken


def picture(she: Visitor, file: Path) -> Path:
    """The page on show, from its head to its end, or as much of that as fits a document."""
    she.settles()
    she.page.evaluate("document.activeElement?.blur()")
    width, most = she.page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    part: Any = {"x": 0, "y": 0, "width": width, "height": min(most, TALLEST)}
    file.write_bytes(small(she.page.screenshot(full_page=True, clip=part)))
    return file


def small(picture: bytes) -> bytes:
    """In few colours: pages are flat."""
    whole = Image.open(BytesIO(picture)).convert("RGB")
    few = whole.quantize(_COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    written = BytesIO()
    few.save(written, "PNG", optimize=True)
    return written.getvalue()


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    with chromium() as browser:
        for file in take(browser, FOLDER):
            sys.stdout.write(f"{file.stat().st_size:7,} {file.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
