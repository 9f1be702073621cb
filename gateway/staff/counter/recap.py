"""The routes under ``/meja/rekap``: the recap of a period, to copy out or to take along."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from broker.domain.case import CaseFilter
from gateway.api.world import Gateway
from gateway.desk.duty import day_of
from gateway.desk.recap import COLUMNS, Place, how_many, recap, recap_page
from gateway.staff.counter.agencies import Typed, typed
from gateway.staff.counter.tables import downloaded
from gateway.staff.layout import HEADERS, page, templates
from gateway.staff.visits import Visit, visit
from gateway.text.sheets import tab_rows

_TEMPLATES: Final = templates("gateway.staff.counter")
PLACE: Final = "/meja/rekap"
_ROWS: Final = 50
_MOST: Final = 20_000
"""Rows of a file; a longer period is exported by `pintu case export`."""
_COPIED: Final = 12_000
"""Characters to copy on a page; more is copied from a page of its own."""
_CELL: Final = 160
_PASSED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """The days, both included, and what else an address asks for."""

    first: date
    last: date
    channel: str | None
    agency: Typed
    place: Place

    @classmethod
    def of(cls, request: Request, world: Gateway) -> Self:
        """The month that it is where it names no days; what it cannot mean is left out."""
        query, rules = request.query_params, world.config.rules
        today = world.config.clocks.calendar.local_day(world.now())
        first = day_of(query.get("dari", "")[:10]) or today.replace(day=1)
        last = day_of(query.get("sampai", "")[:10]) or max(first, today)
        channel = query.get("kanal", "")
        return cls(
            first,
            max(first, last),
            channel if channel in rules.channels else None,
            typed(query.get("opd", ""), rules, today),
            _place(query.get("mulai", ""), query.get("lewat", ""), query.get("no", "")),
        )

    def wanted(self, world: Gateway) -> CaseFilter:
        """The cases that it asks for."""
        zone = world.config.clocks.calendar.zone
        since = datetime.combine(self.first, time(), zone)
        until = datetime.combine(self.last + timedelta(days=1), time(), zone)
        return CaseFilter(since=since, until=until, channel=self.channel, agency=self.agency.code)

    def query(self, place: Place | None = None) -> str:
        """Of an address that asks for the same, from a place on."""
        asked = {"dari": f"{self.first}", "sampai": f"{self.last}"}
        asked |= {"kanal": self.channel or "", "opd": self.agency.code or ""}
        if place is not None and place.at is not None:
            at = f"{round(place.at.timestamp() * 1_000_000)}"
            asked |= {"mulai": at, "lewat": f"{place.passed}", "no": f"{place.number}"}
        return urlencode(asked)


def routes(world: Gateway) -> APIRouter:
    """All of them."""
    router = APIRouter()

    @router.get(PLACE)
    async def show(request: Request) -> Response:
        found = await visit(request, world, "desk.read")
        asked = Asked.of(request, world)
        return await _shown(request, world, found, asked)

    @router.get(PLACE + "/salin.txt")
    async def text(request: Request) -> Response:
        found = await visit(request, world, "desk.read")
        asked = Asked.of(request, world)
        rows = await _rows(world, asked)
        if rows is None:
            return await _shown(request, world, found, asked, 413)
        # As text, whatever stands in it: HEADERS tell the browser not to guess.
        return Response(tab_rows(rows), 200, HEADERS, "text/plain; charset=utf-8")

    @router.get(PLACE + "/unduh.{kind}")
    async def download(request: Request, kind: str) -> Response:
        found = await visit(request, world, "desk.read")
        asked = Asked.of(request, world)
        rows = await _rows(world, asked)
        if rows is None:
            return await _shown(request, world, found, asked, 413)
        return await downloaded(kind, f"rekap-{asked.first}-{asked.last}", "Rekap", rows)

    return router


async def _shown(
    request: Request, world: Gateway, found: Visit, asked: Asked, status: int = 200
) -> Response:
    office, rules, wanted = world.desk(), world.config.rules, asked.wanted(world)
    part = await recap_page(office, wanted, asked.place, _ROWS)
    text = tab_rows([COLUMNS, *part.rows])
    return page(
        _TEMPLATES, "recap.html", world, request, found, status,
        asked=asked, columns=COLUMNS, part=part, count=await how_many(office, wanted), most=_MOST,
        cell=_CELL, text=text if len(text) <= _COPIED else None, place=PLACE,
        channels=[(code, one.name) for code, one in rules.channels.items()],
    )  # fmt: skip


async def _rows(world: Gateway, asked: Asked) -> list[tuple[str, ...]] | None:
    """All rows, the header first; None where there are too many."""
    office, wanted = world.desk(), asked.wanted(world)
    if await how_many(office, wanted) > _MOST:
        return None
    rows: list[tuple[str, ...]] = [COLUMNS]
    async for row in recap(
        office, wanted.since, wanted.until, channel=wanted.channel, agency=wanted.agency
    ):
        rows.append(row)
    return rows


def _place(at: str, passed: str, number: str) -> Place:
    """Where a page begins, by its address; the beginning where it says nothing that can be."""
    if not all(
        one.isascii() and one.isdecimal() and len(one) <= 17 for one in (at, passed, number)
    ):
        return Place()
    try:
        moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(at))
    except OverflowError:
        return Place()
    return Place(moment, min(int(passed), _PASSED), max(1, int(number)))
