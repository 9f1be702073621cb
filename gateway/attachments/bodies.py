"""What a request says, with its files: JSON, or a form with JSON in its part ``data``."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

from fastapi import Request

from gateway.api.bodies import as_object, object_of
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.attachments.receiving import DATA, MULTIPART, Upload, is_multipart

FORM: Final = MULTIPART


@asynccontextmanager
async def sent_with(
    request: Request, world: Gateway, *, may_be_empty: bool = False
) -> AsyncIterator[tuple[dict[str, object], Sequence[Upload]]]:
    """The object, and the files, which are there while the block runs. Raises Problem."""
    if not is_multipart(request):
        yield await object_of(request, may_be_empty=may_be_empty), ()
        return
    async with world.attachments.received(request) as form:
        found = [value for name, value in form.fields if name == DATA]
        if len(found) > 1 or not (found or may_be_empty):
            raise Problem("bad-request", {"detail": f"{MULTIPART}: one part `{DATA}` with JSON"})
        yield as_object(found[0].encode()) if found else {}, form.uploads


def in_parts(schema: Mapping[str, object]) -> dict[str, object]:
    """How such a form stands in the OpenAPI document."""
    files: dict[str, object] = {
        "type": "array",
        "items": {"type": "string", "format": "binary"},
        "description": "pictures as JPEG, PNG or WebP, documents as PDF; any name does",
    }
    return {"type": "object", "properties": {DATA: dict(schema), "files": files}}
