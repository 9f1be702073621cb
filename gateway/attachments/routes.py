"""Attachments are given out by a link that is good, or with the key of who has the case."""

from collections.abc import Iterator
from typing import Annotated, BinaryIO, Final

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.responses import StreamingResponse

from broker.errors import FilesUnavailable
from gateway.api.callers import anybody, caller_of
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.attachments.kinds import kind_of_type
from gateway.attachments.links import PREFIX, Named, named_by_path

_CHUNK: Final = 64 * 1024
_POLICY: Final = "default-src 'none'; sandbox; frame-ancestors 'none'"
Complaint = Annotated[str, Path(max_length=36)]
File = Annotated[str, Path(max_length=70, description="its SHA-256, and a suffix")]
Until = Annotated[str, Query(max_length=12, description="seconds since 1970")]
Signature = Annotated[str, Query(max_length=64)]


def routes(world: Gateway) -> APIRouter:
    """The route under ``/v1/attachments``."""
    router = APIRouter(tags=["attachments"])

    @router.get(
        PREFIX + "/{complaint}/{file}",
        response_class=Response,
        responses={200: {"content": {"image/*": {}, "application/pdf": {}}}},
        summary="A file that came with a complaint",
    )
    async def give(
        request: Request,
        complaint: Complaint,
        file: File,
        until: Until = "",
        signature: Signature = "",
    ) -> Response:
        """By a link of an event or an answer, which ends; or, after it ended, with the key of the
        agency or the channel that has the case."""
        named = named_by_path(f"{PREFIX}/{complaint}/{file}")
        if named is None:
            raise Problem("no-such-page")
        state = world.attachments.links.state(named, until, signature, world.now())
        if state == "good":
            anybody(request, world)
        elif not await _has_case(request, world, named):
            raise Problem("link-expired" if state == "expired" else "bad-link")
        try:
            found = await world.attachments.open(named)
        except FilesUnavailable as why:
            raise Problem("files-away") from why
        if found is None:
            raise Problem("file-gone")
        kept, opened = found
        return StreamingResponse(
            _pieces(opened), headers=_headers(kept.media_type, named, kept.size)
        )

    return router


async def _has_case(request: Request, world: Gateway, named: Named) -> bool:
    """Whether a key came along, of an agency or the channel that has the case."""
    caller = await caller_of(request, world)
    if caller is None or "read" not in caller.scopes:
        return False
    case = await world.cases.find(named.complaint)
    if case is None:
        return False
    if caller.who == "channel":
        return case.channel == caller.code
    return case.agency == caller.code or case.supports(caller.code) is not None


def _headers(media_type: str, named: Named, size: int) -> dict[str, str]:
    kind = kind_of_type(media_type)
    shown = "inline" if kind is not None and kind.picture else "attachment"
    extension = kind.extension if kind else "bin"
    return {
        "Content-Type": media_type if kind else "application/octet-stream",
        "Content-Length": str(size),
        "Content-Disposition": f'{shown}; filename="{named.digest.hex()[:16]}.{extension}"',
        "Content-Security-Policy": _POLICY,
        "Cache-Control": "private, max-age=3600",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }


def _pieces(opened: BinaryIO) -> Iterator[bytes]:
    """Read beside the loop, a piece at a time."""
    with opened:
        while piece := opened.read(_CHUNK):
            yield piece
