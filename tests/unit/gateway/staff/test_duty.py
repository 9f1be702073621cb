"""Who is on duty for an agency: written down, shown for today, told where nobody or two are."""

import csv
import io
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.ports import Contact, Duty
from gateway.desk.duty import cells, day_of, gaps, of_each, on_duty, overlaps, read_duty
from gateway.desk.duty_file import read_file, take_in
from tests.unit.gateway.door import NOW, MemoryDoor
from tests.unit.gateway.signed_in import SignedIn, signed_in

PLACE = "/meja/piket"
TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def a_duty(first: int, last: int, agency: str = "dlh", name: str = "Budi") -> Duty:
    days = TODAY + first * DAY, TODAY + last * DAY
    return Duty(uuid4().hex, agency, *days, Contact(name, "0812-1"), None, "rina", NOW)


def fields(**more: str) -> dict[str, str]:
    said = {"opd": "dlh", "dari": "2026-03-01", "sampai": "2026-03-31", "nama": "Budi Santoso"}
    return {"id": uuid4().hex, **said, "telepon": "0812-34", "wakil": "Sari", **more}


@pytest.fixture
async def rina(door: MemoryDoor) -> SignedIn:
    return await signed_in(door, "rina", "desk")


async def test_who_is_written_down_shows_for_today_with_telephone_and_deputy(
    door: MemoryDoor, rina: SignedIn
) -> None:
    sent = await rina.post(PLACE, fields())
    assert sent.status_code == 303
    page = await rina.page(PLACE)
    assert 'href="tel:0812-34"' in page
    assert page.index("Budi Santoso") < page.index("Sari")
    assert "Nobody is on duty today for:" in page
    found = await on_duty(door.world.store.duties, "dlh", TODAY)
    assert found is not None
    assert (found.officer.name, found.deputy) == ("Budi Santoso", Contact("Sari"))
    assert await on_duty(door.world.store.duties, "dlh", date(2026, 4, 1)) is None


async def test_of_two_at_a_time_the_one_who_began_later_counts(door: MemoryDoor) -> None:
    store = door.world.store.duties
    await store.add_duties([a_duty(-9, 9), a_duty(-1, 1, name="Joko"), a_duty(-1, 1, "dpupr")])
    found = await on_duty(store, "dlh", TODAY)
    assert found is not None
    assert found.officer.name == "Joko"
    every = await store.duties(TODAY, TODAY)
    assert {code: one.officer.name for code, one in of_each(every, TODAY).items()} == {
        **{"dlh": "Joko", "dpupr": "Budi"},
    }


def test_days_that_nobody_or_that_two_have_are_told() -> None:
    some = [a_duty(2, 4), a_duty(4, 6), a_duty(8, 8)]
    free = gaps(some, ["dlh"], TODAY, TODAY + 9 * DAY)
    assert [((one.first - TODAY).days, (one.last - TODAY).days) for one in free] == [
        *((0, 1), (7, 7), (9, 9)),
    ]
    [both] = overlaps(some)
    assert ((both.first - TODAY).days, (both.last - TODAY).days) == (4, 4)


@given(st.lists(st.tuples(st.integers(-5, 20), st.integers(0, 9)), max_size=8))
def test_gaps_are_the_days_that_nobody_has(spans: list[tuple[int, int]]) -> None:
    some = [a_duty(first, first + length) for first, length in spans]
    days = [TODAY + n * DAY for n in range(15)]
    told = gaps(some, ["dlh"], days[0], days[-1])
    free = {day for day in days if not any(one.holds(day) for one in some)}
    assert free == {day for day in days if any(gap.first <= day <= gap.last for gap in told)}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"opd": "<b>"}, "no agency has the code, name or alias"),
        ({"nama": " "}, "name is needed"),
        ({"dari": "kemarin"}, "Both days"),
        ({"sampai": "2025-01-01"}, "before the first"),
        ({"sampai": "2036-01-01"}, "two years"),
        ({"telepon": "javascript:alert(1)"}, "telephone number"),
        ({"surel": "a@b\r\nBcc: x@y.id"}, "no e-mail address"),
        ({"wakil": "", "telepon_wakil": "0812"}, "deputy&#39;s name"),
    ],
)
async def test_what_cannot_be_is_told_and_nothing_is_kept(
    door: MemoryDoor, rina: SignedIn, wrong: dict[str, str], told: str
) -> None:
    answer = await rina.post(PLACE, fields(**wrong))
    assert (answer.status_code, told in answer.text) == (422, True)
    assert "<b>" not in answer.text
    assert await door.world.store.duties.duties(date.min, date.max) == []


async def test_a_row_is_changed_and_removed_by_whoever_saw_it_as_it_is(
    door: MemoryDoor, rina: SignedIn
) -> None:
    store = door.world.store.duties
    await store.add_duties([a_duty(0, 3)])
    [before] = await store.duties(TODAY, TODAY)
    place, seen = f"{PLACE}/{before.id}", before.changed_at.isoformat()
    assert 'value="Budi"' in await rina.page(place)
    stale = await rina.post(place, fields(do="change", seen="x"))
    assert (stale.status_code, await store.duty(before.id)) == (409, before)
    await rina.post(place, fields(do="change", seen=seen, nama="Joko"))
    after = await store.duty(before.id)
    assert after is not None
    assert after.officer.name == "Joko"
    await rina.post(place, fields(do="remove", seen=seen))
    assert await store.duty(before.id) is None


async def test_a_file_comes_back_as_it_was_taken_along_and_no_cell_is_a_formula(
    door: MemoryDoor, rina: SignedIn
) -> None:
    evil = a_duty(0, 3, name="=HYPERLINK(1)")
    await door.world.store.duties.add_duties([evil, a_duty(1, 1, "dpupr", "@SUM(1);=2")])
    text = (await rina.get(f"{PLACE}/unduh.csv")).content
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert [row[3] for row in rows] == ["nama", "'=HYPERLINK(1)", "'@SUM(1);'=2"]
    book = openpyxl.load_workbook(io.BytesIO((await rina.get(f"{PLACE}/unduh.xlsx")).content))
    assert book.worksheets[0]["D2"].data_type == "s"
    read = read_file(io.BytesIO(text), {"dlh", "dpupr"}, "rina", NOW)
    taken = await take_in(
        door.world.store.duties, [one for one in read if isinstance(one, Duty)][:1]
    )
    assert (taken.added, taken.known) == (0, 1)


async def upload(rina: SignedIn, text: bytes) -> tuple[int, str]:
    whole: dict[str, Any] = {"form": (None, rina.token), "berkas": ("piket.csv", text, "text/csv")}
    headers = {"Cookie": rina.cookie, "Accept": "text/html"}
    answer = await rina.door.client.post(f"{PLACE}/impor", files=whole, headers=headers)
    return answer.status_code, answer.headers.get("location", answer.text)


async def test_a_csv_file_is_taken_in_whole_or_not_at_all(door: MemoryDoor, rina: SignedIn) -> None:
    store = door.world.store.duties
    head = "opd;dari;sampai;nama;telepon\n"
    status, page = await upload(rina, f"{head}dlh;1/3/2026;7/3/2026;Budi;08\nxx;1;2;;\n".encode())
    assert (status, "Row 3:" in page, await store.duties(TODAY, TODAY)) == (422, True, [])
    good = f"{head}dlh;1/3/2026;7/3/2026;Budi;'+62 812\n".encode()
    assert await upload(rina, good) == (303, f"{PLACE}?sudah=1-0")
    assert await upload(rina, good) == (303, f"{PLACE}?sudah=0-1")
    [one] = await store.duties(TODAY, TODAY)
    assert one.officer == Contact("Budi", "+62 812")
    assert (await upload(rina, b"\xff\xfe"))[0] == 422
    assert (await upload(rina, b""))[0] == 422


def test_days_are_read_as_indonesians_write_them() -> None:
    assert [day_of(text) for text in ("2026-03-31", "31/3/2026", "31.3.2026", "31-3-2026")] == [
        *[date(2026, 3, 31)] * 4,
    ]
    assert [day_of(text) for text in ("", "3/2026", "31/2/2026", "x/y/z", "1/1/99999")] == [
        None
    ] * 5


@given(st.dictionaries(st.sampled_from(["nama", "telepon", "surel", "dari"]), st.text()))
def test_whatever_is_typed_is_read_or_told(said: dict[str, str]) -> None:
    read = read_duty({**fields(), **said}, {"dlh"}, "a", "rina", NOW)
    assert isinstance(read, Duty) or (read and all(read))
    if isinstance(read, Duty):
        assert len(cells(read)) == 9


async def test_an_auditor_sees_it_and_changes_nothing(door: MemoryDoor, rina: SignedIn) -> None:
    store = door.world.store.duties
    await store.add_duties([a_duty(0, 3)])
    [one] = await store.duties(TODAY, TODAY)
    sari = await signed_in(door, "sari", "auditor")
    page = await sari.page(PLACE)
    assert ("Budi" in page, '<form method="post" action="/meja/piket' in page) == (True, False)
    assert (await sari.get(f"{PLACE}/unduh.csv")).status_code == 200
    for path in (PLACE, f"{PLACE}/impor", f"{PLACE}/{one.id}"):
        assert (await sari.post(path, fields(do="remove"))).status_code == 403
        assert (await rina.post(path, fields(do="remove"), token="0")).status_code == 403
    assert (await sari.get(f"{PLACE}/{one.id}")).status_code == 403
    assert await store.duties(TODAY, TODAY) == [one]
    other = await signed_in(door, "joko", "agency:dlh")
    assert (await other.get(PLACE)).status_code == 403


async def test_an_office_outside_of_the_region_lacks_nobody_and_is_shown_where_it_has_somebody(
    door: MemoryDoor, rina: SignedIn
) -> None:
    page = await rina.page(PLACE)
    assert "Dinas Perhubungan" in page
    assert "PT PLN" not in page
    await door.world.store.duties.add_duties([a_duty(-1, 40, "pln")])
    assert "PT PLN" in await rina.page(PLACE)
