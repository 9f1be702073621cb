"""The directories over HTTP: agencies, topics, regions and channels."""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request, Response

from broker.domain.routing.rules import Rules
from gateway.api.callers import anybody
from gateway.api.files import File, OfRules, answer_with, file_of
from gateway.api.world import Gateway
from gateway.directories import directories
from schemas.directories import DIRECTORIES

_SUMMARIES: Final = {
    "agencies": "Every agency: names, aliases, dates, successors",
    "topics": "What may stand as category of a complaint",
    "regions": "The region, its districts and villages",
    "channels": "The channels of this installation",
}


def routes(world: Gateway) -> APIRouter:
    """``/v1/agencies`` and the others, for anybody."""
    router = APIRouter(prefix="/v1", tags=["directories"])
    made = OfRules(_files)

    def serve(name: str) -> None:
        @router.get(
            f"/{name}",
            name=f"list_{name}",
            response_model=DIRECTORIES[name],
            summary=_SUMMARIES[name],
            responses={304: {"description": "as it was: `If-None-Match`"}},
        )
        async def listed(request: Request) -> Response:
            """Codes stay for ever; names, aliases, dates and successors change. It has an `ETag`,
            which changes with the rules."""
            anybody(request, world)
            return answer_with(request, made.now(world)[name])

    for name in _SUMMARIES:
        serve(name)
    return router


def _files(rules: Rules) -> Mapping[str, File]:
    return {
        name: file_of(one.model_dump_json().encode(), "application/json")
        for name, one in directories(rules).items()
    }
