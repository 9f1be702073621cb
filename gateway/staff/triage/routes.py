"""The routes ``/meja``: what waits for the desk, and deciding it."""

from typing import Final

from fastapi import APIRouter, Request, Response

from broker.domain.case import State
from broker.ports import Presence
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.desk.similar import SimilarCases
from gateway.desk.waiting import aged, days_since
from gateway.staff.layout import page, speak
from gateway.staff.triage import bulk
from gateway.staff.triage.deciding import decide_on
from gateway.staff.triage.forms import decided
from gateway.staff.triage.pane import HERE_FOR
from gateway.staff.triage.showing import TEMPLATES, answer, shown, when_of
from gateway.staff.visits import visit, visit_form
from gateway.web.forms import form_id
from gateway.web.pages import first
from schemas.identifiers import normalise_tracking

_CODE: Final = 40


def routes(world: Gateway) -> APIRouter:
    """The routes of this room."""
    router = APIRouter()
    alike = SimilarCases()

    @router.get("/meja")
    async def desk(
        request: Request, kasus: str = "", sesudah: str = "", ditanya: str = ""
    ) -> Response:
        found = await visit(request, world, "desk.read")
        speak(request, found)
        what = await shown(
            world,
            found,
            alike,
            code=normalise_tracking(kasus[:_CODE]),
            behind=normalise_tracking(sesudah[:_CODE]),
            asked=bool(ditanya),
        )
        return answer(world, request, found, what)

    @router.post("/meja/putusan/{code}")
    async def decide(request: Request, code: str) -> Response:
        async with visit_form(request, world, "desk.act") as (found, sent):
            speak(request, found)
            case = await world.desk().find(code[:_CODE])
            if case is None:
                raise Problem("no-such-page")
            wanted = decided(sent.fields, world.config.rules, world.desk().today())
            form, seen = form_id(sent.fields), _lines(sent.fields)
            outcome = await decide_on(world, found, case, wanted, form, seen, when_of(world))
            asked = bool(first(sent.fields, "ditanya", 2))
            if not outcome.done:
                # What was typed is there again, below the case as it is now.
                what = await shown(world, found, alike, code=case.tracking, asked=asked)
                return answer(world, request, found, what, outcome, wanted.typed, wanted.wrong)
            await world.store.presence.left(case.complaint_id, found.person.name)
            what = await shown(world, found, alike, behind=case.tracking, asked=asked)
            return answer(world, request, found, what, outcome)

    @router.post("/meja/hadir/{code}")
    async def here(request: Request, code: str) -> Response:
        async with visit_form(request, world, "desk.act") as (found, sent):
            speak(request, found)
            case = await world.desk().find(code[:_CODE])
            if case is None:
                raise Problem("no-such-page")
            now, typing = world.now(), bool(first(sent.fields, "mengetik", 2))
            presence, me = world.store.presence, found.person.name
            await presence.here(Presence(case.complaint_id, me, now, typing))
            there = await presence.present([case.complaint_id], now - HERE_FOR)
            others = [one for one in there if one.person != me]
            away = not (case.agency is None and case.open)
            values = {"others": others, "away": away and bool(first(sent.fields, "meja", 2))}
            return page(TEMPLATES, "present.html", world, request, found, 200, **values)

    @router.get("/meja/lencana")
    async def badge(request: Request) -> Response:
        found = await visit(request, world, "desk.read")
        counts = await world.cases.counts()
        waiting = sum(n for agency, state, n in counts if agency is None and state is State.TRIAGE)
        oldest = await world.cases.oldest_in_triage() if waiting else None
        days = days_since(oldest, world.now(), world.config.clocks.calendar) if oldest else 0
        values = {"waiting": waiting, "days": days, "aged": aged(days)}
        return page(TEMPLATES, "badge.html", world, request, found, 200, **values)

    router.include_router(bulk.routes(world))
    return router


def _lines(fields: dict[str, list[str]]) -> int | None:
    said = first(fields, "baris", 9)
    return int(said) if said.isdecimal() else None
