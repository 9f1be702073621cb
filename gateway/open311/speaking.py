"""What a reporter says through FixMyStreet, as an update of the contract."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final
from uuid import uuid4

from broker.domain.case import Case, State
from gateway.api.callers import Caller
from gateway.api.updates import said
from gateway.api.world import Gateway
from gateway.attachments.receiving import Upload
from gateway.open311.errors import NO_REQUEST, NO_REQUEST_ID, NOTHING_SAID, OVER
from gateway.open311.forms import Fields
from gateway.open311.statuses import CLOSED, ENDS, FIXED, OPEN
from schemas import verbs
from schemas.identifiers import normalise_tracking

_IDS: Final = ("update_id", "update_id_ext")
_REOPENS: Final = (OPEN, "REOPEN")
_LONGEST_ID: Final = 150
_NOTHING: Final = "-"
_CHOICES: Final = (_NOTHING, verbs.REPLIED, verbs.ACCEPTED, verbs.WITHDRAWN)


async def say(
    world: Gateway, caller: Caller, fields: Fields, uploads: Sequence[Upload] = ()
) -> str:
    """Publish one as the caller's channel; gives its update_id.

    Raises:
        Refusal: it says nothing, or of no case of this channel, or of one that is closed.
        Problem: the cases refused it, or it was not taken in.
    """
    code = fields.one("service_request_id")
    if code is None:
        raise NO_REQUEST_ID
    tracked = normalise_tracking(code)
    case = await world.cases.find_tracking(tracked) if tracked else None
    if case is None or case.channel != caller.code:
        raise NO_REQUEST
    status = (fields.one("status") or "").upper()
    data = _data(fields)
    sent = next((value for name in _IDS if (value := fields.one(name))), None)
    verb = verb_of(case, status, bool(data or uploads))
    id = _id(sent)
    if sent is not None:
        verb = await _as_first(world, caller, id, verb)
    if verb is None:
        raise OVER
    if verb == verbs.REPLIED:
        if not (data or uploads):
            raise NOTHING_SAID
        data["reopen"] = status in _REOPENS or not status
    await said(world, caller, verb, str(case.complaint_id), data, id, uploads)
    return sent or id


def verb_of(case: Case, status: str, speaks: bool) -> str | None:
    """What the reporter does by that: status is that of the report after the update.

    ``speaks``: there is something to read or to see. None where the case is closed.

    - FIXED: accepts the final answer; where there is none, withdraws what is no longer needed.
    - CLOSED: the same; but after the final answer a portal without further states sends it with
      every remark, and a remark must not end what its writer may not be content with.
    - Anything else: speaks. After the final answer OPEN opens it again.
    """
    if not case.open:
        return None
    if status not in ENDS:
        return verbs.REPLIED
    if case.state is not State.RESOLVED:
        return verbs.WITHDRAWN
    return verbs.ACCEPTED if status == FIXED or not (status == CLOSED and speaks) else verbs.REPLIED


async def _as_first(world: Gateway, caller: Caller, id: str, verb: str | None) -> str | None:
    """The verb under which this update was first sent: by the time it is sent again, it may have
    closed its own case."""
    known = {sha256(word.encode()).digest(): word for word in _CHOICES}
    key = sha256(f"/channels/{caller.code}#update#{id}".encode()).digest()
    first = await world.remember.add((key, sha256((verb or _NOTHING).encode()).digest()))
    word = known.get(first, _NOTHING)
    return None if word == _NOTHING else word


def _data(fields: Fields) -> dict[str, object]:
    data: dict[str, object] = {}
    if (note := fields.one("description")) is not None:
        data["note"] = note
    if media := fields.every("media_url"):
        data["attachments"] = [{"url": url} for url in media]
    return data


def _id(sent: str | None) -> str:
    if sent is None:
        return str(uuid4())
    plain = len(sent) <= _LONGEST_ID and sent.isascii() and sent.isprintable()
    return f"open311-update-{sent if plain else sha256(sent.encode()).hexdigest()}"
