"""The open cases of an agency that ended, to the one that goes on: ``/meja/kasus/pindah``."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request, Response

from broker.domain.case import State
from broker.messaging import names
from config.language import gettext
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.desk.handing_over import Extent, Handover, extent
from gateway.desk.naming import NotAnAgency
from gateway.desk.session import DeskSession
from gateway.desk.words import STATES
from gateway.staff.cases.asked import agency_meant, no_agency
from gateway.staff.cases.listing import TEMPLATES, Choice
from gateway.staff.cases.moves import Move, Moves
from gateway.staff.cases.rows import agency_name
from gateway.staff.layout import HEADERS, page, speak
from gateway.staff.visits import Visit, visit, visit_form
from gateway.web.forms import Form
from gateway.web.pages import first

PATH: Final = "/meja/kasus/pindah"
_CODE: Final = 40
_NAME: Final = 200
_LONGEST: Final = 10_000
_WITHIN: Final = 30.0


@dataclass(frozen=True, slots=True)
class Plan:
    """From whom, to whom, and what there is; ``problem``: why it cannot be done."""

    source: str
    to: str
    there: Extent | None
    resolved: bool
    problem: str | None = None

    @property
    def many(self) -> int:
        """How many would go."""
        return self.there.many(self.resolved) if self.there is not None else 0


def routes(world: Gateway) -> APIRouter:
    """Choose, look, do, and see how far it is."""
    router = APIRouter(prefix=PATH)
    moves = Moves()

    @router.get("")
    async def choose(request: Request) -> Response:
        found = await visit(request, world, "desk.act")
        speak(request, found)
        query = request.query_params
        plan = await _plan(
            world,
            query.get("dari", "")[:_CODE],
            query.get("ke", "").strip()[:_NAME],
            "selesai" in query,
        )
        return await _page(request, world, found, moves, plan)

    @router.post("")
    async def begin(request: Request) -> Response:
        async with visit_form(request, world, "desk.act") as (found, sent):
            speak(request, found)
            form = sent.fields
            source, to = first(form, "dari", _CODE), first(form, "ke", _NAME)
            plan = await _plan(world, source, to, "selesai" in form, needed=True)
            if plan.problem is not None or plan.there is None:
                return await _page(request, world, found, moves, plan, 422)
            what = Handover(
                plan.source, plan.to, found.person.name, _said(form), plan.resolved, _WITHIN
            )
            name = moves.begin(what, plan.there, world.desk())
            there = {**HEADERS, "Location": f"{PATH}/{name}"}
            return Response(status_code=303, headers=there)

    @router.get("/{name}")
    async def progress(request: Request, name: str) -> Response:
        found = await visit(request, world, "desk.act")
        speak(request, found)
        move = moves.get(name)
        if move is None:
            raise Problem("no-such-page")
        return _progress(request, world, found, name, move)

    return router


async def _plan(
    world: Gateway, source: str, to: str, resolved: bool, *, needed: bool = False
) -> Plan:
    office = world.desk()
    if not names.is_code(source):
        problem = gettext("Choose the agency whose cases go.") if needed else None
        return Plan("", to, None, resolved, problem)
    there = await extent(source, office, world.search)
    if to:
        try:
            to = agency_meant(to, office)
        except NotAnAgency:
            return Plan(source, to, there, resolved, no_agency(to))
    else:
        to = office.rules.answering(source, office.today()) or ""
        to = "" if to == source else to
    if not to:
        problem = gettext("Choose the agency that gets them.") if needed else None
        return Plan(source, "", there, resolved, problem)
    if to == source:
        problem = gettext("They lie there already: choose another agency.")
        return Plan(source, to, there, resolved, problem)
    return Plan(source, to, there, resolved)


async def _page(
    request: Request, world: Gateway, found: Visit, moves: Moves, plan: Plan, status: int = 200
) -> Response:
    office = world.desk()
    states = plan.there.states if plan.there is not None else {}
    go = [
        (gettext(STATES[state]), count)
        for state, count in states.items()
        if count and (plan.resolved or state is not State.RESOLVED)
    ]
    return page(
        TEMPLATES,
        "move.html",
        world,
        request,
        found,
        status,
        plan=plan,
        sources=await _sources(office),
        source=agency_name(plan.source or None, office),
        to=agency_name(plan.to or None, office),
        go=go,
        stay=0 if plan.resolved else states.get(State.RESOLVED, 0),
        running=[
            (name, agency_name(move.what.source, office)) for name, move in moves.running().items()
        ],
        path_to=PATH,
    )


def _progress(request: Request, world: Gateway, found: Visit, name: str, move: Move) -> Response:
    office = world.desk()
    part = "hx-request" in request.headers
    return page(
        TEMPLATES,
        "moved_part.html" if part else "moved.html",
        world,
        request,
        found,
        name=name,
        move=move,
        done=move.done,
        source=agency_name(move.what.source, office),
        to=agency_name(move.what.to, office),
        path_to=PATH,
    )


async def _sources(office: DeskSession) -> list[Choice]:
    """Whoever has open cases, those that ended first: they are why one comes here."""
    counts: dict[str, int] = {}
    for agency, state, count in await office.store.counts():
        if agency is not None and state is not State.CLOSED:
            counts[agency] = counts.get(agency, 0) + count
    active = set(office.agencies.active_agencies(office.today()))
    codes = sorted(counts, key=lambda code: (code in active, agency_name(code, office).casefold()))
    ended = gettext("has ended")
    return [
        (code, agency_name(code, office) + ("" if code in active else f" ({ended})"))
        for code in codes
    ]


def _said(form: Form) -> dict[str, object]:
    texts = ((name, first(form, name, _LONGEST)) for name in ("note", "internal_note"))
    return {name: text for name, text in texts if text}
