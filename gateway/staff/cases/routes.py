"""The routes of this room."""

from fastapi import APIRouter, Request, Response

from gateway.api.world import Gateway
from gateway.staff.cases import late, listing, moving, one
from gateway.staff.visits import visit


def routes(world: Gateway) -> APIRouter:
    """All of them."""
    router = APIRouter()

    @router.get("/meja/kasus")
    async def listed(request: Request) -> Response:
        found = await visit(request, world, "desk.read")
        return await listing.list_page(request, world, found)

    @router.get("/meja/kasus/pilihan/{what}")
    async def options(request: Request, what: str) -> Response:
        found = await visit(request, world, "desk.read")
        return listing.long_list(request, world, found, what)

    router.include_router(late.routes(world))
    # Before the routes of one case: no case has a code like that.
    router.include_router(moving.routes(world))
    router.include_router(one.routes(world))
    return router
