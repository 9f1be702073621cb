"""A gateway in memory with a month of a county in it, and people who are signed in there."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from broker.domain.case import State
from broker.memory import MemoryBroker
from broker.messaging import names
from broker.messaging.topology import topology
from broker.ports import CaseStore, Contact, Duty, Person, ReportText
from config.loading.clocks import SHIPPED
from gateway.access import sessions
from gateway.desk.kept_diff import Balance, KeptDiff, Move, Side, keep
from gateway.staff.cookies import SESSION, called
from tests.acceptance.gateway.pages.county import Month, month
from tests.unit.gateway.door import NOW, MemoryDoor
from tests.unit.gateway.staff.parked_door import parking
from tests.unit.gateway.staff_door import staff_door, with_desk

AGENCY: Final = "dpupr"
PEOPLE: Final = {
    "desk": ("rina", "Rina Wati", ("desk",)),
    "agency": ("budi", "Budi Santoso", (f"agency:{AGENCY}",)),
    "lead": ("sekda", "Sekretaris Daerah", ("lead",)),
    "admin": ("admin", "Admin Sistem", ("admin",)),
}
"""By role: name, as it is written, roles."""
_DUTY: Final = "d" * 32
_TEXTS: Final = {
    "findings": "Laporan jalan berlubang naik sejak hujan pertengahan bulan, terutama di Toboali.",
    "problems": "Beberapa OPD belum menunjuk pengganti pejabat penghubung selama cuti.",
    "recommendations": "Setiap OPD menunjuk pengganti, dan membuka kotak masuknya setiap pagi.",
    "plan": '[["Tambah satu regu tambal jalan","Dinas PUPR","31 Maret 2026","berjalan"],'
    '["Daftar pengganti pejabat penghubung","Semua OPD","13 Maret 2026",""]]',
}
_DIFF: Final = KeptDiff(
    made_at=NOW - timedelta(days=3), old="2026.1", new="2026.2", source="riwayat-2025.csv",
    on=date(2026, 2, 27), rows=1_200, moved=34, to_desk=1, from_desk=20, known=1_100,
    before=Side(routed=800, right=750, wrong=50), after=Side(routed=850, right=810, wrong=40),
    agencies=(
        Balance(agency=None, name="", before=400, loses=20, gains=1, after=381),
        Balance(agency="dlh", name="Dinas Lingkungan Hidup", before=160, loses=3, gains=14,
                after=171),
    ),
    moves=(
        Move(left=None, got="Dinas Lingkungan Hidup", rows=14, better=12, worse=1),
        Move(left=None, got="Dinas Perhubungan", rows=6, better=6, worse=0),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """``cookies``: name and value, by role; ``places``: what stands in the paths of pages."""

    cookies: Mapping[str, tuple[str, str]]
    places: Mapping[str, str]


@asynccontextmanager
async def county_door(
    cases: CaseStore | None = None, places: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[Any, Stage]]:
    """The application, and how to look at it. ``cases``: others than those of the month;
    ``places``: where in them to look."""
    with tempfile.TemporaryDirectory() as folder:
        async with staff_door(config=SHIPPED) as door:
            world = door.world
            found = month(world.config.rules, world.config.clocks)
            if cases is None:
                await _keep(door, found)
            else:
                with_desk(door, cases)
            assert world.search is not None
            await world.search.look()
            await _write(door)
            groups = await _park(door, found)
            world.state = Path(folder)
            keep(_DIFF, world.state)
            cookies = {role: await _cookie(door, role) for role in PEOPLE}
            yield door.app, Stage(cookies, {**_places(found), **groups, **(places or {})})


async def _keep(door: MemoryDoor, found: Month) -> None:
    async with door.cases.transaction() as transaction:
        await transaction.load([case.complaint_id for case in found.cases()])
        await transaction.save(found.kept)


async def _write(door: MemoryDoor) -> None:
    """Who is on duty, and texts of the report."""
    officer = Contact("Budi Santoso", "0812-0000-1201", "penghubung@dpupr.example.go.id")
    deputy = Contact("Yulia Sari", "0812-0000-1202")
    first, until = date(2026, 3, 2), date(2026, 3, 31)
    row = Duty(_DUTY, AGENCY, first, until, officer, deputy, "rina", NOW)
    other = replace(row, id="e" * 32, agency="dlh", officer=Contact("Hasan Basri"), deputy=None)
    await door.world.store.duties.add_duties([row, other])
    for field, text in _TEXTS.items():
        for n in (1, 2) if field == "findings" else (1,):
            written = ReportText("2026-02", field, n, text, "sekda", NOW - timedelta(hours=3 - n))
            assert await door.world.store.report_texts.write(written)


async def _park(door: MemoryDoor, found: Month) -> Mapping[str, str]:
    rules = door.world.config.rules
    broker = MemoryBroker(topology(rules.agencies, rules.channels, broker_version=(4, 0)))
    made = parking(door, broker)
    async with broker.publisher(names.PARKED_EXCHANGE) as publisher:
        await publisher.publish(list(found.parked))
    listing = await made.room.listing(5.0, anew=True)
    assert listing is not None
    broken = next(one for one in listing.groups.values() if "broken-json" in str(one))
    return {"group": broken.key, "message": broken.lines[0].id}


async def _cookie(door: MemoryDoor, role: str) -> tuple[str, str]:
    name, shown, roles = PEOPLE[role]
    made_at = NOW - timedelta(days=40)
    person = Person(
        name, shown, frozenset(roles), made_at, password="-", language="id", signed_in_at=NOW
    )
    people = door.world.store.people
    assert await people.add_person(person)
    token = await sessions.begin(people, person, frozenset({"password"}), "Firefox, Windows", NOW)
    return called(SESSION, door.world), token


def _places(found: Month) -> Mapping[str, str]:
    cases = list(found.cases())
    said = {one.case.complaint_id: len(one.said) for one in found.kept}
    waits = sorted(
        (case for case in cases if case.state is State.TRIAGE),
        key=lambda case: (-len(case.decision.alternatives), case.opened_at),
    )
    open_ones = (State.ACKNOWLEDGED, State.RESPONDED, State.HELD)
    theirs = [case for case in cases if case.agency == AGENCY and case.state in open_ones]
    return {
        "agency": AGENCY,
        "other": "perkim",
        "case": max(theirs, key=lambda case: said[case.complaint_id]).tracking,
        "waits": waits[0].tracking,
        "waits_too": waits[1].tracking,
        "month": "2026-02",
        "topic": "street-light",
        "duty": _DUTY,
        "person": "rina",
    }
