"""What is overdue: ``/meja/lewat``, in totals, case by case, and as a spreadsheet."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from broker.domain.clocks import KINDS, ClockName, Debtor
from broker.messaging import names
from broker.ports import Owed
from config.language import gettext
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.desk.late_cases import COLUMNS, LateCase, late_cases, late_row
from gateway.desk.session import DeskSession
from gateway.desk.words import CLOCKS, word
from gateway.staff.cases.asked import place_of, shown_place
from gateway.staff.cases.listing import PAGE, TEMPLATES
from gateway.staff.cases.rows import agency_name
from gateway.staff.layout import HEADERS, page, speak
from gateway.staff.visits import Visit, visit
from gateway.text.sheets import CSV_TYPE, XLSX_TYPE, csv_rows, tab_rows, workbook

MOST: Final = 50_000
"""Rows of a workbook: it is written whole before it is sent."""
_AT_ONCE: Final = 500
_CODE: Final = 40
_CLOCKS: Final[tuple[ClockName, ...]] = tuple(
    name for name, kind in KINDS.items() if kind.debtor is not Debtor.REPORTER
)
_TSV_TYPE: Final = "text/tab-separated-values; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Which:
    """``agency``: a code, ``triage`` for the desk, None for all."""

    agency: str | None
    clock: str | None

    def path(self, to: str = "/meja/lewat", **more: str) -> str:
        """The address of a page of it."""
        query = {"instansi": self.agency, "jam": self.clock, **more}
        given = urlencode({name: text for name, text in query.items() if text})
        return f"{to}?{given}" if given else to

    def cases(
        self, office: DeskSession, now: datetime, most: int, after: Owed | None = None
    ) -> AsyncIterator[LateCase]:
        """Those that it is about, the longest overdue first."""
        desk = self.agency == names.TRIAGE
        whose = None if desk else self.agency
        return late_cases(
            office, now, agency=whose, at_desk=desk, clock=self.clock, most=most, after=after
        )


def routes(world: Gateway) -> APIRouter:
    """The page and the spreadsheets."""
    router = APIRouter(prefix="/meja/lewat")

    @router.get("")
    async def look(request: Request) -> Response:
        found = await visit(request, world, "desk.read")
        speak(request, found)
        return await _page(request, world, found)

    @router.get("/ekspor")
    async def export(request: Request, bentuk: str = "xlsx") -> Response:
        found = await visit(request, world, "desk.read")
        speak(request, found)
        return await _export(world, which(request.query_params), bentuk)

    return router


def which(query: Mapping[str, str]) -> Which:
    """What no link of ours asks for is left out."""
    agency, clock = query.get("instansi", "")[:_CODE], query.get("jam", "")
    return Which(
        agency if names.is_code(agency) else None,
        clock if clock in _CLOCKS else None,
    )


async def _page(request: Request, world: Gateway, found: Visit) -> Response:
    office, now, asked = world.desk(), world.now(), which(request.query_params)
    after = _after(request.query_params.get("sesudah", ""))
    rows = [late async for late in asked.cases(office, now, PAGE + 1, after)]
    totals = await _totals(world, office, now)
    more = rows[PAGE - 1].owed if len(rows) > PAGE else None
    last = None if more is None else f"{shown_place(more.place)}_{more.clock}"
    return page(
        TEMPLATES,
        "late.html",
        world,
        request,
        found,
        asked=asked,
        totals=totals,
        sums={clock: sum(row[2].get(clock, 0) for row in totals) for clock in _CLOCKS},
        clocks=[(name, gettext(CLOCKS[name])) for name in _CLOCKS],
        rows=rows[:PAGE],
        more=None if last is None else asked.path(sesudah=last),
        agency=agency_name(None if asked.agency == names.TRIAGE else asked.agency, office)
        if asked.agency
        else None,
        clock=word(CLOCKS, asked.clock) if asked.clock else None,
    )


async def _totals(
    world: Gateway, office: DeskSession, now: datetime
) -> Sequence[tuple[str, str, Mapping[str, int], int]]:
    """Of each agency its code, name, how many by clock, and the sum; the most first."""
    by: dict[str, dict[str, int]] = {}
    for agency, clock, count in await world.cases.overdue(now):
        by.setdefault(agency or names.TRIAGE, {})[clock] = count
    rows = [
        (code, agency_name(None if code == names.TRIAGE else code, office), of, sum(of.values()))
        for code, of in by.items()
    ]
    return sorted(rows, key=lambda row: (-row[3], row[1]))


def _after(text: str) -> Owed | None:
    place, _, clock = text.rpartition("_")
    there = place_of(place)
    return None if there is None else Owed(there, None, clock[:_CODE])


async def _export(world: Gateway, asked: Which, kind: str) -> Response:
    office, now = world.desk(), world.now()
    name = f"lewat-{office.today().isoformat()}.{kind}"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    if kind in ("csv", "tsv"):
        lines = _lines(asked, office, now, kind)
        media = CSV_TYPE if kind == "csv" else _TSV_TYPE
        return StreamingResponse(lines, headers=headers, media_type=media)
    if kind != "xlsx":
        raise Problem("no-such-page")
    rows = [_header()]
    async for late in asked.cases(office, now, MOST):
        rows.append(late_row(late, office, now))
    made = await asyncio.to_thread(_workbook, rows)
    return Response(made, headers=headers, media_type=XLSX_TYPE)


def _workbook(rows: Sequence[Sequence[str]]) -> bytes:
    with tempfile.SpooledTemporaryFile(max_size=1 << 20) as file:
        workbook("Lewat", rows, file)  # type: ignore[arg-type]  # it has all of BinaryIO
        file.seek(0)
        return file.read()


async def _lines(asked: Which, office: DeskSession, now: datetime, kind: str) -> AsyncIterator[str]:
    """As they are read: however many there are, few are in memory."""
    write = partial(_written, kind)
    some: list[Sequence[str]] = [_header()]
    first = True
    async for late in asked.cases(office, now, 1 << 62):
        some.append(late_row(late, office, now))
        if len(some) >= _AT_ONCE:
            yield write(some, first)
            some, first = [], False
    if some:
        yield write(some, first)


def _written(kind: str, rows: Sequence[Sequence[str]], first: bool) -> str:
    if kind == "tsv":
        return tab_rows(rows) + "\n"
    text = "".join(csv_rows(rows))
    return text if first else text.removeprefix("\ufeff")


def _header() -> Sequence[str]:
    return [gettext(name) for name in COLUMNS]
