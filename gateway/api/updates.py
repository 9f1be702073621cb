"""An update over HTTP, and its receipt as the answer."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from fastapi import Response
from pydantic import BaseModel, Field

from broker.errors import BrokerUnavailable
from gateway.api.callers import Caller
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.attachments.receiving import Upload
from gateway.attachments.submitting import files_of_update
from schemas.envelope import dumps
from schemas.receipt import ReceivedData

_NOT_YET: Final = "it is on the queue and will be handled; look the case up in a moment"


class ReceiptView(BaseModel):
    """What became of an update."""

    outcome: Literal["accepted", "unchanged", "repeated", "waiting"] = Field(
        description="waiting, with status 202: it is on the queue, and its case is not known yet or"
        " the answer is late"
    )
    detail: str | None = None
    state: str | None = Field(None, description="the case's, after the update")
    agency: str | None = None
    complaint_id: str | None = None
    tracking: str | None = None
    warnings: list[str] = []


async def answered(
    world: Gateway,
    caller: Caller,
    verb: str,
    subject: str,
    data: Mapping[str, object],
    id: str,
    uploads: Sequence[Upload] = (),
) -> Response:
    """The same as ``said``, as an answer."""
    view = await said(world, caller, verb, subject, data, id, uploads)
    status = 202 if view.outcome == "waiting" else 200
    return Response(dumps(view.model_dump()), status, media_type="application/json")


async def said(
    world: Gateway,
    caller: Caller,
    verb: str,
    subject: str,
    data: Mapping[str, object],
    id: str,
    uploads: Sequence[Upload] = (),
) -> ReceiptView:
    """Say it as that caller; what became of it. Its files are kept before.

    Raises:
        Problem: it was refused, or not taken in.
    """
    if uploads:
        async with files_of_update(world, caller, subject, data, uploads) as whole:
            return await said(world, caller, verb, subject, whole, id)
    who: Literal["agency", "channel", "desk"] = (
        "agency" if caller.who == "agency" else "desk" if caller.who == "desk" else "channel"
    )
    try:
        receipt = await world.updates.say(
            who,
            caller.code,
            verb,
            id=id,
            subject=subject,
            at=world.now(),
            data=data,
            person=caller.person,
        )
    except BrokerUnavailable as why:
        raise Problem("broker-away") from why
    if receipt is None:
        return ReceiptView(outcome="waiting", detail=_NOT_YET, state=None)
    if receipt.outcome == "refused":
        raise _refusal(receipt)
    return ReceiptView(
        outcome=receipt.outcome,
        detail=receipt.detail,
        state=receipt.state,
        agency=receipt.agency,
        complaint_id=str(receipt.complaint_id) if receipt.complaint_id else None,
        tracking=receipt.tracking,
        warnings=list(receipt.warnings),
    )


def _refusal(receipt: ReceivedData) -> Problem:
    more = {"reason": receipt.reason, "state": receipt.state, "agency": receipt.agency}
    return Problem("refused", {"detail": receipt.detail or receipt.reason or ""}, more=more)
