"""The people of the installation, for administrators: ``/meja/orang``."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request, Response

from broker.ports import Person
from gateway.access import entering, people
from gateway.access.people import BadPerson, NoSuchPerson
from gateway.access.roles import ADMIN, AGENCY, AUDITOR, DESK, LEAD
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.staff.going_in import redirect
from gateway.staff.layout import page
from gateway.staff.people.own import TEMPLATES
from gateway.staff.people.wording import told_what
from gateway.staff.visits import Visit, visit, visit_form
from gateway.web.forms import Form
from gateway.web.pages import first

PLACE: Final = "/meja/orang"
_FIXED: Final = (DESK, LEAD, AUDITOR, ADMIN)
_LINES: Final = 50
_SHORT: Final = 80
_LONG: Final = 254
_TYPED: Final = ("name", "shown_name", "email")
_ROWS: Final = 50

Deed = Callable[[Gateway, str, str, Form], Awaitable[str | None]]
"""Does it to the person of that name, for who acts; gives a password that is shown once."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What one page of a person has to tell besides."""

    fault: str | None = None
    password: str | None = None


def routes(world: Gateway) -> APIRouter:
    """Lists, one person, and what can be done to them."""
    router = APIRouter()

    @router.get(PLACE)
    async def listed(request: Request) -> Response:
        found = await visit(request, world, "people.manage")
        return await _list(request, world, found)

    @router.post(PLACE)
    async def add(request: Request) -> Response:
        async with visit_form(request, world, "people.manage") as (found, sent):
            fields = sent.fields
        now, who = world.wall(), found.person.name
        try:
            shown, person = await _new(fields, world, now)
            await people.add(world.store.people, person, who, now)
        except BadPerson as why:
            return await _list(request, world, found, fields, str(why))
        return await _one(request, world, found, person.name, Shown(password=shown))

    @router.get(f"{PLACE}/{{name}}")
    async def one(request: Request, name: str) -> Response:
        found = await visit(request, world, "people.manage")
        return await _one(request, world, found, name)

    @router.post(f"{PLACE}/{{name}}/{{deed}}")
    async def do(request: Request, name: str, deed: str) -> Response:
        async with visit_form(request, world, "people.manage") as (found, sent):
            fields = sent.fields
        if deed not in DEEDS:
            raise Problem("no-such-page")
        who = found.person.name
        if who == name and deed in _NOT_TO_ONESELF:
            raise Problem("not-for-you")
        try:
            if who == name and deed == "peran" and ADMIN not in _roles(fields):
                raise Problem("not-for-you")
            password = await DEEDS[deed](world, name, who, fields)
        except NoSuchPerson:
            raise Problem("no-such-page") from None
        except BadPerson as why:
            return await _one(request, world, found, name, Shown(fault=str(why)))
        if deed == "hapus":
            return redirect(PLACE)
        if password is None:
            return redirect(f"{PLACE}/{name}")
        return await _one(request, world, found, name, Shown(password=password))

    return router


async def _list(
    request: Request,
    world: Gateway,
    found: Visit,
    fields: Form | None = None,
    fault: str | None = None,
) -> Response:
    store, after = world.store.people, request.query_params.get("setelah", "")
    some = [one for one in await store.people() if one.name > after][: _ROWS + 1]
    shown, lines = some[:_ROWS], await store.people_lines(_LINES)
    values = {
        "people": shown,
        "lines": [(line, told_what(line.what)) for line in lines],
        "agencies_known": _agencies(world),
        "fixed": _FIXED,
        "fault": fault,
        "typed": {field: first(fields or {}, field, _LONG) for field in _TYPED},
        "chosen": _roles(fields or {}),
        "locked": await entering.waiting(store, [one.name for one in shown], world.wall()),
        "more": shown[-1].name if len(some) > _ROWS else None,
    }
    status = 422 if fault else 200
    return page(TEMPLATES, "people.html", world, request, found, status, **values)


async def _one(
    request: Request, world: Gateway, found: Visit, name: str, shown: Shown | None = None
) -> Response:
    shown = shown or Shown()
    person = await world.store.people.person(name)
    if person is None:
        raise Problem("no-such-page")
    values = {
        "person": person,
        "sessions": await world.store.people.sessions(person.name),
        "agencies_known": _agencies(world),
        "fixed": _FIXED,
        "chosen": person.roles,
        "locked": await entering.waiting(world.store.people, [name], world.wall()),
        "fault": shown.fault,
        "password": shown.password,
        "is_self": person.name == found.person.name,
    }
    status = 422 if shown.fault else 200
    return page(TEMPLATES, "person.html", world, request, found, status, **values)


async def _new(fields: Form, world: Gateway, now: datetime) -> tuple[str, Person]:
    name = people.checked_name(first(fields, "name", _SHORT).lower())
    given = first(fields, "shown_name", _LONG) or name
    roles = people.checked_roles(_roles(fields), world.config.rules.agencies)
    email = people.checked_email(first(fields, "email", _LONG))
    shown_name = people.checked_shown_name(given)
    shown, kept = await people.given_password(None, name)
    return shown, Person(name, shown_name, roles, now, kept, must_change=True, email=email)


def _roles(fields: Mapping[str, list[str]]) -> frozenset[str]:
    return frozenset(role for role in fields.get("role", ()) if role)


def _agencies(world: Gateway) -> list[tuple[str, str]]:
    known = world.config.rules.agencies
    return sorted((f"{AGENCY}{code}", one.name) for code, one in known.items())


async def _give_roles(world: Gateway, name: str, who: str, fields: Form) -> None:
    roles = people.checked_roles(_roles(fields), world.config.rules.agencies)
    await people.give_roles(world.store.people, name, roles, who, world.wall())


async def _describe(world: Gateway, name: str, who: str, fields: Form) -> None:
    shown = people.checked_shown_name(first(fields, "shown_name", _LONG))
    email = people.checked_email(first(fields, "email", _LONG))
    before = await people.found(world.store.people, name)
    if shown != before.shown_name:
        await people.rename(world.store.people, name, shown, who, world.wall())
    if email != before.email:
        await people.set_email(world.store.people, name, email, who, world.wall())


async def _reset_password(world: Gateway, name: str, who: str, fields: Form) -> str:
    password = await people.reset_password(world.store.people, name, who, world.wall())
    await entering.forgive(world.store.people, name)
    return password


async def _reset_factor(world: Gateway, name: str, who: str, fields: Form) -> None:
    await people.reset_second_factor(world.store.people, name, who, world.wall())


async def _end_sessions(world: Gateway, name: str, who: str, fields: Form) -> None:
    await people.end_sessions(world.store.people, name, who, world.wall())


async def _disable(world: Gateway, name: str, who: str, fields: Form) -> None:
    await people.disable(world.store.people, name, who, world.wall())


async def _enable(world: Gateway, name: str, who: str, fields: Form) -> None:
    await people.enable(world.store.people, name, who, world.wall())


async def _remove(world: Gateway, name: str, who: str, fields: Form) -> None:
    await people.remove(world.store.people, name, who, world.wall())


DEEDS: Final[Mapping[str, Deed]] = {
    "peran": _give_roles,
    "data": _describe,
    "sandi": _reset_password,
    "faktor-kedua": _reset_factor,
    "sesi": _end_sessions,
    "nonaktif": _disable,
    "aktif": _enable,
    "hapus": _remove,
}
_NOT_TO_ONESELF: Final = ("sandi", "nonaktif", "hapus", "faktor-kedua")
"""An administrator does these at ``/saya``, or has another one do them: nobody locks out the
last one by a slip."""
