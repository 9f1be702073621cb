"""The routes of this room."""

from fastapi import APIRouter

from gateway.api.world import Gateway
from gateway.staff.counter import duty, entry, recap


def routes(world: Gateway) -> APIRouter:
    """Entering a complaint, the recap, who is on duty."""
    router = APIRouter()
    for part in (entry, recap, duty):
        router.include_router(part.routes(world))
    return router
