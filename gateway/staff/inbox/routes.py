"""The routes of this room: the inbox and its cases."""

from fastapi import APIRouter, Request, Response

from broker.domain.case.inbox import Tab
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.staff.inbox import answering, sheet_routes
from gateway.staff.inbox.listing import (
    HINTS,
    PAGE,
    TABS,
    page_of,
    place_named,
    searched,
    tab_named,
)
from gateway.staff.inbox.pages import Asked, answer, redirect, show
from gateway.staff.layout import speak
from gateway.staff.visits import agency_visit, visit
from schemas.identifiers import normalise_tracking

_WORDS = 100


def routes(world: Gateway) -> APIRouter:
    """All of them."""
    router = APIRouter()

    @router.get("/opd")
    async def choose(request: Request) -> Response:
        found = await visit(request, world)
        if not found.agencies:
            raise Problem("not-for-you")
        if len(found.agencies) == 1:
            return redirect(f"/opd/{found.agencies[0]}")
        speak(request, found)
        now = world.now()
        choices = [
            (code, world.config.rules.agency_name(code), await world.cases.inbox.counts(code, now))
            for code in found.agencies
        ]
        return answer("inbox_choice.html", world, request, found, choices=choices, tabs=TABS)

    @router.get("/opd/{code}")
    async def listed(
        request: Request, code: str, tab: str = "", cari: str = "", setelah: str = ""
    ) -> Response:
        found = await agency_visit(request, world, code)
        speak(request, found)
        now, words = world.now(), cari.strip()[:_WORDS]
        counts = await world.cases.inbox.counts(code, now)
        chosen = tab_named(tab) or next((t for t in (Tab.LATE, Tab.DUE) if counts[t]), Tab.NEW)
        after = place_named(setelah)
        shown = (
            await searched(world, code, words, now)
            if words
            else await page_of(world, code, chosen, now, after)
        )
        return answer(
            "inbox.html",
            world,
            request,
            found,
            code=code,
            agency=world.config.rules.agency_name(code),
            tabs=TABS,
            hints=HINTS,
            tab=chosen,
            counts=counts,
            shown=shown,
            words=words,
            most=PAGE,
            first_page=after is None,
            now=now,
        )

    @router.get("/opd/{code}/nama-opd")
    async def names(request: Request, code: str) -> Response:
        found = await agency_visit(request, world, code)
        rules = world.config.rules
        today = world.config.clocks.calendar.local_day(world.now())
        active = sorted(rules.agency_name(one) for one in rules.active_agencies(today))
        return answer("inbox_names.html", world, request, found, names=active)

    @router.get("/opd/{code}/dikembalikan/{tracking}")
    async def gone(request: Request, code: str, tracking: str) -> Response:
        found = await agency_visit(request, world, code)
        known = normalise_tracking(tracking)
        if known is None:
            raise Problem("no-such-page")
        return answer(
            "inbox_returned.html",
            world,
            request,
            found,
            code=code,
            agency=world.config.rules.agency_name(code),
            tracking=known,
        )

    @router.get("/opd/{code}/kasus/{tracking}")
    async def one(
        request: Request, code: str, tracking: str, tab: str = "", kabar: str = "", semua: str = ""
    ) -> Response:
        found = await agency_visit(request, world, code)
        speak(request, found)
        asked = Asked(code, tracking, tab_named(tab), semua == "1", kabar[:40])
        return await show(world, request, found, asked)

    @router.post("/opd/{code}/kasus/{tracking}/{name}")
    async def say(request: Request, code: str, tracking: str, name: str) -> Response:
        return await answering.say(world, request, code, tracking, name)

    router.include_router(sheet_routes.routes(world))
    return router
