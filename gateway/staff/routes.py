"""All routes of people who sign in, a room each."""

from fastapi import APIRouter, Request, Response

from gateway.api.world import Gateway
from gateway.staff import layout, signing_in
from gateway.staff.cases import routes as cases
from gateway.staff.counter import routes as counter
from gateway.staff.inbox import routes as inbox
from gateway.staff.parked import routes as parked
from gateway.staff.people import routes as people
from gateway.staff.report import routes as report
from gateway.staff.rules import routes as rules
from gateway.staff.triage import routes as triage


def routes(world: Gateway) -> APIRouter:
    """The sign-in and every room of pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/berkas/staf/{name}")
    async def file(request: Request, name: str) -> Response:
        return layout.file(name, request.headers.get("accept-encoding", ""))

    for room in (signing_in, cases, counter, inbox, parked, people, report, rules, triage):
        router.include_router(room.routes(world))
    return router
