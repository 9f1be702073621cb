"""The two requests that come by the thousand reach their routes without what FastAPI puts between.

A complaint that is filed and a look-up are most of what a gateway does. Their routes read no model
and have no dependency, so that FastAPI's own layers only cost them time: a third of a look-up.
Whatever else is asked, or asked in another way, goes through FastAPI.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.routing import APIRoute, APIRouter
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.api.complaints import LONGEST_CODE, LONGEST_PIN

AnswersByKind = Mapping[type[Exception], Callable[[Request, Exception], Awaitable[Response]]]

_COMPLAINTS: Final = "/v1/complaints"
_PIN: Final = "pin"


class Direct:
    """Serves those two, and hands everything else to ``app``.

    Args:
        app: the whole application.
        complaints: the router of ``/v1/complaints``.
        answers: by kind of error what answers it; any other is the caller's.
    """

    def __init__(self, app: ASGIApp, complaints: APIRouter, answers: AnswersByKind) -> None:
        self._app = app
        self._file = _route(complaints, "POST", _COMPLAINTS)
        self._look_up = _route(complaints, "GET", f"{_COMPLAINTS}/{{code}}")
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = self._asked(scope) if scope["type"] == "http" else None
        if asked is None:
            await self._app(scope, receive, send)
            return
        route, values = asked
        scope["route"] = route
        request = Request(scope, receive)
        try:
            answer: Response = await route.endpoint(request, **values)
        except Exception as error:
            for kind, answer_to in self._answers.items():
                if isinstance(error, kind):
                    answer = await answer_to(request, error)
                    break
            else:
                raise
        await answer(scope, receive, send)

    def _asked(self, scope: Scope) -> tuple[APIRoute, dict[str, str]] | None:
        """Which of the two, and with what; None for anything else."""
        method, path = scope["method"], scope["path"]
        if scope.get("root_path") or not path.startswith(_COMPLAINTS):
            return None
        rest, query = path[len(_COMPLAINTS) :], scope["query_string"]
        if method == "POST" and not rest:
            return self._file, {}
        code = rest[1:]
        if method != "GET" or rest[:1] != "/" or not code or "/" in code:
            return None
        values = {"code": code}
        if query:
            # Anything but one plain pin is FastAPI's to read, or to refuse.
            try:
                [(name, pin)] = parse_qsl(query.decode("ascii"), keep_blank_values=True)
            except ValueError:
                return None
            if name != _PIN or len(pin) > LONGEST_PIN:
                return None
            values[_PIN] = pin
        return (self._look_up, values) if len(code) <= LONGEST_CODE else None


def _route(router: APIRouter, method: str, path: str) -> APIRoute:
    for route in router.routes:
        if isinstance(route, APIRoute) and route.path == path and method in (route.methods or ()):
            return route
    raise LookupError(f"{method} {path}")
