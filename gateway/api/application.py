"""The application: routes, refusals, and what surrounds every request."""

import asyncio
import re
import time
from random import getrandbits
from typing import Final, cast

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic.json_schema import JsonSchemaValue
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broker.errors import StoreUnavailable
from config.logging import where
from consumers.runtime.metrics import GatewayMetrics
from gateway.answering import routes as answering
from gateway.api import agencies, complaints, documents, lists
from gateway.api.direct import AnswersByKind, Direct
from gateway.api.documents import Contract
from gateway.api.openapi import openapi
from gateway.api.problems import MEDIA_TYPE, Problem, ProblemView
from gateway.api.problems import answer_to as answer_with_problem
from gateway.api.traces import RequestSpans, came_with, goes_on
from gateway.api.world import Gateway
from gateway.attachments import routes as attachments
from gateway.open311 import routes as open311
from gateway.open311.errors import PREFIX, Refusal, refused
from gateway.open311.errors import answer_to as answer_with_errors
from gateway.staff import routes as staff
from gateway.staff.layout import is_staff, refused_page
from gateway.web import routes as web
from gateway.web.pages import refusal as answer_with_page
from gateway.web.pages import wants_page
from schemas.envelope import dumps

log = structlog.get_logger()

_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_OF_OPEN311: Final = {404: "not-found", 415: "unsupported-type"}
_BY_STATUS: Final = {404: "no-such-page", 405: "no-such-method"}
_REFUSALS: Final[dict[int | str, JsonSchemaValue]] = {
    "default": {
        "description": "a refusal (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": ProblemView.model_json_schema()}},
    }
}
_SECURE: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)


def application(
    world: Gateway, metrics: GatewayMetrics, version: str, contract: Contract | None = None
) -> ASGIApp:
    """Every door over HTTP; ``contract``: what ``/docs`` shows, where it shows anything."""
    filing = complaints.routes(world)
    app = _with_routes(world, version, filing)
    if contract is not None:
        app.include_router(documents.routes(world, contract, lambda: dumps(openapi(app))))
    answers = Answers(world)
    for kind, answer in answers.by_kind.items():
        app.add_exception_handler(kind, answer)
    app.add_exception_handler(Exception, answers.failed)
    return Surrounded(Direct(app, filing, answers.by_kind), metrics, answers, world.spans)


def openapi_document(version: str) -> JsonSchemaValue:
    """What ``/openapi.json`` gives, made without a store or RabbitMQ: routes look at the world
    only when they are called."""
    nowhere = cast(Gateway, None)
    return openapi(_with_routes(nowhere, version, complaints.routes(nowhere)))


def _with_routes(world: Gateway, version: str, filing: APIRouter) -> FastAPI:
    app = FastAPI(
        title="Pintu",
        version=version,
        summary="Doors over HTTP: file a complaint, hear what became of it, speak for an agency.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # To an address that is made of what `Host` says.
        redirect_slashes=False,
    )
    for routes in (filing, agencies.routes(world), attachments.routes(world), lists.routes(world)):
        app.include_router(routes, responses=_REFUSALS)
    for others in (open311.routes, web.routes, answering.routes, staff.routes):
        app.include_router(others(world))
    return app


class Surrounded:
    """Round every request: an id, a line in the log, counts, headers, and an answer whatever
    happens."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: GatewayMetrics,
        answers: "Answers",
        spans: RequestSpans | None = None,
    ) -> None:
        self._app = app
        self._spans = spans
        self._metrics = metrics
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status, whole, metrics = time.monotonic(), 0, False, self._metrics
        metrics.in_hand += 1
        called = scope["method"]
        if called == "HEAD":
            # As GET; the server leaves the body out (RFC 9110, section 9.3.2).
            scope = {**scope, "method": "GET"}
        headers, span = dict(scope["headers"]), None
        trace = came_with(scope["path"], scope["headers"])
        if self._spans is not None:
            span, trace = self._spans.begin(called, trace)
        goes_on(trace)
        given = headers.get(b"x-request-id", b"").decode("latin-1")
        id = given if _ID.fullmatch(given) else f"{getrandbits(128):032x}"  # a name, no secret
        scope.setdefault("state", {})["id"] = id

        async def send_on(message: Message) -> None:
            nonlocal status, whole
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message.setdefault("headers", [])
                there = {name.lower() for name, _ in headers}
                headers += [pair for pair in _SECURE if pair[0] not in there]
                headers.append((b"x-request-id", id.encode()))
            await send(message)
            whole = message["type"] == "http.response.body" and not message.get("more_body")

        try:
            await self._app(scope, receive, send_on)
        except asyncio.CancelledError:
            # The program ends amid the work; under its id it may be sent again (and to another).
            if status:
                raise
            cut_off = self._answers.to(Request(scope), Problem("broker-away"))
            await cut_off(scope, receive, send_on)
        except ClientDisconnect:
            # Who asked has hung up amid the request: nobody waits for an answer.
            log.debug("http.left", request=id)
        except Exception as error:  # one request must not end the others
            log.error("http.failed", request=id, traceback=where(error))
            if status and not whole:
                raise  # half an answer is out: the server closes the connection
            if not status:
                failed = await self._answers.failed(Request(scope), error)
                await failed(scope, receive, send_on)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            metrics.in_hand -= 1
            metrics.answered(route, called, status, time.monotonic() - begun)
            if (problem := scope["state"].get("problem")) is not None:
                metrics.refused(problem)
            if self._spans is not None:
                self._spans.end(span, called, route, status)
            log.debug("http.answered", request=id, route=route, status=status)


class Answers:
    """To whatever is refused. ``world``: None before the stores are open."""

    def __init__(self, world: Gateway | None) -> None:
        self._world = world

    @property
    def by_kind(self) -> AnswersByKind:
        """By kind of error what answers it."""
        return {
            Refusal: self.open311_refusal,
            Problem: self.problem,
            RequestValidationError: self.wrong_parameters,
            HTTPException: self.refused,
            StoreUnavailable: self.store_away,
        }

    def to(self, request: Request, problem: Problem) -> Response:
        """In the shape that whoever calls this address can read."""
        request.state.problem = problem.code
        if request.url.path.startswith(f"{PREFIX}/"):
            return answer_with_errors(request, problem)
        if self._world is not None and is_staff(request):
            return refused_page(self._world, request, problem)
        if self._world is not None and wants_page(request):
            return answer_with_page(self._world, request, problem)
        return answer_with_problem(request, problem)

    async def open311_refusal(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        request.state.problem = _OF_OPEN311.get(error.status, "bad-request")
        return refused(request, error)

    async def problem(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return self.to(request, error)

    async def wrong_parameters(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        # Where and what for; never a value that somebody sent.
        told = [
            f"{'.'.join(str(p) for p in one['loc'][1:])}: {one['msg']}" for one in error.errors()
        ]
        return self.to(request, Problem("bad-parameter", {"detail": "; ".join(told[:5])}))

    async def refused(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = _BY_STATUS.get(error.status_code)
        if code is None:
            return self.to(request, Problem("bad-request", {"detail": str(error.status_code)}))
        return self.to(request, Problem(code, headers=dict(error.headers or {})))

    async def failed(self, request: Request, error: Exception) -> Response:
        return self.to(request, Problem("internal-error"))

    async def store_away(self, request: Request, error: Exception) -> Response:
        log.debug("http.store_away", error=str(error))  # told of by who watches the store
        return self.to(request, Problem("store-away"))
