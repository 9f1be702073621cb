"""The generous reader: any accepted form of a submitted complaint, straight from bytes.

No wrong door: CloudEvents 1.0 structured and binary mode, a bare JSON object with ``text``
and plain UTF-8 text are complaints. A bad optional field is left out and named in the
warnings; only what holds no usable text is refused.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from schemas.common_form import common_form
from schemas.complaint import SUBMITTED, ComplaintData
from schemas.identifiers import complaint_id
from schemas.limits import MAX_BODY
from schemas.properties import Properties
from schemas.unpacking import (
    BAD_TIME,
    Unpacked,
    UnusableBody,
    moment_of,
    said_beside,
    unpack,
)
from schemas.validation import InvalidData, validate_data


class Submission(NamedTuple):
    """A complaint that can be routed."""

    complaint_id: UUID
    channel: str
    source: str
    event_id: str
    data: ComplaintData
    anonymous: bool
    confidential: bool
    submitted_at: datetime | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unusable:
    """A message to be parked; ``reason`` is a fixed code, ``detail`` quotes nothing of it."""

    reason: str
    detail: str
    source: str
    event_id: str | None
    event_type: str | None
    anonymous: bool


@dataclass(frozen=True, slots=True)
class NeedsId:
    """A complaint with neither an event id nor a ``message_id``: nobody can tell a repeat."""


def read_submission(
    body: bytes, properties: Properties, *, channel: str, key_is_code: bool = True
) -> Submission | Unusable | NeedsId:
    """Read one message of the intake.

    Args:
        body: the message's bytes.
        properties: its AMQP properties.
        channel: the channel of its routing key, which RabbitMQ authorised.
        key_is_code: whether the key's first word was that channel to the letter.
    """
    common = common_form(body, properties)
    if common is None:
        return read_generously(body, properties, channel=channel, key_is_code=key_is_code)
    event_id = common.id or _usable(properties.message_id)
    if event_id is None:
        return NeedsId()
    source = f"/channels/{channel}"
    time = moment_of(common.time)
    warnings = _notes_of_key(common.source, source, key_is_code)
    if time is None and common.time is not None:
        warnings.append(BAD_TIME)
    return Submission(
        complaint_id(source, event_id),
        channel,
        source,
        event_id,
        common.data,
        common.data.anonymous is True,
        common.data.confidential is True,
        time,
        tuple(warnings),
    )


def read_generously(
    body: bytes, properties: Properties, *, channel: str, key_is_code: bool = True
) -> Submission | Unusable | NeedsId:
    """The same for every form, the common one too (schemas.common_form)."""
    source = f"/channels/{channel}"
    if len(body) > MAX_BODY:
        detail = f"{len(body)} bytes; at most {MAX_BODY}"
        return _unreadable("too-large", detail, source, properties, may_be_anonymous(body))
    try:
        unpacked = unpack(body, properties)
    except UnusableBody as why:
        # Nobody can look into a compressed body.
        anonymous = why.reason == "content-encoding" or may_be_anonymous(body)
        return _unreadable(why.reason, why.detail, source, properties, anonymous)
    event_id = unpacked.id or _usable(properties.message_id)
    anonymous = is_set(unpacked.data.get("anonymous"))
    if unpacked.type is not None and unpacked.type != SUBMITTED:
        detail = f"the event's type is not {SUBMITTED}"
        return Unusable("unknown-type", detail, source, event_id, unpacked.type, anonymous)
    try:
        data, warnings = validate_data(unpacked.data)
    except InvalidData as why:
        return Unusable(why.reason, why.detail, source, event_id, unpacked.type, anonymous)
    if event_id is None:
        return NeedsId()
    notes = _notes(unpacked, source, key_is_code)
    return Submission(
        complaint_id=complaint_id(source, event_id),
        channel=channel,
        source=source,
        event_id=event_id,
        data=data,
        anonymous=anonymous,
        confidential=is_set(unpacked.data.get("confidential")),
        submitted_at=unpacked.time,
        warnings=(*notes, *unpacked.warnings, *warnings),
    )


def _unreadable(
    reason: str, detail: str, source: str, properties: Properties, anonymous: bool
) -> Unusable:
    """A body that tells nothing of itself: what it is can only be said beside it."""
    said = said_beside(properties)
    event_id = said.id or _usable(properties.message_id)
    return Unusable(reason, detail, source, event_id, said.type, anonymous)


def _notes(unpacked: Unpacked, source: str, key_is_code: bool) -> list[str]:
    notes = _notes_of_key(unpacked.source, source, key_is_code)
    for name in ("anonymous", "confidential"):
        flag = unpacked.data.get(name)
        if is_set(flag) and flag is not True:
            notes.append(f"{name}: neither true nor false; taken as true")
    return notes


def _notes_of_key(said: str | None, source: str, key_is_code: bool) -> list[str]:
    notes = []
    if said is not None and said != source:
        notes.append("source: names another channel than the routing key; the key counts")
    if not key_is_code:
        notes.append("routing key: its first word is no channel code; read as the nearest code")
    return notes


def _usable(text: str | None) -> str | None:
    return text if text and text.strip() else None


def is_set(flag: object) -> bool:
    """Whether somebody asks for it: anonymous, confidential."""
    # 0 == False in Python, yet on the wire only false itself means no: fail closed.
    return not (flag is None or flag is False)


def may_be_anonymous(body: bytes) -> bool:
    """Whether a body that cannot be read may be an anonymous complaint: fail closed.

    It is where it speaks of it, and where that cannot be seen: UTF-16, letters of JSON that are
    escaped, base64.
    """
    lowered = body.lower()
    return any(sign in lowered for sign in (b"anonym", b"\0", b"\\u00", b"data_base64"))
