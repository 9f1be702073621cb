"""The second factor of one's own account: ``/saya/faktor-kedua``."""

import hmac
from dataclasses import replace
from hashlib import sha256
from typing import Final

import segno
from fastapi import APIRouter, Request, Response

from gateway.access import entering, factors, people
from gateway.access.entering import Tried
from gateway.access.factors import needed
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.staff.going_in import counted, redirect
from gateway.staff.layout import page
from gateway.staff.people.own import OWN, TEMPLATES, typed
from gateway.staff.tries import status_of, tell, wait_of, with_wait
from gateway.staff.visits import OWN_FACTOR, Visit, visit, visit_form
from gateway.web.pages import first

_SHORT: Final = 64


def routes(world: Gateway) -> APIRouter:
    """Set it up, see it, take it away."""
    router = APIRouter()

    @router.get(OWN_FACTOR)
    async def ask(request: Request) -> Response:
        found = await visit(request, world)
        return _form(request, world, found)

    @router.post(OWN_FACTOR)
    async def confirm(request: Request) -> Response:
        async with visit_form(request, world) as (found, sent):
            secret = first(sent.fields, "secret", _SHORT)
            sealed = first(sent.fields, "sealed", _SHORT)
            code = first(sent.fields, "code", _SHORT)
            password = typed(sent.fields, "password")
        if found.person.totp is not None or not found.person.password:
            return redirect(OWN_FACTOR)
        if not hmac.compare_digest(_seal(secret, found, world).encode(), sealed.encode()):
            raise Problem("foreign-form")
        now = world.wall()
        tried = await entering.again(
            world.store.people, found.person, password, counted(request), now
        )
        tell(world, tried)
        if tried.person is None:
            return _form(request, world, found, tried, secret=secret)
        after = factors.confirmed(tried.person, secret, code, now)
        if after is None:
            return _form(request, world, found, secret=secret, fault=True)
        shown, kept = factors.new_codes()
        await people.second_factor_on(
            world.store.people, tried.person, replace(after, codes=kept), now
        )
        await world.store.people.end_sessions(found.person.name, but=found.session.digest)
        return page(TEMPLATES, "codes.html", world, request, found, codes=shown)

    @router.post(f"{OWN_FACTOR}/kode")
    async def new_codes(request: Request) -> Response:
        async with visit_form(request, world) as (found, sent):
            password = typed(sent.fields, "password")
        now = world.wall()
        tried = await entering.again(
            world.store.people, found.person, password, counted(request), now
        )
        tell(world, tried)
        if tried.person is None or found.person.totp is None:
            return _form(request, world, found, tried)
        shown, kept = factors.new_codes()
        name = found.person.name
        await people.changed(world.store.people, name, lambda one: replace(one, codes=kept))
        await people.write(world.store.people, now, name, "recovery-codes", name)
        return page(TEMPLATES, "codes.html", world, request, found, codes=shown)

    @router.post(f"{OWN_FACTOR}/cabut")
    async def take_away(request: Request) -> Response:
        async with visit_form(request, world) as (found, sent):
            password = typed(sent.fields, "password")
        if needed(found.person, world.second_factor):
            raise Problem("not-for-you")
        now, name = world.wall(), found.person.name
        tried = await entering.again(
            world.store.people, found.person, password, counted(request), now
        )
        tell(world, tried)
        if tried.person is None:
            return _form(request, world, found, tried)
        await people.reset_second_factor(world.store.people, name, name, now)
        return redirect(OWN)

    return router


def _form(
    request: Request,
    world: Gateway,
    found: Visit,
    tried: Tried | None = None,
    *,
    secret: str | None = None,
    fault: bool = False,
) -> Response:
    fresh = secret or factors.new_secret()
    region = world.config.rules.name
    values = {
        "tried": tried,
        "wait": wait_of(tried, world),
        "fault": fault,
        "secret": fresh,
        "sealed": _seal(fresh, found, world),
        "picture": picture(factors.address_of(fresh, found.person.name, f"Pintu {region}")),
        "must": needed(found.person, world.second_factor),
        "left": len(found.person.codes),
    }
    bad = 422 if fault else 200
    status = status_of(tried) if tried is not None and tried.outcome != "ok" else bad
    answer = page(TEMPLATES, "second_factor.html", world, request, found, status, **values)
    return with_wait(answer, tried, world)


def _seal(secret: str, found: Visit, world: Gateway) -> str:
    """That this secret was made here for this session: nobody brings one of theirs."""
    text = b"totp:" + found.session.digest + secret.encode("utf-8", "replace")
    return hmac.digest(world.forms, text, sha256).hex()[:32]


def picture(text: str) -> tuple[int, str]:
    """A QR code as the size of an SVG's box, and the path of its dark parts: without any style, as
    the pages' policy wants it."""
    made = segno.make(text, error="m")
    border = 4
    runs = []
    for y, row in enumerate(made.matrix):
        start = None
        for x, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                runs.append(f"M{start + border} {y + border}h{x - start}v1h-{x - start}z")
                start = None
    return len(made.matrix) + 2 * border, "".join(runs)
