"""New services: what the desk assigns again and again and the rules do not know."""

from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter, Request, Response

from broker.errors import StoreUnavailable
from gateway.api.world import Gateway
from gateway.desk.services.finding import PERIOD, Found, new_services
from gateway.desk.services.topic_block import topic_block
from gateway.staff.layout import page
from gateway.staff.rules.beside import Beside
from gateway.staff.rules.showing import FIRST, TEMPLATES, called
from gateway.staff.visits import visit

PAGE: Final = f"{FIRST}/layanan-baru"
_FRESH: Final = timedelta(hours=6)
"""New services come in weeks."""


class Services(Beside[Found]):
    """Counted anew after some hours, and where other rules are in force."""

    def __init__(self, world: Gateway) -> None:
        async def count(now: datetime) -> Found:
            rules, calendar = world.config.rules, world.config.clocks.calendar
            return await new_services(world.cases, rules, calendar, now)

        super().__init__(world, count, _FRESH, lambda: world.config.rules.version)

    async def number(self) -> int:
        """How many there are, as far as is known at once; a card waits for nothing."""
        try:
            found = await self.latest(patience=0)
        except StoreUnavailable:
            return 0
        return len(found.services) if found else 0


def routes(world: Gateway, services: Services) -> APIRouter:
    """The page."""
    router = APIRouter()

    @router.get(PAGE)
    async def new(request: Request) -> Response:
        visitor = await visit(request, world, "rules.read")
        rules = world.config.rules
        found = await services.latest()
        shown = [(one, topic_block(one, rules)) for one in found.services] if found else []
        return page(
            TEMPLATES, "services.html", world, request, visitor,
            found=found, shown=shown, called=called, rules=rules, days=PERIOD.days,
        )  # fmt: skip

    return router
