"""Forms as browsers send them, with files and without."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs
from uuid import uuid4

from fastapi import Request

from gateway.api.bodies import body_of
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.attachments.receiving import Upload, is_multipart

Form = dict[str, list[str]]

_BYTES: Final = 128 * 1024
_ID: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_FIELDS: Final = 50


@dataclass(frozen=True, slots=True)
class Sent:
    """``refused``: why its files are not taken; the fields are there all the same."""

    fields: Form
    uploads: Sequence[Upload] = ()
    refused: Problem | None = None

    @property
    def had_files(self) -> bool:
        return bool(self.uploads) or self.refused is not None

    def raise_refusal(self) -> None:
        """Raises Problem where its files are not taken."""
        if self.refused is not None:
            raise self.refused


@asynccontextmanager
async def sent_form(request: Request, world: Gateway) -> AsyncIterator[Sent]:
    """What a form says; its files are there while the block runs. Raises Problem."""
    if not is_multipart(request):
        yield Sent(await _fields(request))
        return
    async with world.attachments.received(request, whole=False) as form:
        if len(form.fields) > _FIELDS or sum(len(text) for _, text in form.fields) > _BYTES:
            raise Problem("too-large", {"most": _BYTES})
        fields: Form = {}
        for name, text in form.fields:
            fields.setdefault(name, []).append(text)
        yield Sent(fields, form.uploads, form.refused)


def form_id(fields: Form, name: str = "id") -> str:
    """The id under which a page made its form, so that sent twice it counts once; a new one in
    place of what none of our pages makes: it goes on to the queue and into databases."""
    brought = next(iter(fields.get(name, ())), "")
    return brought if _ID.fullmatch(brought) else uuid4().hex


async def _fields(request: Request) -> Form:
    raw = await body_of(request, _BYTES)
    try:
        return parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        raise Problem("bad-request", {"detail": "application/x-www-form-urlencoded"}) from None
