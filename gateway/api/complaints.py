"""Complaints over HTTP: file one, look it up, say something in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Final
from uuid import uuid4

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from broker.errors import BrokerUnavailable, Unroutable
from broker.messaging import names
from broker.messaging.messages import Outgoing
from consumers.runtime.metrics.gateway import Door
from gateway.access.pins import pin_of
from gateway.api.bodies import idempotency_key
from gateway.api.callers import (
    Caller,
    anybodys_files,
    caller_of,
    case_by_pin,
    channel_of,
    permitted,
    told_by_pin,
)
from gateway.api.problems import Problem
from gateway.api.traces import sent_by, trace_here
from gateway.api.updates import ReceiptView, answered
from gateway.api.views import ChannelCase, PublicCase, channel_view, public_view
from gateway.api.world import Gateway
from gateway.attachments.bodies import FORM, in_parts, sent_with
from gateway.attachments.receiving import Upload
from gateway.attachments.showing import with_links
from gateway.attachments.submitting import as_sent, flagged, with_files
from schemas.complaint import SUBMITTED, ComplaintData
from schemas.envelope import CONTENT_TYPE, dumps, envelope
from schemas.identifiers import normalise_tracking, tracking
from schemas.limits import CONVERSATION_NEWEST
from schemas.properties import Properties
from schemas.submission import Submission, Unusable, read_submission
from schemas.verbs import CHANNEL_UPDATES

JSON: Final = "application/json"
LONGEST_CODE: Final = 40
LONGEST_PIN: Final = 20
Code = Annotated[
    str, Path(max_length=LONGEST_CODE, description="the tracking code, as somebody typed it")
]
Pin = Annotated[str | None, Query(max_length=LONGEST_PIN, description="what the reporter keeps")]


class Filed(BaseModel):
    """The complaint is on the queue: whatever happens now, it is not lost."""

    complaint_id: str
    tracking: str
    pin: str = Field(description="the reporter keeps it: with the code it shows the case")
    warnings: list[str] = Field([], description="what was left out, and why")


def routes(world: Gateway) -> APIRouter:
    """The routes under ``/v1/complaints``."""
    router = APIRouter(prefix="/v1/complaints", tags=["complaints"])

    @router.post(
        "",
        status_code=202,
        response_model=Filed,
        summary="File a complaint",
        openapi_extra={"requestBody": _body(ComplaintData.model_json_schema())},
    )
    async def file(request: Request) -> Response:
        """`data` of a submission as the contract has it; only `text` is required.

        `Idempotency-Key` is its id: send the same again after any doubt, and it is one complaint.
        """
        caller = await channel_of(request, world, "submit")
        key = idempotency_key(request)
        async with sent_with(request, world) as (data, uploads):
            filed = await taken_in(world, caller.code, data, key, uploads)
        where = f"/v1/complaints/{filed.tracking}"
        return Response(filed.model_dump_json(), 202, {"Location": where}, JSON)

    @router.get(
        "/{code}", response_model=PublicCase | ChannelCase, summary="What became of a complaint"
    )
    async def look_up(request: Request, code: Code, pin: Pin = None) -> Response:
        """With the channel's key, or with the tracking code and its pin."""
        caller = await caller_of(request, world)
        rules = world.config.rules
        if caller is None:
            if pin is None:
                raise Problem("no-key")
            told = await told_by_pin(request, world, code, pin, CONVERSATION_NEWEST)
            view = with_links(world, told[0], public_view(*told, rules))
            return Response(dumps(view), media_type=JSON)
        own = permitted(caller, "channel", "read")
        tracked = normalise_tracking(code)
        found = (
            await world.cases.with_conversation(tracked, CONVERSATION_NEWEST) if tracked else None
        )
        if found is None or found[0].channel != own.code:
            raise Problem("not-found")
        view = with_links(world, found[0], channel_view(*found, rules))
        return Response(dumps(view), media_type=JSON)

    def speaking(verb: str) -> None:
        @router.post(
            f"/{{code}}/{verb}",
            name=verb,
            response_model=ReceiptView,
            summary=_SUMMARIES[verb],
            openapi_extra={"requestBody": _body(_SAID, required=False)},
        )
        async def say(request: Request, code: Code, pin: Pin = None) -> Response:
            caller = await caller_of(request, world)
            if caller is None:
                if pin is None:
                    raise Problem("no-key")
                case = await case_by_pin(request, world, code, pin)
                caller = Caller("channel", case.channel, frozenset())
                subject = str(case.complaint_id)
            else:
                caller = permitted(caller, "channel", "speak")
                subject = normalise_tracking(code) or ""
                if not subject:
                    raise Problem("not-found")
            id = idempotency_key(request) or str(uuid4())
            async with sent_with(request, world, may_be_empty=True) as (data, uploads):
                if pin is not None:
                    anybodys_files(request, world, len(uploads))
                return await answered(world, caller, verb, subject, data, id, uploads)

    for verb in CHANNEL_UPDATES:
        speaking(verb)
    return router


async def taken_in(
    world: Gateway,
    channel: str,
    data: dict[str, object],
    key: str | None,
    uploads: Sequence[Upload] = (),
    door: Door = "api",
) -> Filed:
    """Put one complaint on the queue, confirmed; its files are kept before.

    ``key``: its id within its channel; None for one that is made here. Under one key the first
    complaint stands: another one is refused, since the router would take it for a repeat.
    ``door``: the one it came by, for the metrics.

    Raises:
        Problem: it cannot be used, or RabbitMQ or the store is away.
    """
    source, id = f"/channels/{channel}", key or str(uuid4())
    now = world.now()
    body, read = _read(source, id, now, data)
    complaint, files = read.complaint_id, await world.attachments.keep(uploads)
    if files:
        whole = with_files(data, world.attachments.fields(complaint, files))
        body, read = _read(source, id, now, whole)
    if key is not None:
        digest = as_sent(data, uploads)
        first = await world.remember.add((sha256(f"{source}#{key}".encode()).digest(), digest))
        if first != digest:
            raise Problem("key-reused")
    # Before the publish: no complaint is ever taken in whose files are not there.
    await world.attachments.attach(complaint, files)
    message = Outgoing(names.INTAKE, channel, body, id, SUBMITTED, headers=trace_here())
    try:
        with sent_by(world.spans, message) as traced:
            await world.intake.send(traced)
    except (BrokerUnavailable, Unroutable) as why:
        raise Problem("broker-away") from why
    world.metrics.taken_in(door)
    return Filed(
        complaint_id=str(complaint),
        tracking=tracking(complaint),
        pin=pin_of(complaint, world.pins),
        warnings=[*read.warnings, *flagged(read, files)],
    )


def _read(
    source: str, id: str, now: datetime, data: Mapping[str, object]
) -> tuple[bytes, Submission]:
    """The event, and what the router will read in it. Raises Problem."""
    body = envelope(id=id, type=SUBMITTED, source=source, subject=None, time=now, data=data)
    channel = source.rpartition("/")[2]
    read = read_submission(body, Properties(content_type=CONTENT_TYPE), channel=channel)
    if isinstance(read, Unusable):
        raise Problem("bad-data", {"detail": read.detail}, more={"reason": read.reason})
    assert isinstance(read, Submission), "an envelope of ours has an id"
    return body, read


_SUMMARIES: Final = {
    "replied": "The reporter says something: answers a question, or reopens what is resolved",
    "accepted": "The reporter is content: closes what is resolved",
    "withdrawn": "The reporter closes it",
}
_SAID: Final[dict[str, object]] = {
    "type": "object",
    "properties": {
        "note": {"type": "string", "maxLength": 10_000},
        "attachments": {"type": "array", "items": {"type": "object"}, "maxItems": 20},
        "reopen": {"type": "boolean", "description": "replied: false for thanks, a remark"},
        "rating": {"type": "integer", "minimum": 1, "maximum": 5, "description": "accepted"},
    },
}


def _body(schema: dict[str, object], *, required: bool = True) -> dict[str, object]:
    content = {JSON: {"schema": schema}, FORM: {"schema": in_parts(schema)}}
    return {"required": required, "content": content}
