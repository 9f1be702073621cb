"""All routes of people who sign in, a room each."""

from fastapi import APIRouter, Response

from gateway.api.world import Gateway
from gateway.staff import layout, signing_in


def routes(world: Gateway) -> APIRouter:
    """The sign-in and every room of pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/berkas/staf/{name}")
    async def file(name: str) -> Response:
        return layout.file(name)

    for room in (signing_in.routes,):
        router.include_router(room(world))
    return router
