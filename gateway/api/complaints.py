"""Complaints over HTTP: file one, look it up, say something in it."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Final
from uuid import uuid4

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from broker.errors import BrokerUnavailable, Unroutable
from broker.messaging import names
from broker.messaging.messages import Outgoing
from gateway.access.pins import pin_of
from gateway.api.bodies import idempotency_key, object_of
from gateway.api.callers import Caller, caller_of, case_by_pin, channel_of, permitted
from gateway.api.problems import Problem
from gateway.api.traces import NO_TRACE, trace_of
from gateway.api.updates import ReceiptView, answered
from gateway.api.views import ChannelCase, PublicCase, channel_view, public_view
from gateway.api.world import Gateway
from schemas.complaint import SUBMITTED, ComplaintData
from schemas.envelope import CONTENT_TYPE, dumps, envelope
from schemas.identifiers import normalise_tracking, tracking
from schemas.limits import CONVERSATION_NEWEST
from schemas.properties import Properties
from schemas.submission import Submission, Unusable, read_submission
from schemas.verbs import CHANNEL_UPDATES

JSON: Final = "application/json"
Code = Annotated[str, Path(max_length=40, description="the tracking code, as somebody typed it")]
Pin = Annotated[str | None, Query(max_length=20, description="what the reporter keeps")]


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
        filed = await taken_in(
            world,
            caller.code,
            await object_of(request),
            idempotency_key(request),
            trace=trace_of(request),
        )
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
            case = await case_by_pin(request, world, code, pin)
            said = await world.cases.conversation(case.complaint_id, CONVERSATION_NEWEST)
            return Response(dumps(public_view(case, said, rules)), media_type=JSON)
        own = permitted(caller, "channel", "read")
        tracked = normalise_tracking(code)
        found = await world.cases.find_tracking(tracked) if tracked else None
        if found is None or found.channel != own.code:
            raise Problem("not-found")
        said = await world.cases.conversation(found.complaint_id, CONVERSATION_NEWEST)
        return Response(dumps(channel_view(found, said, rules)), media_type=JSON)

    def speaking(verb: str) -> None:
        @router.post(
            f"/{{code}}/{verb}",
            name=verb,
            response_model=ReceiptView,
            summary=_SUMMARIES[verb],
            openapi_extra={"requestBody": _body(_SAID, required=False)},
        )
        async def say(request: Request, code: Code, pin: Pin = None) -> Response:
            caller, trace = await caller_of(request, world), NO_TRACE
            if caller is None:
                if pin is None:
                    raise Problem("no-key")
                case = await case_by_pin(request, world, code, pin)
                caller = Caller("channel", case.channel, frozenset())
                subject = str(case.complaint_id)
            else:
                caller, trace = permitted(caller, "channel", "speak"), trace_of(request)
                subject = normalise_tracking(code) or ""
                if not subject:
                    raise Problem("not-found")
            data = await object_of(request, may_be_empty=True)
            id = idempotency_key(request) or str(uuid4())
            return await answered(world, caller, verb, subject, data, id, trace=trace)

    for verb in CHANNEL_UPDATES:
        speaking(verb)
    return router


async def taken_in(
    world: Gateway,
    channel: str,
    data: dict[str, object],
    key: str | None,
    *,
    trace: Mapping[str, str] = NO_TRACE,
) -> Filed:
    """Put one complaint on the queue, confirmed.

    ``key``: its id within its channel; None for one that is made here. Under one key the first
    complaint stands: another one is refused, since the router would take it for a repeat.
    ``trace``: of the request (gateway.api.traces).

    Raises:
        Problem: it cannot be used, or RabbitMQ or the store is away.
    """
    source, id = f"/channels/{channel}", key or str(uuid4())
    now = world.now()
    body = envelope(id=id, type=SUBMITTED, source=source, subject=None, time=now, data=data)
    read = read_submission(body, Properties(content_type=CONTENT_TYPE), channel=channel)
    if isinstance(read, Unusable):
        raise Problem("bad-data", {"detail": read.detail}, more={"reason": read.reason})
    assert isinstance(read, Submission), "an envelope of ours has an id"
    if key is not None:
        digest = sha256(dumps(data)).digest()
        first = await world.remember.add((sha256(f"{source}#{key}".encode()).digest(), digest))
        if first != digest:
            raise Problem("key-reused")
    try:
        await world.intake.send(
            Outgoing(names.INTAKE, channel, body, message_id=id, type=SUBMITTED, headers=trace)
        )
    except (BrokerUnavailable, Unroutable) as why:
        raise Problem("broker-away") from why
    complaint = read.complaint_id
    return Filed(
        complaint_id=str(complaint),
        tracking=tracking(complaint),
        pin=pin_of(complaint, world.pins),
        warnings=list(read.warnings),
    )


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
    return {"required": required, "content": {JSON: {"schema": schema}}}
