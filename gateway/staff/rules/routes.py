"""The routes of this room: ``/meja/aturan``. Nothing here changes a rule."""

from fastapi import APIRouter

from gateway.api.world import Gateway
from gateway.staff.rules import directory, history, services, trying


def routes(world: Gateway) -> APIRouter:
    """All of them."""
    router = APIRouter()
    new = services.Services(world)
    for part in (
        trying.routes(world, new),
        directory.routes(world),
        history.routes(world),
        services.routes(world, new),
    ):
        router.include_router(part)
    return router
