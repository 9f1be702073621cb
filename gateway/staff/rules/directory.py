"""Topics, agencies and places, to be looked up."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request, Response

from broker.domain.case import State
from broker.ports import CaseStore
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.desk import looking_up
from gateway.staff.layout import page
from gateway.staff.rules.showing import (
    FIRST,
    KINDS,
    LEVELS,
    TEMPLATES,
    asked,
    called,
    condition,
    part,
)
from gateway.staff.visits import visit

_AT_WORK: Final = 40
"""Topics that the page of an agency lists; the directory has all."""


@dataclass(frozen=True, slots=True)
class Load:
    """Cases of an agency: open, and deadlines that it is late with."""

    open: int = 0
    overdue: int = 0


async def loads(cases: CaseStore, world: Gateway) -> Mapping[str | None, Load]:
    """Of each agency that has any. Raises StoreUnavailable."""
    has: Counter[str | None] = Counter()
    late: Counter[str | None] = Counter()
    for agency, state, number in await cases.counts():
        if state is not State.CLOSED:
            has[agency] += number
    for agency, _, number in await cases.overdue(world.now()):
        late[agency] += number
    return {one: Load(has[one], late[one]) for one in has.keys() | late.keys()}


def routes(world: Gateway) -> APIRouter:
    """Lists, and a page for each topic and agency."""
    router = APIRouter()

    @router.get(f"{FIRST}/topik")
    async def topics(request: Request, q: str = "", hal: int = 1) -> Response:
        found = await visit(request, world, "rules.read")
        rules, q = world.config.rules, asked(q)
        shown = part(looking_up.topics(rules, q), hal)
        values = {"q": q, "part": shown, "rules": rules, "called": called}
        return page(
            TEMPLATES, "topics.html", world, request, found,
            phrases=looking_up.phrases, **values,
        )  # fmt: skip

    @router.get(FIRST + "/topik/{code}")
    async def topic(request: Request, code: str) -> Response:
        found = await visit(request, world, "rules.read")
        rules = world.config.rules
        one = next((topic for topic in rules.topics if topic.id == code), None)
        if one is None:
            raise Problem("no-such-page")
        return page(
            TEMPLATES, "topic.html", world, request, found,
            topic=one, rules=rules, called=called, condition=condition,
            phrases=looking_up.phrases(one),
        )  # fmt: skip

    @router.get(f"{FIRST}/instansi")
    async def agencies(request: Request, q: str = "", hal: int = 1) -> Response:
        found = await visit(request, world, "rules.read")
        rules, q = world.config.rules, asked(q)
        today = world.config.clocks.calendar.local_day(world.now())
        return page(
            TEMPLATES, "agencies.html", world, request, found,
            q=q, part=part(looking_up.agencies(rules, q), hal), rules=rules, kinds=KINDS,
            levels=LEVELS, loads=await loads(world.cases, world), nothing=Load(), today=today,
        )  # fmt: skip

    @router.get(FIRST + "/instansi/{code}")
    async def agency(request: Request, code: str) -> Response:
        found = await visit(request, world, "rules.read")
        rules = world.config.rules
        one = rules.agencies.get(code)
        if one is None:
            raise Problem("no-such-page")
        has = (await loads(world.cases, world)).get(code, Load())
        theirs = looking_up.topics_of(rules, code)
        return page(
            TEMPLATES, "agency.html", world, request, found,
            agency=one, rules=rules, kinds=KINDS, levels=LEVELS, load=has,
            topics=theirs[:_AT_WORK], of=len(theirs),
        )  # fmt: skip

    @router.get(f"{FIRST}/wilayah")
    async def regions(request: Request, q: str = "", hal: int = 1) -> Response:
        found = await visit(request, world, "rules.read")
        rules, q = world.config.rules, asked(q)
        shown = part(looking_up.regions(rules, q), hal)
        values = {"q": q, "part": shown, "rules": rules, "called": called}
        return page(TEMPLATES, "regions.html", world, request, found, **values)

    return router
