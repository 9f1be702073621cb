"""The routes under ``/meja/parkir``: what could not be used, and what is done with it."""

import json
from typing import Annotated, Final
from uuid import uuid4

from fastapi import APIRouter, Path, Query, Request, Response

from broker.messaging.parking import properties_json
from broker.messaging.parking.unpark import Parked
from config.broker_sentences import told
from config.printable import printable
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.desk.parked_body import shown
from gateway.desk.parked_editing import checked, text_to_edit
from gateway.desk.parked_list import Group
from gateway.staff.layout import HEADERS, page, templates
from gateway.staff.parked import words
from gateway.staff.parked.working import Asked, begun, edited
from gateway.staff.visits import Visit, visit, visit_form
from gateway.web.pages import first

_TEMPLATES: Final = templates("gateway.staff.parked")
_TEMPLATES.filters["reason"] = words.reason
_TEMPLATES.filters["printable"] = printable
_TEMPLATES.filters["told"] = told
PLACE: Final = "/meja/parkir"
ROWS: Final = 50
_TEXT: Final = 60_000
_LINE: Final = 300
_ID: Final = 32
_WAIT: Final = 0.15
"""Seconds that a page waits for the first reading; then it says that it is being read."""
_SETTLES: Final = 1.0
"""Seconds that an answer waits for a small piece of work."""
Id = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]
Key = Annotated[str, Path(pattern="^[0-9a-f]{12}$")]
JobId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


def routes(world: Gateway) -> APIRouter:
    """All of them."""
    router = APIRouter()

    @router.get(PLACE)
    async def groups(request: Request, baca: str = "") -> Response:
        found = await visit(request, world, "desk.act")
        room = world.parked()
        listing = await room.listing(_WAIT, anew=bool(baca))
        return page(
            _TEMPLATES, "groups.html", world, request, found,
            listing=listing, trouble=room.trouble, reads=room.reads, place=PLACE,
        )  # fmt: skip

    @router.get(PLACE + "/kelompok/{key}")
    async def group(
        request: Request, key: Key, halaman: Annotated[int, Query(ge=1, le=100_000)] = 1
    ) -> Response:
        found = await visit(request, world, "desk.act")
        return await _group(request, world, found, key, halaman)

    @router.post(PLACE + "/kelompok/{key}")
    async def work_on_group(request: Request, key: Key) -> Response:
        async with visit_form(request, world, "desk.act") as (found, sent):
            asked = Asked.of(sent.fields)
        listing = await world.parked().listing(_WAIT)
        group = listing.groups.get(key) if listing is not None else None
        if group is None or group.mark != asked.mark:
            return await _group(request, world, found, key, 1, "changed", 409)
        if asked.wants_reason:
            return await _group(request, world, found, key, 1, "no-reason", 422)
        return await _done(await begun(world, found, asked, group.ids, group_name(group)))

    @router.get(PLACE + "/pesan/{id}")
    async def one(request: Request, id: Id) -> Response:
        found = await visit(request, world, "desk.act")
        return await _one(request, world, found, id)

    @router.get(PLACE + "/pesan/{id}/isi")
    async def body(request: Request, id: Id) -> Response:
        await visit(request, world, "desk.act")
        parked = await world.parked().find(id)
        if parked is None or shown(parked.message.body, parked.original).kind == "hidden":
            raise Problem("no-such-page")
        seen = shown(parked.message.body, parked.original)
        content = seen.text.encode() if seen.hidden else parked.message.body
        there = {"Content-Disposition": f'attachment; filename="{id}.bin"'}
        return Response(content, 200, {**HEADERS, **there}, "application/octet-stream")

    @router.post(PLACE + "/pesan/{id}")
    async def work_on_one(request: Request, id: Id) -> Response:
        async with visit_form(request, world, "desk.act") as (found, sent):
            asked = Asked.of(sent.fields)
        if asked.wants_reason:
            return await _one(request, world, found, id, "no-reason", 422)
        return await _done(await begun(world, found, asked, frozenset({id}), id))

    @router.get(PLACE + "/pesan/{id}/ubah")
    async def edit(request: Request, id: Id) -> Response:
        found = await visit(request, world, "desk.act")
        parked = await world.parked().find(id)
        text = text_to_edit(parked) if parked is not None else None
        if parked is None or text is None:
            return await _one(request, world, found, id, None if parked is None else "uneditable")
        return _editing(request, world, found, parked, text)

    @router.post(PLACE + "/pesan/{id}/ubah")
    async def send_edited(request: Request, id: Id) -> Response:
        async with visit_form(request, world, "desk.act") as (found, sent):
            text, form = first(sent.fields, "text", _TEXT), first(sent.fields, "id", _ID)
            reason, look = first(sent.fields, "reason", _LINE), first(sent.fields, "look", 2)
        parked = await world.parked().find(id)
        if parked is None:
            if world.parked().job(form) is not None:  # sent twice
                return await _done(f"{PLACE}/kerja/{form}")
            return await _one(request, world, found, id, text=text)
        ready = checked(parked, text, str(uuid4()))
        return await edited(
            world, found, parked, ready, form, reason,
            look=bool(look),
            show=lambda **more: _editing(request, world, found, parked, text, reason, **more),
            done=_done,
        )  # fmt: skip

    @router.get(PLACE + "/kerja/{id}")
    async def job(request: Request, id: JobId) -> Response:
        found = await visit(request, world, "desk.act")
        job = world.parked().job(id)
        if job is not None:
            await world.parked().until_over(job, _WAIT)
        name = "progress.html" if request.headers.get("hx-target") == "kerja" else "job.html"
        status = 200 if job is not None or name == "progress.html" else 404
        return page(_TEMPLATES, name, world, request, found, status, job=job, id=id, place=PLACE)

    async def _done(there: str) -> Response:
        job = world.parked().job(there.rpartition("/")[2])
        if job is not None:
            await world.parked().until_over(job, _SETTLES)
        return Response(status_code=303, headers={**HEADERS, "Location": there})

    return router


def group_name(group: Group) -> str:
    """What the line about it says; an origin may be anybody's words, so it is cut."""
    return f"{group.reason} {group.origin}"[:60]


async def _group(
    request: Request,
    world: Gateway,
    found: Visit,
    key: str,
    number: int,
    told: str | None = None,
    status: int = 200,
) -> Response:
    listing = await world.parked().listing(_WAIT)
    group = listing.groups.get(key) if listing is not None else None
    lines = group.lines if group is not None else ()
    pages = max(1, -(-len(lines) // ROWS))
    number = min(number, pages)
    return page(
        _TEMPLATES, "group.html", world, request, found,
        status if group is not None or told else 404,
        listing=listing, group=group, told=told, number=number, pages=pages,
        lines=lines[(number - 1) * ROWS : number * ROWS], form_id=uuid4().hex, place=PLACE,
    )  # fmt: skip


async def _one(
    request: Request,
    world: Gateway,
    found: Visit,
    id: str,
    told: str | None = None,
    status: int = 200,
    text: str | None = None,
) -> Response:
    parked = await world.parked().find(id)
    if parked is None:
        return page(
            _TEMPLATES, "gone.html", world, request, found, 404,
            id=id, text=text, place=PLACE, trouble=world.parked().trouble,
        )  # fmt: skip
    return page(
        _TEMPLATES, "one.html", world, request, found, status,
        parked=parked, body=shown(parked.message.body, parked.original), told=told,
        properties=_properties(parked), form_id=uuid4().hex, place=PLACE,
        editable=text_to_edit(parked) is not None and parked.destination is not None,
    )  # fmt: skip


def _editing(
    request: Request,
    world: Gateway,
    found: Visit,
    parked: Parked,
    text: str,
    reason: str = "",
    *,
    fault: str | None = None,
    warnings: tuple[str, ...] | None = None,
) -> Response:
    return page(
        _TEMPLATES, "edit.html", world, request, found, 200 if fault is None else 422,
        parked=parked, text=text, why=reason, fault=fault, warnings=warnings, place=PLACE,
        hidden=shown(parked.message.body, parked.original).hidden, form_id=uuid4().hex,
    )  # fmt: skip


def _properties(parked: Parked) -> str:
    found = json.loads(properties_json.as_json(parked.original))
    return json.dumps(found, ensure_ascii=True, indent=2)
