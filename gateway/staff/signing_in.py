"""The routes ``/masuk``, ``/keluar`` and the way on from there."""

import asyncio
from typing import Final

from fastapi import APIRouter, Request, Response

from broker.ports import Person
from gateway.access import passwords, sessions
from gateway.access.roles import may
from gateway.api.world import Gateway
from gateway.staff.layout import HEADERS, page, templates
from gateway.staff.visits import SIGN_IN, cookie_of, from_here, visit, visit_form, visitor, way_on
from gateway.web.forms import sent_form
from gateway.web.pages import first

_TEMPLATES: Final = templates("gateway.staff")
_NAME: Final = 40
_WAY: Final = 500


def routes(world: Gateway) -> APIRouter:
    """The routes of the sign-in."""
    router = APIRouter()

    @router.get(SIGN_IN)
    async def ask(request: Request, ke: str = "/") -> Response:
        found = await visitor(request, world)
        if found is not None:
            return there(way_on(ke[:_WAY]), found.person)
        return page(_TEMPLATES, "sign_in.html", world, request, None, ke=way_on(ke[:_WAY]))

    @router.post(SIGN_IN)
    async def sign_in(request: Request) -> Response:
        from_here(request)
        async with sent_form(request, world) as sent:
            name = first(sent.fields, "name", _NAME).lower()
            password = next(iter(sent.fields.get("password", ())), "")[: passwords.LONGEST]
            ke = way_on(first(sent.fields, "ke", _WAY))
        person = await world.store.people.person(name)
        kept = person.password if person is not None and person.disabled_at is None else None
        fits = await asyncio.to_thread(passwords.fits, password, kept)
        if person is None or not fits:
            values = {"ke": ke, "name": name, "error": "wrong"}
            return page(_TEMPLATES, "sign_in.html", world, request, None, 403, **values)
        place = request.headers.get("user-agent", "")
        token = await sessions.begin(
            world.store.people, person, frozenset({"password"}), place, world.now()
        )
        answer = there(ke, person)
        cookie = cookie_of(world)
        answer.set_cookie(
            cookie, token, path="/", httponly=True, samesite="lax", secure="__Host" in cookie
        )
        return answer

    @router.get("/saya")
    async def own(request: Request) -> Response:
        found = await visit(request, world)
        return page(_TEMPLATES, "own.html", world, request, found)

    @router.post("/keluar")
    async def sign_out(request: Request) -> Response:
        async with visit_form(request, world) as (found, _):
            await world.store.people.end_sessions(found.person.name, only=[found.session.digest])
        answer = Response(status_code=303, headers={**HEADERS, "Location": SIGN_IN})
        answer.delete_cookie(cookie_of(world), path="/", secure="__Host" in cookie_of(world))
        return answer

    return router


def there(way: str, person: Person) -> Response:
    """On to where they wanted to go, else to their own first page."""
    place = home_of(person) if way == "/" else way
    return Response(status_code=303, headers={**HEADERS, "Location": place})


def home_of(person: Person) -> str:
    """Where somebody begins."""
    if may(person, "desk.read"):
        return "/meja"
    return "/laporan" if may(person, "report.read") else "/opd"
