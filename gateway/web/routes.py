"""The routes ``/``, ``/lapor`` and ``/lacak``. They work without any script."""

from typing import Final
from uuid import uuid4

from fastapi import APIRouter, Request, Response

from broker.domain.case import Case
from broker.domain.routing.rules import Rules
from broker.errors import StoreUnavailable
from config.language import Language
from gateway.api.callers import Caller, anybody, anybodys_files, case_by_pin, told_by_pin
from gateway.api.complaints import taken_in
from gateway.api.problems import KINDS, Problem
from gateway.api.updates import ReceiptView, said
from gateway.api.views import public_view
from gateway.api.world import Gateway
from gateway.web.files_to_see import own_files, with_files_to_see
from gateway.web.forms import Form, Sent, sent_form
from gateway.web.pages import file, first, language, page, told, with_headers
from gateway.web.villages import villages_by_district
from schemas.limits import CONVERSATION_NEWEST

CHANNEL: Final = "web"
_TEXT: Final = 20_000
_NOTE: Final = 10_000
_LINE: Final = 300
_VILLAGES: Final = 1_000
"""More than that are no list that anybody scrolls through on a telephone: the name is written."""
_KINDS: Final = ("complaint", "aspiration", "information_request")
_VERBS: Final = ("replied", "accepted", "withdrawn")
_ID: Final = 32


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
        return _report(world, language(request), Sent({}), id=uuid4().hex)

    @router.post("/lapor")
    async def file_it(request: Request) -> Response:
        async with sent_form(request, world) as sent:
            form = sent.fields
            spoken = language(request, first(form, "bahasa", 2))
            id = first(form, "id", _ID) or uuid4().hex
            if first(form, "switch", 2):
                return _report(world, language(request, first(form, "switch", 2)), sent, id)
            if not first(form, "text", _TEXT):
                return _report(world, spoken, sent, id, "error_text", 422)
            try:
                sent.raise_refusal()
                anybody(request, world)
                anybodys_files(request, world, len(sent.uploads))
                data = _complaint(form, world.config.rules)
                filed = await taken_in(world, CHANNEL, data, id, sent.uploads, "form")
            except (Problem, StoreUnavailable) as why:
                # Nothing of what was written is lost.
                problem = why if isinstance(why, Problem) else Problem("store-away")
                world.metrics.refused(problem.code)
                status = KINDS[problem.code].status
                shown = _report(world, spoken, sent, id, told(problem, spoken), status)
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
        async with sent_form(request, world) as sent:
            spoken = language(request, first(sent.fields, "bahasa", 2))
            return await _shown(request, world, spoken, sent.fields)

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
        async with sent_form(request, world) as sent:
            spoken = language(request, first(sent.fields, "bahasa", 2))
            return await _spoken(request, world, spoken, sent, verb)

    return router


def _report(
    world: Gateway,
    spoken: Language,
    sent: Sent,
    id: str,
    error: str | None = None,
    status: int = 200,
) -> Response:
    rules = world.config.rules
    given = {name: first(sent.fields, name, _TEXT) for name in (*_GIVEN, "id")}
    return page(
        "report.html",
        world,
        spoken,
        status,
        given=given,
        id=id,
        error=error,
        districts=villages_by_district(rules, _VILLAGES),
        again=sent.had_files,
        most=world.attachments.most,
        topics=sorted((topic.name, topic.id) for topic in rules.topics),
    )


_GIVEN: Final = (
    *("text", "village", "address", "latitude", "longitude", "kind", "category"),
    *("anonymous", "confidential", "name", "phone", "email"),
)


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
        case, conversation = await told_by_pin(request, world, code, pin, CONVERSATION_NEWEST)
    except Problem as problem:
        return _unknown(world, spoken, code, problem)
    view = public_view(case, conversation, world.config.rules)
    return page(
        "case.html", world, spoken, 422 if error else 200,
        case=with_files_to_see(world, case, view), pin=pin, done=done, error=error, id=uuid4().hex,
        may=_may(case), photos=own_files(world, case, conversation), most=world.attachments.most,
        note=first(form, "note", _NOTE) if error else "",
    )  # fmt: skip


def _unknown(world: Gateway, spoken: Language, code: str, problem: Problem) -> Response:
    world.metrics.refused(problem.code)
    status = KINDS[problem.code].status
    why = told(problem, spoken)
    return with_headers(page("track.html", world, spoken, status, code=code, error=why), problem)


def _may(case: Case) -> list[str]:
    """What its reporter can do now."""
    if not case.open:
        return []
    return ["replied", *(["accepted"] if case.state.value == "resolved" else []), "withdrawn"]


async def _spoken(
    request: Request, world: Gateway, spoken: Language, sent: Sent, verb: str
) -> Response:
    form = sent.fields
    code, pin = first(form, "code", 40), first(form, "pin", 20)
    try:
        case = await case_by_pin(request, world, code, pin)
    except Problem as problem:
        return _unknown(world, spoken, code, problem)
    note, rating = first(form, "note", _NOTE), first(form, "rating", 1)
    if verb == "replied" and not (note or sent.had_files):
        return await _shown(request, world, spoken, form, error="error_note")
    data: dict[str, object] = {"note": note} if note else {}
    if verb == "accepted" and rating in "12345" and rating:
        data["rating"] = int(rating)
    try:
        sent.raise_refusal()
        anybodys_files(request, world, len(sent.uploads))
        receipt: ReceiptView = await said(
            world,
            Caller("channel", case.channel, frozenset()),
            verb,
            str(case.complaint_id),
            data,
            first(form, "id", _ID) or uuid4().hex,
            sent.uploads,
        )
    except Problem as problem:
        world.metrics.refused(problem.code)
        return await _shown(request, world, spoken, form, error=told(problem, spoken))
    done = "done_waiting" if receipt.outcome == "waiting" else f"done_{verb}"
    return await _shown(request, world, spoken, form, done=done)
