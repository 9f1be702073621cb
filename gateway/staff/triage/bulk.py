"""The routes ``/meja/serentak``: one decision for several that are alike, each with its outcome."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import uuid4

from fastapi import APIRouter, Request, Response

from broker.domain.case import Case
from config.language import gettext, language
from gateway.api.world import Gateway
from gateway.desk.session import DeskSession
from gateway.desk.waiting import Row, row_of
from gateway.staff.layout import page, speak
from gateway.staff.triage.deciding import Outcome, decide_on, still_at_desk
from gateway.staff.triage.forms import Decided, agency_choices, chosen_cases, decided
from gateway.staff.triage.pane import CLASSES
from gateway.staff.triage.showing import CODES, TEMPLATES, when_of
from gateway.staff.visits import Visit, visit, visit_form
from gateway.web.forms import form_id

MOST: Final = 30
_AT_ONCE: Final = 5


def routes(world: Gateway) -> APIRouter:
    """The routes of the form for several."""
    router = APIRouter()

    @router.get("/meja/serentak")
    async def choose(request: Request) -> Response:
        found = await visit(request, world, "desk.act")
        speak(request, found)
        chosen = chosen_cases({"kasus": request.query_params.getlist("kasus")}, MOST)
        rows = await _rows([code for code, _ in chosen], world.desk())
        return await _form(world, request, found, rows)

    @router.post("/meja/serentak")
    async def decide(request: Request) -> Response:
        async with visit_form(request, world, "desk.act") as (found, sent):
            speak(request, found)
            chosen = dict(chosen_cases(sent.fields, MOST))
            wanted = decided(sent.fields, world.config.rules, world.desk().today())
            rows = await _rows(list(chosen), world.desk())
            if wanted.wrong or not rows:
                sentence = " ".join(wanted.wrong.values()) or gettext("Choose complaints first.")
                return await _form(world, request, found, rows, wanted, sentence)
            form = form_id(sent.fields)
            turn = asyncio.Semaphore(_AT_ONCE)

            async def one(case: Case) -> Outcome:
                async with turn:
                    own = f"{form}-{case.tracking}"
                    seen = chosen[case.tracking]
                    return await decide_on(world, found, case, wanted, own, seen, when_of(world))

            outcomes = await asyncio.gather(*(one(row.case) for row in rows))
            left = [row for row, told in zip(rows, outcomes, strict=True) if not told.done]
            return await _form(world, request, found, left, wanted, outcomes=outcomes)

    return router


async def _rows(codes: Sequence[str], office: DeskSession) -> list[Row]:
    """Those that are there and for the desk to decide on, in the order of the form."""
    cases = [await office.find(code) for code in codes]
    return [row_of(case, office) for case in cases if case is not None and still_at_desk(case)]


async def _form(
    world: Gateway,
    request: Request,
    visitor: Visit,
    rows: Sequence[Row],
    wanted: Decided | None = None,
    error: str | None = None,
    outcomes: Sequence[Outcome] = (),
) -> Response:
    rules, today = world.config.rules, world.desk().today()
    lines = {row.case.tracking: await world.cases.lines(row.case.complaint_id) for row in rows}
    typed: Mapping[str, str] = wanted.typed if wanted is not None else {}
    status = 422 if error else 409 if any(not one.done for one in outcomes) else 200
    return page(
        TEMPLATES,
        "bulk.html",
        world,
        request,
        visitor,
        status,
        rows=rows,
        lines=lines,
        form_id=uuid4().hex,
        outcomes=outcomes,
        error=error,
        typed=defaultdict(str, typed),
        wrong=defaultdict(str, wanted.wrong if wanted is not None else {}),
        texts=rules.desk_texts,
        spoken=language(),
        codes=CODES,
        classes=CLASSES,
        agencies_there=agency_choices(rules, today),
        name_of=rules.agency_name,
    )
