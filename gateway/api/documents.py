"""``/openapi.json``, and ``/docs``: the contract as files of its own, for this installation."""

import asyncio
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Final

from fastapi import APIRouter, Request, Response

from broker.domain.routing.rules import Rules
from gateway.api.callers import anybody
from gateway.api.files import File, OfRules, answer_with, file_of
from gateway.api.problems import Problem
from gateway.api.world import Gateway

Contract = Callable[[Rules], Mapping[str, str]]
"""The files of the exported contract by their names, made of the rules."""

_PAGE: Final = "index.html"
_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
}
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def routes(world: Gateway, contract: Contract, openapi: Callable[[], bytes]) -> APIRouter:
    """For anybody. Nothing on the page comes from elsewhere."""
    router = APIRouter(include_in_schema=False)
    made = OfRules(lambda rules: _files(contract(rules)))
    turn = asyncio.Lock()
    document = file_of(openapi(), "application/json")

    @router.get("/openapi.json")
    async def described(request: Request) -> Response:
        anybody(request, world)
        return answer_with(request, document)

    @router.get("/docs")
    async def at_docs(request: Request) -> Response:
        # The links of the page are relative.
        return Response(status_code=308, headers={"Location": "/docs/"})

    @router.get("/docs/{name:path}")
    async def at_file(request: Request, name: str) -> Response:
        anybody(request, world)
        async with turn:
            # It takes a second of work, once for each version of the rules.
            files = await asyncio.to_thread(made.now, world)
        file = files.get(name or _PAGE)
        if file is None:
            raise Problem("no-such-page")
        is_page = file.media_type == _TYPES["html"]
        policy = {"Content-Security-Policy": _policy(file.content)} if is_page else None
        return answer_with(request, file, policy)

    return router


def _files(contract: Mapping[str, str]) -> Mapping[str, File]:
    return {
        name: file_of(text.encode(), _TYPES.get(name.rpartition(".")[2], "text/plain"))
        for name, text in contract.items()
    }


def _policy(page: bytes) -> str:
    """Nothing but the page itself and the style that stands in it
    (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    styles = [
        f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"
        for style in _STYLE.findall(page.decode())
    ]
    return (
        f"default-src 'none'; style-src {' '.join(styles)}; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )
