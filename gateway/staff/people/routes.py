"""The routes of this room."""

from fastapi import APIRouter

from gateway.api.world import Gateway
from gateway.staff.people import elsewhere, managing, own, second_factor


def routes(world: Gateway) -> APIRouter:
    """All of them."""
    router = APIRouter()
    for part in (own, second_factor, elsewhere, managing):
        router.include_router(part.routes(world))
    return router
