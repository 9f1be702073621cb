"""Pages with overdue cases, coloured, and with clocks in every state: axe finds nothing, light and
dark, wide and narrow. Made by a gateway in memory, whose clock stands late."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser

from broker.domain.case import Case, Said, State
from broker.domain.clocks import Hold
from tests.acceptance.gateway.pages.browsing import NARROWEST, WIDE, Visitor
from tests.contract.keeping import DAY, a_case, a_clock, a_line
from tests.unit.gateway.door import NOW, MemoryDoor
from tests.unit.gateway.staff_door import signed_in, staff_door

pytestmark = pytest.mark.long

PAGES: Final = ("/meja/kasus", "/meja/lewat", "/meja/kasus/{code}", "/meja/kasus/{code}?cetak=1")


def aged(days: int, agency: str | None = "dlh") -> Case:
    clock = replace(a_clock(NOW - days * DAY, agency=agency), started_at=NOW - (days + 9) * DAY)
    name: Literal["verification", "response"] = "verification" if agency is None else "response"
    state = State.TRIAGE if agency is None else State.ROUTED
    clock = replace(clock, name=name, fired=("reminder", "breach"))
    return replace(a_case(agency=agency, state=state), clocks=(clock,))


async def a_desk(door: MemoryDoor) -> str:
    """Cases that are late by days, one of them with every kind of clock; its tracking code."""
    for days in (0, 1, 4, 9):
        await door.keep(aged(days))
        await door.keep(aged(days, None))
    case = aged(6)
    [late] = case.clocks
    held = replace(
        a_clock(NOW + 9 * DAY, agency="dlh"),
        name="resolution",
        started_at=NOW - 15 * DAY,
        holds=(Hold(NOW - 9 * DAY, NOW - 7 * DAY),),
        held_at=NOW - DAY,
    )
    waits = replace(a_clock(NOW + 5 * DAY, agency="dlh"), name="waiting")
    over = replace(late, start=2).stop(NOW - 3 * DAY)
    case = replace(case, state=State.HELD, clocks=(late, over, held, waits))
    said = Said(NOW, "agency.dlh", "held", note="Di mana?", internal_note="truk rusak")
    await door.keep(case, [a_line(case, "held")], [said])
    return case.tracking


async def pages() -> dict[str, str]:
    """Each with its style sheets in it."""
    async with staff_door() as door:
        code = await a_desk(door)
        rina = await signed_in(door, "rina", "desk", language="id")
        return {path: _styled(await rina.page(path.format(code=code))) for path in PAGES}


def _styled(html: str) -> str:
    folder = Path(str(files("gateway.staff"))) / "files"
    for name in ("staff.css", "cases.css"):
        link = f'<link rel="stylesheet" href="/berkas/staf/{name}">'
        assert link in html
        html = html.replace(link, f"<style>{(folder / name).read_text()}</style>")
    return html


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROWEST], ids=str)
def test_late_cases_are_read_by_everybody(
    browser: Browser, size: tuple[int, int], scheme: str
) -> None:
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=True,
    )
    for path, html in made().items():
        page = context.new_page()
        page.route("**/*", lambda route: route.abort())
        page.set_content(html, wait_until="domcontentloaded")
        visitor = Visitor(page, "", "id")
        assert visitor.faults() == [], path
        assert visitor.too_wide() == [], path
        page.close()
    context.close()


@cache
def made() -> dict[str, str]:
    """In a thread of its own, since the browser's loop runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, pages()).result()
