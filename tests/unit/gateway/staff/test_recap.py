"""The recap of a period: on a page, to copy out, to take along."""

import csv
import io
import re
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any, cast

import openpyxl
import pytest

from broker.domain.case import Case, CaseFilter, Closed, Said, State
from gateway.desk.recap import Place, how_many, recap, recap_page
from gateway.desk.session import DeskSession
from schemas.complaint import PublicComplaint
from tests.contract.keeping import a_case, a_line
from tests.unit.gateway.door import NOW, MemoryDoor, Time
from tests.unit.gateway.staff_door import SignedIn, signed_in

PLACE = "/meja/rekap"
EVIL = "=HYPERLINK(1)"
HOUR = timedelta(hours=1)


@pytest.fixture
async def rina(door: MemoryDoor) -> SignedIn:
    office(door)
    return await signed_in(door, "rina", "desk")


def office(door: MemoryDoor) -> DeskSession:
    config = door.world.config
    made = DeskSession(
        config.rules, config.clocks, door.cases, Time(), "memory", asynccontextmanager(_nowhere)
    )
    door.world.desk = lambda: made
    return made


async def _nowhere() -> Any:
    raise AssertionError("a recap asks nobody but the store")
    yield


def case(hours: float = 1, state: State = State.ROUTED, **more: Any) -> Case:
    complaint = more.pop("complaint", {"text": "lampu mati"})
    at = NOW - hours * HOUR
    made = replace(
        a_case(opened_at=at, state=state, agency=more.pop("agency", "dlh")),
        complaint=cast(PublicComplaint, complaint), **more,
    )  # fmt: skip
    if state is State.CLOSED:
        end = Closed(at, "channel.web", "accepted", "puas", sentence="Selesai.")
        return replace(made, closed=end, next_due=None)
    return made


async def keep(door: MemoryDoor, kept: Case, note: str | None = None) -> Case:
    """A case, with an answer of its agency's."""
    said = () if note is None else (Said(NOW, "agency.dlh", "resolved", note=note),)
    return await door.keep(kept, [a_line(kept, one.verb) for one in said], said)


def copied(page: str) -> list[list[str]]:
    found = re.search(r'<textarea id="salin".*?>\n(.*?)</textarea>', page, re.S)
    assert found is not None
    return [line.split("\t") for line in unescape(found[1]).splitlines()]


async def test_the_rows_stand_on_the_page_and_as_text_to_copy(
    door: MemoryDoor, rina: SignedIn
) -> None:
    await keep(door, case(2), "Sudah\tdiganti.\nTerima kasih")
    await door.keep(case(1, State.CLOSED, agency="dpupr"))
    page = await rina.page(PLACE)
    rows = copied(page)
    assert rows[0] == ["No", "Tanggal", "Tracking ID", "Judul", "OPD", "Tanggapan", "Keterangan"]
    assert [row[0] for row in rows[1:]] == ["1", "2"]
    assert rows[1][5] == "Sudah diganti. Terima kasih"
    assert "2 complaints" in page
    assert (await rina.get(f"{PLACE}/salin.txt")).text.splitlines()[1] == "\t".join(rows[1])


async def test_only_the_days_the_channel_and_the_agency_that_were_asked_for(
    door: MemoryDoor, rina: SignedIn
) -> None:
    kept = [
        await door.keep(case(1)),
        await door.keep(case(24 * 9)),
        await door.keep(case(2, agency="dpupr")),
        await door.keep(replace(case(3), channel="sms")),
    ]
    asked = {"": [3, 2, 0], "dari=2026-02-01": [1, 3, 2, 0], "kanal=sms": [3], "opd=dpupr": [2]}
    asked |= {"dari=2026-02-01&sampai=2026-02-27": [1], "opd=<b>&kanal='&dari=x": [3, 2, 0]}
    for query, wanted in asked.items():
        rows = copied(await rina.page(f"{PLACE}?{query}"))[1:]
        assert [row[2] for row in rows] == [kept[n].tracking for n in wanted], query


async def test_neither_of_an_anonymous_nor_of_a_confidential_one_a_word_stands_in_it(
    door: MemoryDoor, rina: SignedIn
) -> None:
    note = "pelapor di Gang Mawar"
    anonymous = {"text": "tetangga saya", "anonymous": True}
    await keep(door, case(1, complaint=anonymous, anonymous=True), note)
    await keep(door, case(2, complaint={"text": "suap", "confidential": True}), note)
    for path in (PLACE, f"{PLACE}/salin.txt", f"{PLACE}/unduh.csv"):
        body = (await rina.get(path)).text
        assert not re.search("tetangga|suap|Mawar", body)
        assert ("(anonim)" in body, "(rahasia)" in body) == (True, True)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
async def test_no_cell_of_any_of_its_forms_is_a_formula(
    door: MemoryDoor, rina: SignedIn, sign: str
) -> None:
    evil = f"{sign}cmd|' /C calc'!A0"
    await keep(door, case(complaint={"text": "x", "title": evil}), evil)
    book = openpyxl.load_workbook(io.BytesIO((await rina.get(f"{PLACE}/unduh.xlsx")).content))
    assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row} <= {"s", "n"}
    assert book.worksheets[0]["D2"].data_type == "s"
    text = (await rina.get(f"{PLACE}/unduh.csv")).content.decode("utf-8-sig")
    rows = [list(csv.reader(io.StringIO(text)))[1]]
    rows += [(await rina.get(f"{PLACE}/salin.txt")).text.splitlines()[1].split("\t")]
    rows += [copied(await rina.page(PLACE))[1]]
    assert [row[3] for row in rows] == ["'" + evil] * 3
    assert [row[5] for row in rows] == ["'" + evil] * 3


async def test_pages_have_each_case_once_in_the_order_of_the_whole(door: MemoryDoor) -> None:
    here = office(door)
    for n in range(23):
        state = State.CLOSED if n % 3 else State.ROUTED
        await door.keep(case(n // 5, state))  # five at one moment
    whole = [row async for row in recap(here, None, None)]
    for size in (1, 4, 23, 50):
        place: Place | None = Place()
        found = list[tuple[str, ...]]()
        while place is not None:
            part = await recap_page(here, CaseFilter(), place, size)
            assert 0 < len(part.rows) <= size
            found += part.rows
            place = part.following
        assert found == whole
    assert await how_many(here, CaseFilter()) == 23


async def test_the_next_page_is_where_the_link_leads(door: MemoryDoor, rina: SignedIn) -> None:
    for n in range(52):
        await door.keep(case(1 + n / 100))
    page = await rina.page(PLACE)
    link = re.search(r'href="(\?[^"]*mulai[^"]*)"', page)
    assert link is not None
    rows = copied(await rina.page(PLACE + unescape(link[1])))
    assert [row[0] for row in rows[1:]] == ["51", "52"]
    for odd in ("mulai=9" * 1, "mulai=99999999999999999&lewat=1&no=1", "mulai=a&lewat=b&no=c"):
        assert (await rina.get(f"{PLACE}?{odd}")).status_code == 200


async def test_an_auditor_reads_it_and_others_do_not(door: MemoryDoor, rina: SignedIn) -> None:
    paths = (PLACE, f"{PLACE}/salin.txt", f"{PLACE}/unduh.csv", f"{PLACE}/unduh.xlsx")
    for name, role, status in (
        ("sari", "auditor", 200),
        ("a", "lead", 403),
        ("b", "agency:dlh", 403),
    ):
        other = await signed_in(door, name, role)
        assert {(await other.get(path)).status_code for path in paths} == {status}
    assert (await rina.get(f"{PLACE}/unduh.exe")).status_code == 404


async def test_what_strangers_wrote_is_text(door: MemoryDoor, rina: SignedIn) -> None:
    evil = "</textarea><script>alert(1)</script>"
    await door.keep(case(complaint={"text": "x", "title": evil, "external_id": evil}))
    assert "<script>alert" not in await rina.page(PLACE)
    answer = await rina.get(f"{PLACE}/salin.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
