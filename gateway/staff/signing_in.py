"""The routes ``/masuk`` and ``/keluar``."""

from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from config.language import gettext
from gateway.access import entering, passwords, people
from gateway.access.entering import Tried
from gateway.access.sessions import HALF
from gateway.api.world import Gateway
from gateway.staff import cookies
from gateway.staff.going_in import begin, counted, goes_in, redirect, there
from gateway.staff.layout import page, templates
from gateway.staff.tries import status_of, tell, wait_of, with_wait
from gateway.staff.visits import (
    SIGN_IN,
    Visit,
    from_here,
    own_form,
    sign_in_first,
    speak,
    visit_form,
    visitor,
    visitor_half_in,
    way_on,
)
from gateway.web.forms import sent_form
from gateway.web.pages import first

CODE: Final = f"{SIGN_IN}/kode"
_TEMPLATES: Final = templates("gateway.staff")
_NAME: Final = 40
_WAY: Final = 500
_SHORT: Final = 60


def routes(world: Gateway) -> APIRouter:
    """The routes of the sign-in."""
    router = APIRouter()

    @router.get(SIGN_IN)
    async def ask(request: Request, ke: str = "/") -> Response:
        found = await visitor(request, world)
        if found is not None:
            return there(way_on(ke[:_WAY]), found.person)
        return form(request, world, ke=way_on(ke[:_WAY]))

    @router.post(SIGN_IN)
    async def sign_in(request: Request) -> Response:
        from_here(request)
        async with sent_form(request, world) as sent:
            fields = sent.fields
        ke, name = way_on(first(fields, "ke", _WAY)), first(fields, "name", _NAME).lower()
        if not cookies.has_asked(request, world, first(fields, "form", _SHORT)):
            return form(request, world, 403, ke=ke, name=name, fault=_old_form(request))
        password = next(iter(fields.get("password", ())), "")[: passwords.LONGEST + 1]
        tried = await entering.by_password(
            world.store.people, name, password, counted(request), world.wall()
        )
        tell(world, tried)
        if tried.person is None:
            return form(request, world, status_of(tried), tried, ke=ke, name=name)
        factors = frozenset({"password"})
        if tried.person.totp is None:
            return await goes_in(request, world, tried.person, factors, ke)
        answer = redirect(f"{CODE}?ke={quote(ke, safe='/')}")
        await begin(request, world, answer, tried.person, factors | {HALF})
        return answer

    @router.get(CODE)
    async def ask_code(request: Request, ke: str = "/") -> Response:
        found = await half_in(request, world)
        return code_form(request, world, found, ke=way_on(ke[:_WAY]))

    @router.post(CODE)
    async def code(request: Request) -> Response:
        found = await half_in(request, world)
        from_here(request)
        async with sent_form(request, world) as sent:
            own_form(request, world, found, sent)
        ke = way_on(first(sent.fields, "ke", _WAY))
        typed = first(sent.fields, "code", _SHORT)
        tried = await entering.by_code(
            world.store.people, found.person.name, typed, counted(request), world.wall()
        )
        tell(world, tried)
        if tried.person is None:
            return code_form(request, world, found, status_of(tried), tried, ke=ke)
        return await goes_in(request, world, tried.person, frozenset({"password", "totp"}), ke)

    @router.post("/keluar")
    async def sign_out(request: Request) -> Response:
        async with visit_form(request, world) as (found, _):
            name = found.person.name
            await world.store.people.end_sessions(name, only=[found.session.digest])
            await people.write(world.store.people, world.wall(), name, "signed-out", name)
        answer = redirect(SIGN_IN)
        cookies.drop(answer, world, cookies.SESSION)
        return answer

    return router


def form(
    request: Request,
    world: Gateway,
    status: int = 200,
    tried: Tried | None = None,
    *,
    ke: str,
    name: str = "",
    fault: str | None = None,
) -> Response:
    """The form of the sign-in, for this browser alone."""
    cookie = cookies.asked(request, world)
    values = {
        "ke": ke,
        "name": name,
        "fault": fault,
        "tried": tried,
        "wait": wait_of(tried, world),
        "form": cookies.asked_form(cookie, world),
        "elsewhere": world.oidc.name if world.oidc is not None else None,
    }
    answer = page(_TEMPLATES, "sign_in.html", world, request, None, status, **values)
    cookies.give(answer, request, world, cookies.ASKED, cookie)
    return with_wait(answer, tried, world)


def code_form(
    request: Request,
    world: Gateway,
    found: Visit,
    status: int = 200,
    tried: Tried | None = None,
    *,
    ke: str,
) -> Response:
    """The question for the second factor."""
    values = {"ke": ke, "tried": tried, "wait": wait_of(tried, world), "form": found.form}
    answer = page(_TEMPLATES, "code.html", world, request, None, status, **values)
    return with_wait(answer, tried, world)


async def half_in(request: Request, world: Gateway) -> Visit:
    """Whose password was right and whose second factor is missing. Raises Problem."""
    found = await visitor_half_in(request, world)
    if found is None or HALF not in found.session.factors:
        raise sign_in_first(request)
    return found


def _old_form(request: Request) -> str:
    """What is said to somebody whose form is not one that this browser asked for."""
    speak(request, None)
    return gettext("This form is old, or your browser keeps no cookies. Send it once more.")
