"""An agency's own cases over HTTP, and what it says in them."""

import re
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BeforeValidator

from broker.domain.case import Case, CaseFilter, State
from gateway.api.bodies import idempotency_key
from gateway.api.callers import Caller, agency_of
from gateway.api.problems import Problem
from gateway.api.updates import ReceiptView, answered
from gateway.api.views import AgencyCase, AgencyCases, StateName, agency_view
from gateway.api.world import Gateway
from gateway.attachments.bodies import FORM, in_parts, sent_with
from gateway.attachments.showing import with_links
from gateway.staff.visits import agency_visit, from_here, own_form, visitor
from gateway.web.forms import Sent
from schemas.envelope import dumps
from schemas.identifiers import normalise_tracking
from schemas.limits import CONVERSATION_NEWEST
from schemas.verbs import AGENCY_UPDATES

JSON: Final = "application/json"
PAGE: Final = 100
AgencyCode = Annotated[str, Path(pattern="^[a-z][a-z0-9-]{0,39}$")]
Code = Annotated[str, Path(max_length=40)]
_SPACE_FOR_PLUS: Final = re.compile(r"(:\d\d(?:\.\d+)?) (\d\d:?\d\d)$")
"""A plus sign that a client put into the address as it is."""


def _with_plus(given: object) -> object:
    return _SPACE_FOR_PLUS.sub(r"\1+\2", given) if isinstance(given, str) else given


Since = Annotated[
    datetime | None, BeforeValidator(_with_plus), Query(description="of the moment they began")
]


def routes(world: Gateway) -> APIRouter:
    """The routes under ``/v1/agencies/{agency}/cases``."""
    router = APIRouter(prefix="/v1/agencies/{agency}/cases", tags=["agencies"])

    @router.get("", response_model=AgencyCases, summary="The agency's cases, oldest first")
    async def listed(
        request: Request,
        agency: AgencyCode,
        state: Annotated[StateName | None, Query(description="every open one if unset")] = None,
        overdue: Annotated[bool, Query(description="only those past a deadline")] = False,
        since: Since = None,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = 50,
        after: Annotated[str | None, Query(max_length=80, description="`next` of a page")] = None,
    ) -> Response:
        await _caller(request, world, agency, "read")
        moment, last = _after(after)
        wanted = CaseFilter(
            state=State(state) if state else None,
            agency=agency,
            since=max((m for m in (moment, _aware(since)) if m is not None), default=None),
            overdue_at=world.now() if overdue else None,
        )
        page, more = list[dict[str, object]](), None
        async for case in world.cases.listed(wanted, most=limit + PAGE):
            if moment is not None and case.opened_at == moment and str(case.complaint_id) <= last:
                continue
            if len(page) == limit:
                more = str(page[-1]["_place"]).replace("+00:00", "Z")  # needs no escaping
                break
            said = await world.cases.conversation(case.complaint_id, CONVERSATION_NEWEST)
            view = agency_view(case, said, world.config.rules, "lead")
            view = with_links(world, case, view)
            page.append({**view, "_place": f"{case.opened_at.isoformat()}_{case.complaint_id}"})
        shown = [{k: v for k, v in one.items() if k != "_place"} for one in page]
        return Response(dumps({"cases": shown, "next": more}), media_type=JSON)

    @router.get("/{code}", response_model=AgencyCase, summary="One of its cases")
    async def one(request: Request, agency: AgencyCode, code: Code) -> Response:
        await _caller(request, world, agency, "read")
        case, role = await _own(world, agency, code)
        said = await world.cases.conversation(case.complaint_id, CONVERSATION_NEWEST)
        view = with_links(world, case, agency_view(case, said, world.config.rules, role))
        return Response(dumps(view), media_type=JSON)

    def speaking(verb: str) -> None:
        @router.post(
            f"/{{code}}/{verb}",
            name=f"agency_{verb}",
            response_model=ReceiptView,
            summary=f"The agency says: {verb}",
            openapi_extra={
                "requestBody": {
                    "required": False,
                    "content": {
                        JSON: {"schema": {"type": "object"}},
                        FORM: {"schema": in_parts({"type": "object"})},
                    },
                }
            },
        )
        async def say(request: Request, agency: AgencyCode, code: Code) -> Response:
            caller = await _caller(request, world, agency, "speak")
            subject = normalise_tracking(code) or _uuid(code)
            id = idempotency_key(request) or str(uuid4())
            async with sent_with(request, world, may_be_empty=True) as (data, uploads):
                if caller.person is not None:  # whoever is out by now is out
                    caller = await _caller(request, world, agency, "speak")
                return await answered(world, caller, verb, subject, data, id, uploads)

    for verb in AGENCY_UPDATES:
        speaking(verb)
    return router


async def _caller(request: Request, world: Gateway, agency: str, scope: str) -> Caller:
    """The agency, by its key or by a person of it who is signed in. Raises Problem.

    To speak, a person brings along the token of their session's forms in ``X-Form-Token``: a
    browser sends its cookies with what another site has made it send, too.
    """
    by_key = "authorization" in request.headers
    if by_key or await visitor(request, world) is None:
        return await agency_of(request, world, agency, scope)
    found = await agency_visit(request, world, agency)
    if scope == "speak":
        from_here(request)
        own_form(request, world, found, Sent({}))
    return Caller("agency", agency, frozenset({scope}), found.person.name)


async def _own(world: Gateway, agency: str, code: str) -> tuple[Case, str]:
    tracked = normalise_tracking(code)
    if tracked is not None:
        case = await world.cases.find_tracking(tracked)
    else:
        case = await world.cases.find(UUID(_uuid(code)))
    if case is not None and case.agency == agency:
        return case, "lead"
    if case is not None and case.supports(agency) is not None:
        return case, "supporting"
    raise Problem("not-found")


def _uuid(code: str) -> str:
    try:
        return str(UUID(code))
    except ValueError:
        raise Problem("not-found") from None


def _after(place: str | None) -> tuple[datetime | None, str]:
    if place is None:
        return None, ""
    moment, _, last = place.partition("_")
    try:
        return _aware(datetime.fromisoformat(moment)), str(UUID(last))
    except ValueError:
        detail = "after: `next` of the page before, as it is"
        raise Problem("bad-parameter", {"detail": detail}) from None


def _aware(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise Problem("bad-parameter", {"detail": "since: 2026-03-02T09:00:00+07:00"})
    return moment
