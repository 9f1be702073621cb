"""The routes under ``/open311``."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Final, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from broker.domain.case import Case
from gateway.api.bodies import idempotency_key
from gateway.api.callers import anybody
from gateway.api.complaints import taken_in
from gateway.api.problems import Problem, language_of
from gateway.api.world import Gateway
from gateway.attachments.showing import renewed
from gateway.open311 import described as told
from gateway.open311.discovery import discovery
from gateway.open311.errors import NO_REQUEST, PREFIX, UNKNOWN_SERVICE
from gateway.open311.filing import id_of, submission
from gateway.open311.formats import MEDIA_TYPES, answer
from gateway.open311.forms import form_of_body, parameters_of
from gateway.open311.keys import channel
from gateway.open311.listing import requests_by_id, requests_listed
from gateway.open311.models import (
    Definition,
    Discovery,
    RequestFiled,
    RequestUpdate,
    Service,
    ServiceRequest,
    Token,
    UpdateFiled,
)
from gateway.open311.notices import notice
from gateway.open311.requests import service_request
from gateway.open311.services import definition, services, topic_of
from gateway.open311.speaking import say
from gateway.open311.updates import updates_listed

Shown = TypeVar("Shown", ServiceRequest, RequestUpdate)
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_REQUESTS: Final = "service_requests"
_UPDATES: Final = "service_request_updates"


def routes(world: Gateway) -> APIRouter:
    """GeoReport v2, and FixMyStreet's updates."""
    router = APIRouter(tags=["open311"])

    def serve(
        method: str, path: str, model: Any, summary: str, *parameters: told.Schema, body: Any = None
    ) -> Callable[[Handler], Handler]:
        """The address with a suffix, and without."""

        def add(handler: Handler) -> Handler:
            @wraps(handler)
            async def known_form(request: Request) -> Response:
                if request.path_params["form"] not in MEDIA_TYPES:
                    raise Problem("no-such-page")
                return await handler(request)

            described = told.extra(told.FORM, *parameters, body=body)  # noqa: S610 -- no query: what OpenAPI tells of a route
            router.add_api_route(
                f"{PREFIX}{path}.{{form}}",
                known_form,
                methods=[method],
                name=f"open311_{handler.__name__}",
                summary=summary,
                description=handler.__doc__,
                response_model=model,
                responses=told.responses(),
                openapi_extra=described,
            )
            router.add_api_route(
                f"{PREFIX}{path}", handler, methods=[method], include_in_schema=False
            )
            return handler

        return add

    @serve("GET", "/discovery", Discovery, "Where it is served")
    @serve("GET", "/v2/discovery", Discovery, "Where it is served", told.JURISDICTION)
    async def discover(request: Request) -> Response:
        return answer(request, "discovery", discovery(request, world).model_dump())

    @serve("GET", "/v2/services", list[Service], "What may be reported", told.JURISDICTION)
    async def list_services(request: Request) -> Response:
        """The topics of the rules. No key is needed."""
        anybody(request, world)
        rules, calendar = world.config.rules, world.config.clocks.calendar
        return _all(request, "services", services(rules, calendar.local(world.now()).date()))

    @serve(
        "GET",
        "/v2/services/{service_code}",
        Definition,
        "What else may be sent with it",
        told.in_path("service_code", "a topic, or an id of SP4N-LAPOR!"),
        told.JURISDICTION,
    )
    async def define(request: Request) -> Response:
        anybody(request, world)
        topic = topic_of(request.path_params["service_code"], world.config.rules)
        if topic is None:
            raise UNKNOWN_SERVICE
        return answer(request, "service_definition", _told(definition(topic)))

    @serve("POST", "/v2/requests", list[RequestFiled], "Report something", body=told.REQUEST)
    async def file(request: Request) -> Response:
        """Taken in when it is on the queue, confirmed. Under one `attribute[external_id]`, or
        `attribute[fixmystreet_id]`, it is one complaint, however often it is sent."""
        async with form_of_body(request, world) as (fields, uploads):
            caller = await channel(request, world, fields, "submit")
            data = submission(fields, world.config.rules)
            id = id_of(fields) or idempotency_key(request)
            filed = await taken_in(world, caller.code, data, id, uploads, "open311")
        made = RequestFiled(
            service_request_id=filed.tracking,
            service_notice=notice(filed, language_of(request), world.public_url),
            account_id=fields.one("account_id"),
        )
        return _all(request, _REQUESTS, [made])

    async def shown(request: Request, cases: list[Case]) -> Response:
        said = await world.cases.conversations([case.complaint_id for case in cases])
        rules, calendar = world.config.rules, world.config.clocks.calendar
        found = [
            service_request(case, said.get(case.complaint_id, ()), rules, calendar)
            for case in cases
        ]
        found = [_with_link(world, one) for one in found]
        return _all(request, _REQUESTS, found)

    @serve(
        "GET",
        "/v2/requests",
        list[ServiceRequest],
        "What became of the channel's requests",
        *(told.API_KEY, told.JURISDICTION, *told.LIST),
    )
    async def list_requests(request: Request) -> Response:
        """The newest first; of the last 90 days, at most 1000, unless another time is asked for."""
        fields = parameters_of(request)
        caller = await channel(request, world, fields, "read")
        if codes := fields.listed("service_request_id"):
            return await shown(request, await requests_by_id(world.cases, caller.code, codes))
        rules = world.config.rules
        return await shown(
            request, await requests_listed(world.cases, rules, caller.code, fields, world.now())
        )

    async def one_of(request: Request, name: str) -> Case:
        caller = await channel(request, world, parameters_of(request), "read")
        found = await requests_by_id(world.cases, caller.code, [request.path_params[name]])
        if not found:
            raise NO_REQUEST
        return found[0]

    @serve(
        "GET",
        "/v2/requests/{service_request_id}",
        list[ServiceRequest],
        "What became of a request",
        *(told.in_path("service_request_id", "the tracking code"), told.API_KEY, told.JURISDICTION),
    )
    async def show(request: Request) -> Response:
        return await shown(request, [await one_of(request, "service_request_id")])

    @serve(
        "GET",
        "/v2/tokens/{token}",
        list[Token],
        "The request of a token",
        *(told.in_path("token", "none is given out"), told.API_KEY, told.JURISDICTION),
    )
    async def redeem(request: Request) -> Response:
        """A tracking code is its own token."""
        case = await one_of(request, "token")
        made = Token(service_request_id=case.tracking, token=request.path_params["token"])
        return _all(request, _REQUESTS, [made])

    @serve(
        "GET",
        "/v2/servicerequestupdates",
        list[RequestUpdate],
        "What offices did and said (FixMyStreet)",
        *(told.API_KEY, told.JURISDICTION, *told.SPAN, *told.PAGE),
    )
    async def list_updates(request: Request) -> Response:
        """The oldest first, by the moment at which each was recorded."""
        fields = parameters_of(request)
        caller = await channel(request, world, fields, "read")
        rules, calendar = world.config.rules, world.config.clocks.calendar
        found = await updates_listed(world.cases, rules, calendar, caller.code, fields, world.now())
        return _all(request, _UPDATES, [_with_link(world, one) for one in found])

    @serve(
        "POST",
        "/v2/servicerequestupdates",
        list[UpdateFiled],
        "The reporter says something (FixMyStreet)",
        body=told.UPDATE,
    )
    async def update(request: Request) -> Response:
        """FIXED and CLOSED accept the final answer, or withdraw the complaint before there is
        one. Anything else speaks; OPEN opens again what is resolved."""
        async with form_of_body(request, world) as (fields, uploads):
            caller = await channel(request, world, fields, "speak")
            said = await say(world, caller, fields, uploads)
        return _all(request, _UPDATES, [UpdateFiled(update_id=said)])

    return router


def _with_link(world: Gateway, one: Shown) -> Shown:
    url = renewed(world, one.media_url, one.service_request_id)
    return one.model_copy(update={"media_url": url})


def _told(made: Definition) -> dict[str, object]:
    """A field that does not belong to an attribute is not there: FixMyStreet takes an empty list of
    values for one."""
    return made.model_dump(exclude_unset=True)


def _all(request: Request, root: str, found: "list[Any]") -> Response:
    content: list[object] = [one.model_dump() for one in found if isinstance(one, BaseModel)]
    return answer(request, root, content)
