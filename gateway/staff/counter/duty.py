"""The routes under ``/meja/piket``: who is on duty for an agency."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import APIRouter, Path, Request, Response

from broker.ports import Duty
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.desk.duty import FIELDS, cells, day_of, gaps, of_each, overlaps, read_duty
from gateway.desk.duty_file import read_file, take_in
from gateway.staff.counter.agencies import Typed, typed
from gateway.staff.counter.paging import pages_of
from gateway.staff.counter.tables import downloaded
from gateway.staff.layout import HEADERS, page, templates
from gateway.staff.visits import Visit, visit, visit_form
from gateway.web.forms import Form
from gateway.web.pages import first

_TEMPLATES: Final = templates("gateway.staff.counter")
PLACE: Final = "/meja/piket"
_DAYS: Final = 31
_MOST_DAYS: Final = 731
_LONGEST: Final = 300
_ID: Final = 32
_TOLD: Final = 20
_BLANK: Final = dict.fromkeys(FIELDS, "")
Id = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


def routes(world: Gateway) -> APIRouter:
    """All of them."""
    router = APIRouter()

    @router.get(PLACE)
    async def roster(request: Request) -> Response:
        found = await visit(request, world, "desk.read")
        return await _roster(request, world, found, done=request.query_params.get("sudah", ""))

    @router.get(PLACE + "/unduh.{kind}")
    async def download(request: Request, kind: str) -> Response:
        await visit(request, world, "desk.read")
        first_day, last_day, agency = _asked(request, world)
        of = [agency.code] if agency.code else None
        some = await world.store.duties.duties(first_day, last_day, of)
        rows = [FIELDS, *map(cells, some)]
        return await downloaded(kind, f"piket-{first_day}-{last_day}", "Piket", rows)

    @router.post(PLACE)
    async def add(request: Request) -> Response:
        async with visit_form(request, world, "desk.act") as (found, sent):
            given, office = _given(sent.fields, world)
            id = _id(first(sent.fields, "id", _ID))
        read = _read(given, office, world, id, found)
        if not isinstance(read, Duty):
            return await _roster(request, world, found, given=given, wrong=read)
        if await world.store.duties.duty(id) is None:  # sent twice: once
            await world.store.duties.add_duties([read])
        return _back(read)

    @router.post(PLACE + "/impor")
    async def take_file(request: Request) -> Response:
        async with visit_form(request, world, "desk.act") as (found, sent):
            sent.raise_refusal()
            if not sent.uploads:
                return await _roster(request, world, found, wrong_file=["-"])
            file = sent.uploads[0].file
            file.seek(0)
            read = read_file(file, _agencies(world), found.person.name, world.now())
        duties = [one for one in read if isinstance(one, Duty)]
        if len(duties) < len(read):
            told = [one for one in read if isinstance(one, str)]
            return await _roster(request, world, found, wrong_file=told)
        taken = await take_in(world.store.duties, duties)
        return _away(f"{PLACE}?sudah={taken.added}-{taken.known}")

    @router.get(PLACE + "/{id}")
    async def one(request: Request, id: Id) -> Response:
        found = await visit(request, world, "desk.act")
        duty = await world.store.duties.duty(id)
        if duty is None:
            raise Problem("no-such-page")
        given = dict(zip(FIELDS, cells(duty), strict=True))
        return _one(request, world, found, duty, given)

    @router.post(PLACE + "/{id}")
    async def change(request: Request, id: Id) -> Response:
        async with visit_form(request, world, "desk.act") as (found, sent):
            given, office = _given(sent.fields, world)
            what = first(sent.fields, "do", 10)
            seen = first(sent.fields, "seen", 40)
        duties = world.store.duties
        before = await duties.duty(id)
        if before is None or before.changed_at.isoformat() != seen:
            return await _roster(request, world, found, stale=True)
        if what == "remove":
            done = await duties.remove_duty(before)
            return _back(before) if done else await _roster(request, world, found, stale=True)
        read = _read(given, office, world, id, found)
        if not isinstance(read, Duty):
            return _one(request, world, found, before, given, read)
        if not await duties.change_duty(before, read):
            return await _roster(request, world, found, stale=True)
        return _back(read)

    return router


async def _roster(
    request: Request,
    world: Gateway,
    found: Visit,
    *,
    given: Mapping[str, str] | None = None,
    wrong: list[str] | None = None,
    wrong_file: list[str] | None = None,
    stale: bool = False,
    done: str = "",
) -> Response:
    first_day, last_day, agency = _asked(request, world)
    today = _today(world)
    rules = world.config.rules
    earliest, latest = min(first_day, today), max(last_day, today)
    only = [agency.code] if agency.code else None
    every = await world.store.duties.duties(earliest, latest, only)
    some = [one for one in every if one.first <= last_day and one.last >= first_day]
    codes = only or _offices(world, today, every)
    free = gaps(every, codes, first_day, last_day)
    both = overlaps(some)
    shown = pages_of(some, request.query_params.get("halaman", ""))
    added, _, known = done.partition("-")

    def query(number: int) -> str:
        return urlencode(
            {"dari": first_day, "sampai": last_day, "opd": agency.code or "", "halaman": number}
        )

    status = 409 if stale else 422 if wrong or wrong_file else 200
    return page(
        _TEMPLATES, "duty.html", world, request, found, status,
        today=today, now=of_each(every, today), codes=codes, names=rules.agency_name,
        first=first_day, last=last_day, agency=agency, listed=shown, place=PLACE,
        gaps=free[:_TOLD], gaps_more=max(0, len(free) - _TOLD),
        overlaps=both[:_TOLD], overlaps_more=max(0, len(both) - _TOLD),
        given={**_BLANK, "opd": agency.text, **(given or {})},
        wrong=wrong or [], wrong_file=wrong_file or [],
        stale=stale, query=query, form_id=uuid4().hex, act=found.may("desk.act"),
        added=int(added) if added.isdecimal() and len(added) < 6 else None,
        known=int(known) if known.isdecimal() and len(known) < 6 else 0,
    )  # fmt: skip


def _offices(world: Gateway, today: date, every: Sequence[Duty]) -> list[str]:
    """The region's own offices, which have to have somebody, and whoever else has."""
    active = world.config.rules.active_agencies(today)
    agencies = world.config.rules.agencies
    own = [code for code in active if agencies[code].kind == "opd"]
    return list(dict.fromkeys((*own, *(one.agency for one in every if one.agency in active))))


def _one(
    request: Request,
    world: Gateway,
    found: Visit,
    duty: Duty,
    given: Mapping[str, str],
    wrong: list[str] | None = None,
) -> Response:
    return page(
        _TEMPLATES, "duty_one.html", world, request, found, 422 if wrong else 200,
        duty=duty, given=given, wrong=wrong or [], place=PLACE, form_id=duty.id,
    )  # fmt: skip


def _asked(request: Request, world: Gateway) -> tuple[date, date, Typed]:
    """The days and the agency of an address; a month from today where it names none."""
    query = request.query_params
    today = _today(world)
    first_day = day_of(query.get("dari", "")[:10]) or today
    last_day = day_of(query.get("sampai", "")[:10]) or first_day + timedelta(days=_DAYS)
    last_day = max(first_day, min(last_day, first_day + timedelta(days=_MOST_DAYS)))
    return first_day, last_day, typed(query.get("opd", ""), world.config.rules, today)


def _agencies(world: Gateway) -> frozenset[str]:
    return frozenset(world.config.rules.agencies)


def _given(form: Form, world: Gateway) -> tuple[dict[str, str], Typed]:
    """What a form says, and whom it says it of."""
    given = {name: first(form, name, _LONGEST) for name in FIELDS}
    return given, typed(given["opd"], world.config.rules, _today(world))


def _read(
    given: Mapping[str, str], office: Typed, world: Gateway, id: str, found: Visit
) -> Duty | list[str]:
    if office.fault is not None:
        return [office.fault]
    said = {**given, "opd": office.code or ""}
    return read_duty(said, _agencies(world), id, found.person.name, world.now())


def _today(world: Gateway) -> date:
    return world.config.clocks.calendar.local_day(world.now())


def _id(text: str) -> str:
    if len(text) != _ID or not set(text) <= set("0123456789abcdef"):
        raise Problem("bad-request", {"detail": "id"})
    return text


def _back(duty: Duty) -> Response:
    return _away(f"{PLACE}?dari={duty.first}&sampai={duty.last}&opd={duty.agency}")


def _away(there: str) -> Response:
    return Response(status_code=303, headers={**HEADERS, "Location": there})
