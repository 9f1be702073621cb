"""The routes of sheets: the inbox goes out as one, and comes back with answers."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request, Response

from config.language import gettext, language, marked
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.staff.inbox.answering import refusal
from gateway.staff.inbox.pages import answer
from gateway.staff.inbox.saying import data_of
from gateway.staff.inbox.sheet import ROWS, as_csv, as_workbook, cases_for_sheet, rows
from gateway.staff.inbox.sheet_judging import Judged, filled, judged, packed, unpacked
from gateway.staff.inbox.sheet_reading import FILLED, LARGEST, BadSheet, read_sheet
from gateway.staff.layout import HEADERS, moment, speak
from gateway.staff.speaking import say_as_agency
from gateway.staff.visits import Visit, agency_visit, visit_form
from gateway.text.sheets import CSV_TYPE, XLSX_TYPE
from gateway.web.pages import first, told

_CARRIED: Final = 70_000
_OUTCOMES: Final = {
    "accepted": marked("done"),
    "unchanged": marked("done; the state is as it was"),
    "repeated": marked("sent before, nothing was done again"),
    "waiting": marked("sent, is handled in a moment"),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a row."""

    judged: Judged
    told: str
    good: bool


def routes(world: Gateway) -> APIRouter:
    """All of them."""
    router = APIRouter()

    @router.get("/opd/{code}/lembar")
    async def ask(request: Request, code: str) -> Response:
        found = await agency_visit(request, world, code)
        return _page(world, request, found, code)

    @router.get("/opd/{code}/lembar.xlsx")
    async def workbook(request: Request, code: str) -> Response:
        table = await _table(world, request, code)
        return _file(await asyncio.to_thread(as_workbook, table), XLSX_TYPE, f"{code}.xlsx")

    @router.get("/opd/{code}/lembar.csv")
    async def text(request: Request, code: str) -> Response:
        return _file(as_csv(await _table(world, request, code)), CSV_TYPE, f"{code}.csv")

    @router.post("/opd/{code}/lembar")
    async def look(request: Request, code: str) -> Response:
        async with visit_form(request, world, agency=code) as (found, sent):
            speak(request, found)
            try:
                if sent.refused is not None:
                    raise BadSheet(told(sent.refused, language()))
                if not sent.uploads:
                    raise BadSheet(gettext("Choose a file first."))
                upload = sent.uploads[0]
                # The catalogue's language goes along into the thread.
                read = await asyncio.to_thread(read_sheet, upload.file, upload.size)
                if not read:
                    raise BadSheet(gettext("No row has anything filled in."))
                good, bad = filled(read)
                seen = [*bad, *[await judged(world, code, row) for row in good]]
                sendable = [one.row for one in seen if one.wrong is None]
                carried = packed(sendable, code, found, world.forms) if sendable else ""
            except BadSheet as why:
                return _page(world, request, found, code, str(why))
            seen.sort(key=lambda one: one.row.number)
            return answer(
                "inbox_preview.html",
                world,
                request,
                found,
                code=code,
                agency=world.config.rules.agency_name(code),
                seen=seen,
                good=len(sendable),
                carried=carried,
            )

    @router.post("/opd/{code}/lembar/kirim")
    async def send(request: Request, code: str) -> Response:
        async with visit_form(request, world, agency=code) as (found, sent):
            speak(request, found)
            carried = first(sent.fields, "rows", _CARRIED)
            rows = unpacked(carried, code, found, world.forms)
            if rows is None:
                return _page(world, request, found, code, gettext("Send the file once more."))
            receipts = list[Receipt]()
            for row in rows:  # several may be of one case
                receipts.append(await _sent(world, found, code, await judged(world, code, row)))
            return answer(
                "inbox_receipts.html",
                world,
                request,
                found,
                code=code,
                agency=world.config.rules.agency_name(code),
                receipts=receipts,
                good=sum(one.good for one in receipts),
            )

    return router


async def _sent(world: Gateway, visit: Visit, code: str, one: Judged) -> Receipt:
    if one.wrong is not None:
        return Receipt(one, one.wrong[1], good=False)
    assert one.case is not None and one.action is not None and one.words is not None
    data = data_of(one.action, one.words, world.config.rules)
    subject = str(one.case.complaint_id)
    try:
        receipt = await say_as_agency(
            world, visit, code, one.action.verb, subject, data, one.words.id
        )
    except Problem as problem:
        return Receipt(one, refusal(problem).sentence, good=False)
    return Receipt(one, gettext(_OUTCOMES[receipt.outcome]), good=True)


async def _table(world: Gateway, request: Request, code: str) -> Sequence[tuple[str, ...]]:
    found = await agency_visit(request, world, code)
    speak(request, found)
    calendar, now = world.config.clocks.calendar, world.now()

    def when(at: datetime) -> str:
        return moment(calendar.local(at))

    return list(rows(await cases_for_sheet(world, code, now), code, now, calendar, when))


def _page(
    world: Gateway, request: Request, visit: Visit, code: str, error: str | None = None
) -> Response:
    return answer(
        "inbox_sheet.html",
        world,
        request,
        visit,
        200 if error is None else 422,
        code=code,
        agency=world.config.rules.agency_name(code),
        error=error,
        most=ROWS,
        filled=FILLED,
        megabytes=LARGEST // 1_000_000,
    )


def _file(body: bytes, kind: str, name: str) -> Response:
    headers = {
        **HEADERS,
        "Content-Disposition": f'attachment; filename="kotak-masuk-{name}"',
        "Cache-Control": "no-store",
    }
    return Response(body, 200, headers, kind)
