"""An account of one's own: ``/saya``, its password, language and sessions."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request, Response

from broker.ports import WebSession
from gateway.access import entering, passwords, people, sessions
from gateway.access.entering import Tried
from gateway.access.people import BadPerson
from gateway.api.world import Gateway
from gateway.staff.going_in import counted, home_of, redirect
from gateway.staff.layout import page, templates
from gateway.staff.tries import status_of, tell, wait_of, with_wait
from gateway.staff.visits import CHANGE_FIRST, Visit, visit, visit_form
from gateway.web.forms import Form
from gateway.web.pages import first

OWN: Final = "/saya"
TEMPLATES: Final = templates("gateway.staff.people")
_DIGEST: Final = 64
_LANGUAGE: Final = 2


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session as its person sees it; ``id``: names it in the form that ends it."""

    id: str
    place: str
    made_at: datetime
    seen_at: datetime
    is_this: bool


def routes(world: Gateway) -> APIRouter:
    """The routes of one's own account."""
    router = APIRouter()

    @router.get(OWN)
    async def own(request: Request) -> Response:
        found = await visit(request, world)
        values = {"sessions": await _sessions(world, found), "home": home_of(found.person)}
        return page(TEMPLATES, "own.html", world, request, found, **values)

    @router.post(f"{OWN}/bahasa")
    async def speak(request: Request) -> Response:
        async with visit_form(request, world) as (found, sent):
            asked = first(sent.fields, "language", _LANGUAGE)
        chosen = asked if asked in ("id", "en") else None
        await people.changed(
            world.store.people, found.person.name, lambda one: replace(one, language=chosen)
        )
        return redirect(OWN)

    @router.post(f"{OWN}/sesi")
    async def end(request: Request) -> Response:
        async with visit_form(request, world) as (found, sent):
            asked = first(sent.fields, "session", _DIGEST)
        name, this = found.person.name, found.session.digest
        if asked == "others":
            ended = await world.store.people.end_sessions(name, but=this)
        else:
            ended = await world.store.people.end_sessions(name, only=_digest(asked))
        await people.write(
            world.store.people, world.wall(), name, "sessions-ended", name, f"sessions={ended}"
        )
        return redirect(OWN)

    @router.get(CHANGE_FIRST)
    async def ask_password(request: Request) -> Response:
        return _password_form(request, world, await visit(request, world))

    @router.post(CHANGE_FIRST)
    async def change_password(request: Request) -> Response:
        async with visit_form(request, world) as (found, sent):
            fields = sent.fields
        now, kept = world.wall(), found.session.digest
        old, new = typed(fields, "password"), typed(fields, "new")
        tried = await entering.again(world.store.people, found.person, old, counted(request), now)
        tell(world, tried)
        if tried.outcome != "ok":
            return _password_form(request, world, found, tried)
        if new != typed(fields, "again"):
            return _password_form(request, world, found, fault="again")
        try:
            await people.change_own_password(world.store.people, found.person, new, kept, now)
        except BadPerson as why:
            return _password_form(request, world, found, fault=str(why))
        return redirect(OWN)

    return router


def _password_form(
    request: Request,
    world: Gateway,
    found: Visit,
    tried: Tried | None = None,
    fault: str | None = None,
) -> Response:
    values = {
        "tried": tried,
        "wait": wait_of(tried, world),
        "fault": fault,
        "shortest": passwords.SHORTEST,
    }
    status = status_of(tried) if tried is not None else 422 if fault else 200
    answer = page(TEMPLATES, "password.html", world, request, found, status, **values)
    return with_wait(answer, tried, world)


async def _sessions(world: Gateway, found: Visit) -> list[SessionRow]:
    now, this = world.wall(), found.session.digest
    kept = await world.store.people.sessions(found.person.name)
    return [_row(one, this) for one in kept if not sessions.is_over(one, now)]


def _row(session: WebSession, this: bytes) -> SessionRow:
    id = session.digest.hex()
    return SessionRow(id, session.place, session.made_at, session.seen_at, session.digest == this)


def _digest(shown: str) -> list[bytes]:
    try:
        return [bytes.fromhex(shown)]
    except ValueError:
        return []


def typed(fields: Form, name: str) -> str:
    """As it was typed: a password may begin with a space."""
    return next(iter(fields.get(name, ())), "")[: passwords.LONGEST + 1]
