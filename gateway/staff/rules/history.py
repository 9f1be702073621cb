"""What went wrong lately, and what other rules would change."""

import asyncio
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request, Response

from broker.errors import BadConfiguration
from config.language import marked
from gateway.api.world import Gateway
from gateway.desk.astray import PERIOD, Astray, astray
from gateway.desk.kept_diff import kept
from gateway.staff.layout import page
from gateway.staff.rules.beside import Beside
from gateway.staff.rules.showing import AT_ONCE, FIRST, TEMPLATES, called, part
from gateway.staff.visits import visit

HOW: Final = {
    "decided": marked("Decided by the desk: the rules were not sure"),
    "reassigned": marked("Reassigned by the desk"),
    "returned": marked("Handed back by the agency"),
    "left": marked("Support handed back"),
}
_FRESH: Final = timedelta(minutes=10)


class Counting(Beside[Astray]):
    """What went wrong lately.

    It goes through what is open, which takes a second where a hundred thousand are."""

    def __init__(self, world: Gateway) -> None:
        super().__init__(world, lambda now: astray(world.cases, now), _FRESH)


def routes(world: Gateway) -> APIRouter:
    """The two pages."""
    router = APIRouter()
    counting = Counting(world)

    @router.get(f"{FIRST}/keliru")
    async def wrong(request: Request, hal: int = 1) -> Response:
        found = await visit(request, world, "rules.read")
        counted = await counting.latest()
        shown = part(counted.pairs, hal) if counted else None
        return page(
            TEMPLATES, "astray.html", world, request, found,
            counted=counted, part=shown, rules=world.config.rules, called=called, how=HOW,
            days=PERIOD.days,
        )  # fmt: skip

    @router.get(f"{FIRST}/pembelajaran")
    async def learning(request: Request) -> Response:
        found = await visit(request, world, "rules.read")
        rules = world.config.rules
        diff, trouble = None, ""
        try:
            diff = await asyncio.to_thread(kept, world.state)
        except BadConfiguration as error:
            trouble = str(error)
        return page(
            TEMPLATES, "learning.html", world, request, found,
            diff=diff, trouble=trouble, rules=rules, most=AT_ONCE,
            in_force=diff is not None and rules.version == diff.new,
        )  # fmt: skip

    return router
