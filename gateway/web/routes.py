"""The routes ``/``, ``/lapor`` and ``/lacak``. They work without any script."""

from typing import Final
from urllib.parse import parse_qs
from uuid import uuid4

from fastapi import APIRouter, Request, Response

from broker.domain.case import Case
from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import VILLAGE_LEVELS, Area
from broker.errors import StoreUnavailable
from gateway.api.bodies import body_of
from gateway.api.callers import Caller, anybody, case_by_pin
from gateway.api.complaints import taken_in
from gateway.api.problems import KINDS, Language, Problem
from gateway.api.updates import ReceiptView, said
from gateway.api.views import public_view
from gateway.api.world import Gateway
from gateway.web.pages import file, first, language, page, told, with_headers
from schemas.limits import CONVERSATION_NEWEST

CHANNEL: Final = "web"
_FORM_BYTES: Final = 128 * 1024
_TEXT: Final = 20_000
_NOTE: Final = 10_000
_LINE: Final = 300
_VILLAGES: Final = 1_000
"""More than that are no list that anybody scrolls through on a telephone: the name is written."""
_KINDS: Final = ("complaint", "aspiration", "information_request")
_VERBS: Final = ("replied", "accepted", "withdrawn")
_ID: Final = 32

Form = dict[str, list[str]]


def routes(world: Gateway) -> APIRouter:
    """The citizen's pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def home(request: Request) -> Response:
        return page("home.html", world, language(request))

    @router.get("/berkas/{name}")
    async def of_pages(name: str) -> Response:
        return file(name)

    @router.get("/lapor")
    async def blank(request: Request) -> Response:
        return _report(world, language(request), {}, id=uuid4().hex)

    @router.post("/lapor")
    async def file_it(request: Request) -> Response:
        form = await _form(request)
        spoken = language(request, first(form, "bahasa", 2))
        id = first(form, "id", _ID) or uuid4().hex
        if first(form, "switch", 2):
            return _report(world, language(request, first(form, "switch", 2)), form, id)
        if not first(form, "text", _TEXT):
            return _report(world, spoken, form, id, "error_text", 422)
        try:
            anybody(request, world)
            filed = await taken_in(world, CHANNEL, _complaint(form, world.config.rules), id)
        except (Problem, StoreUnavailable) as why:
            # Nothing of what was written is lost.
            problem = why if isinstance(why, Problem) else Problem("store-away")
            status = KINDS[problem.code].status
            shown = _report(world, spoken, form, id, told(problem, spoken), status)
            return with_headers(shown, problem)
        return page("filed.html", world, spoken, filed=filed)

    @router.get("/lapor/")
    @router.get("/lacak/")
    async def with_slash(request: Request) -> Response:
        # As somebody typed it; to a fixed address, never to what `Host` says.
        return Response(status_code=308, headers={"Location": request.scope["path"][:-1]})

    @router.get("/lacak")
    async def ask(request: Request) -> Response:
        return page("track.html", world, language(request), code="", error=None)

    @router.post("/lacak")
    async def look(request: Request) -> Response:
        form = await _form(request)
        spoken = language(request, first(form, "bahasa", 2))
        return await _shown(request, world, spoken, form)

    @router.get("/lacak/{verb}")
    async def asked_again(request: Request, verb: str) -> Response:
        # Opened again, from the address that a browser kept.
        if verb not in _VERBS:
            raise Problem("no-such-page")
        return page("track.html", world, language(request), code="", error=None)

    @router.post("/lacak/{verb}")
    async def speak(request: Request, verb: str) -> Response:
        if verb not in _VERBS:
            raise Problem("no-such-page")
        form = await _form(request)
        spoken = language(request, first(form, "bahasa", 2))
        return await _spoken(request, world, spoken, form, verb)

    return router


async def _form(request: Request) -> Form:
    """Fields of a form as browsers send it. Raises Problem."""
    raw = await body_of(request, _FORM_BYTES)
    try:
        return parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        raise Problem("bad-request", {"detail": "application/x-www-form-urlencoded"}) from None


def _report(
    world: Gateway,
    spoken: Language,
    form: Form,
    id: str,
    error: str | None = None,
    status: int = 200,
) -> Response:
    rules = world.config.rules
    given = {name: first(form, name, _TEXT) for name in (*_GIVEN, "id")}
    return page(
        "report.html",
        world,
        spoken,
        status,
        given=given,
        id=id,
        error=error,
        districts=_districts(rules),
        topics=sorted((topic.name, topic.id) for topic in rules.topics),
    )


_GIVEN: Final = (
    *("text", "village", "address", "latitude", "longitude", "kind", "category"),
    *("anonymous", "confidential", "name", "phone", "email"),
)


def _districts(rules: Rules) -> list[tuple[str, list[Area]]]:
    """Villages by district, both in alphabetical order; nothing where there are too many."""
    areas = rules.gazetteer.areas
    villages = [area for area in areas.values() if area.level in VILLAGE_LEVELS]
    if len(villages) > _VILLAGES:
        return []
    by_district: dict[str, list[Area]] = {}
    for village in sorted(villages, key=lambda area: area.name):
        parent = areas.get(village.parent)
        by_district.setdefault(parent.name if parent else "", []).append(village)
    return sorted(by_district.items())


def _complaint(form: Form, rules: Rules) -> dict[str, object]:
    """What a form says, as the data of a submission."""
    kind = first(form, "kind", _LINE)
    location: dict[str, object] = {}
    village = first(form, "village", _LINE)
    if village in rules.gazetteer.areas:
        location["region"] = village
    elif village:
        location["village"] = village
    if address := first(form, "address", _LINE):
        location["address"] = address
    try:
        place = float(first(form, "latitude", 30)), float(first(form, "longitude", 30))
        location["latitude"], location["longitude"] = place
    except ValueError:
        pass
    reporter = {
        name: value for name in ("name", "phone", "email") if (value := first(form, name, _LINE))
    }
    data: dict[str, object] = {
        "text": first(form, "text", _TEXT),
        "classification": kind if kind in _KINDS else None,
        "category": first(form, "category", _LINE) or None,
        "location": location or None,
        "reporter": reporter or None,
        "anonymous": bool(first(form, "anonymous", 5)),
        "confidential": bool(first(form, "confidential", 5)),
    }
    return {name: value for name, value in data.items() if value is not None}


async def _shown(
    request: Request,
    world: Gateway,
    spoken: Language,
    form: Form,
    done: str | None = None,
    error: str | None = None,
) -> Response:
    code, pin = first(form, "code", 40), first(form, "pin", 20)
    try:
        case = await case_by_pin(request, world, code, pin)
    except Problem as problem:
        return _unknown(world, spoken, code, problem)
    view = public_view(
        case,
        await world.cases.conversation(case.complaint_id, CONVERSATION_NEWEST),
        world.config.rules,
    )
    return page(
        "case.html", world, spoken, 422 if error else 200,
        case=view, pin=pin, done=done, error=error, id=uuid4().hex,
        may=_may(case),
    )  # fmt: skip


def _unknown(world: Gateway, spoken: Language, code: str, problem: Problem) -> Response:
    status = KINDS[problem.code].status
    why = told(problem, spoken)
    return with_headers(page("track.html", world, spoken, status, code=code, error=why), problem)


def _may(case: Case) -> list[str]:
    """What its reporter can do now."""
    if not case.open:
        return []
    return ["replied", *(["accepted"] if case.state.value == "resolved" else []), "withdrawn"]


async def _spoken(
    request: Request, world: Gateway, spoken: Language, form: Form, verb: str
) -> Response:
    code, pin = first(form, "code", 40), first(form, "pin", 20)
    try:
        case = await case_by_pin(request, world, code, pin)
    except Problem as problem:
        return _unknown(world, spoken, code, problem)
    note, rating = first(form, "note", _NOTE), first(form, "rating", 1)
    if verb == "replied" and not note:
        return await _shown(request, world, spoken, form, error="error_note")
    data: dict[str, object] = {"note": note} if note else {}
    if verb == "accepted" and rating in "12345" and rating:
        data["rating"] = int(rating)
    try:
        receipt: ReceiptView = await said(
            world,
            Caller("channel", case.channel, frozenset()),
            verb,
            str(case.complaint_id),
            data,
            first(form, "id", _ID) or uuid4().hex,
        )
    except Problem as problem:
        return await _shown(request, world, spoken, form, error=told(problem, spoken))
    done = "done_waiting" if receipt.outcome == "waiting" else f"done_{verb}"
    return await _shown(request, world, spoken, form, done=done)
