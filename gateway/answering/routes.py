"""The route ``/jawab``: GET shows and changes nothing, since mail scanners follow every link; POST
says what the agency says, and comes from a form of that page alone."""

import hmac
from collections.abc import Mapping
from functools import partial
from typing import Final
from uuid import uuid4

from fastapi import APIRouter, Request, Response

from broker.domain.case import Case
from config.language import Language
from consumers.mail.links import PATH
from gateway.answering.opening import NotOpened, Opened, opened, ticket
from gateway.answering.words import word
from gateway.api.bodies import form_of
from gateway.api.callers import Caller
from gateway.api.problems import Problem
from gateway.api.updates import said
from gateway.api.views import agency_view
from gateway.api.world import Gateway
from gateway.text.pages import templates
from gateway.web.pages import HEADERS, first, language, rendered, told
from schemas.limits import CONVERSATION_NEWEST
from schemas.verbs import ACKNOWLEDGED, HELD, RESOLVED, RESPONDED, RESUMED, RETURNED

SECURE: Final = {
    **HEADERS,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
"""No script at all; nobody indexes it; where it leads tells nobody where it came from."""
NEEDS_WORDS: Final = (RESPONDED, RESOLVED, HELD)
_FORM_BYTES: Final = 128 * 1024
_NOTE: Final = 10_000
_ID: Final = 64
_TEMPLATES: Final = templates("gateway.answering")
_FETCHED: Final = ("same-origin", "none")


def routes(world: Gateway) -> APIRouter:
    """The agency's page of one case."""
    router = APIRouter(include_in_schema=False, prefix=PATH)

    @router.get("/{token}")
    async def look(request: Request, token: str) -> Response:
        spoken = language(request)
        try:
            found = await opened(request, world, token)
        except NotOpened as why:
            return _refused(world, spoken, why)
        return await _page(world, spoken, token, found)

    @router.post("/{token}/{verb}")
    async def say(request: Request, token: str, verb: str) -> Response:
        form = await form_of(request, _FORM_BYTES)
        spoken = language(request, first(form, "bahasa", 2))
        try:
            found = await opened(request, world, token)
        except NotOpened as why:
            return _refused(world, spoken, why)
        if verb not in _may(found):
            raise (
                Problem("no-such-page")
                if verb not in _LABELS
                else Problem("not-allowed", {"of": f"agency.{found.link.agency}", "what": verb})
            )
        id, words = first(form, "id", _ID), first(form, "note", _NOTE)
        show = partial(_page, world, spoken, token, tried=verb)
        if not _is_ours(request, token, id, first(form, "form", _ID), world):
            return await show(found, error=word("error_form", spoken), words=words, status=403)
        reason = first(form, "reason", _NOTE)
        if (verb in NEEDS_WORDS and not words) or (verb == RETURNED and not reason):
            return await show(found, error=word("error_words", spoken), status=422)
        data = {"note": words, "reason": reason, "suggest": first(form, "suggest", 40)}
        caller = Caller("agency", found.link.agency, frozenset())
        subject = str(found.case.complaint_id)
        try:
            view = await said(
                world, caller, verb, subject, {k: v for k, v in data.items() if v}, id
            )
        except Problem as problem:
            status = 503 if problem.code == "broker-away" else 409
            error = told(problem, spoken)
            return await show(found, error=error, words=words or reason, status=status)
        done = {"waiting": "done_waiting", "unchanged": "done_unchanged"}.get(view.outcome, "done")
        try:
            again = await opened(request, world, token)
        except NotOpened as why:
            # It was handed back, and lies elsewhere now: that is what was asked for.
            return _refused(world, spoken, why, done)
        return await show(again, done=done)

    return router


_LABELS: Final = (ACKNOWLEDGED, RESPONDED, RESOLVED, HELD, RESUMED, RETURNED)


def _may(found: Opened) -> tuple[str, ...]:
    """What can be said by that link now."""
    if not found.answers or not found.case.open:
        return ()
    case = found.case
    if case.waits_for_lead and found.role == "lead":
        return (ACKNOWLEDGED,) if case.state.value == "routed" else ()
    held = case.state.value == "held"
    done = case.state.value == "resolved"
    acknowledged = case.state.value != "routed" and found.role == "lead"
    wanted = {
        ACKNOWLEDGED: not acknowledged,
        RESPONDED: not done,
        RESOLVED: not done,
        HELD: not held and not done,
        RESUMED: held,
        RETURNED: not done,
    }
    return tuple(verb for verb in _LABELS if wanted[verb])


async def _page(
    world: Gateway,
    spoken: Language,
    token: str,
    found: Opened,
    *,
    done: str | None = None,
    error: str | None = None,
    tried: str | None = None,
    words: str = "",
    status: int = 200,
) -> Response:
    case, rules = found.case, world.config.rules
    conversation = await world.cases.conversation(case.complaint_id, CONVERSATION_NEWEST)
    id = uuid4().hex
    today = world.config.clocks.calendar.local_day(world.now())
    values = {
        "case": agency_view(case, conversation, rules, found.role),
        "agency": rules.agency_name(found.link.agency),
        "text": case.complaint["text"] if case.complaint else None,
        "confidential": bool(case.complaint and case.complaint.get("confidential")),
        "reporter": _reporter(case),
        "place": _place(case),
        "may": _may(found),
        "needs": NEEDS_WORDS,
        "agencies": sorted((rules.agency_name(one), one) for one in rules.active_agencies(today)),
        "path": f"{PATH}/{token}",
        "id": id,
        "ticket": ticket(token, id, world),
        "expires_at": found.link.expires_at,
        "done": done,
        "error": error,
        "tried": tried if error else None,
        "words": words,
    }
    return _rendered("case.html", world, spoken, status, values)


def _refused(world: Gateway, spoken: Language, why: NotOpened, done: str | None = None) -> Response:
    sentence = f"{word(done, spoken)} " if done else ""
    values = {"why": sentence + word(why.why, spoken)}
    return _rendered("refused.html", world, spoken, 200 if done else why.status, values)


def _rendered(
    name: str, world: Gateway, spoken: Language, status: int, values: Mapping[str, object]
) -> Response:
    template = _TEMPLATES.get_template(name)
    return rendered(template, partial(word, language=spoken), world, spoken, status, values, SECURE)


def _is_ours(request: Request, token: str, id: str, shown: str, world: Gateway) -> bool:
    """Whether a form came from the page of this link, and not from another site."""
    fetched = request.headers.get("sec-fetch-site", "none")
    return fetched in _FETCHED and hmac.compare_digest(
        shown.encode(), ticket(token, id, world).encode()
    )


def _reporter(case: Case) -> str:
    """As far as anonymity allows."""
    if case.complaint is None or case.anonymous:
        return ""
    given = case.complaint.get("reporter") or {}
    shown = (given.get(name) for name in ("name", "phone", "email"))
    return ", ".join(str(value) for value in shown if value)


def _place(case: Case) -> str:
    given = (case.complaint.get("location") if case.complaint else None) or {}
    shown = (given.get(name) for name in ("address", "village", "district"))
    return ", ".join(str(value) for value in shown if value)
