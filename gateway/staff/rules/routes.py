"""The routes of this room: ``/meja/aturan``. Nothing here changes a rule."""

from fastapi import APIRouter

from gateway.api.world import Gateway
from gateway.staff.rules import directory, history, trying


def routes(world: Gateway) -> APIRouter:
    """All of them."""
    router = APIRouter()
    for part in (trying, directory, history):
        router.include_router(part.routes(world))
    return router
