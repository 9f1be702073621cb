"""A parked message that somebody edits: read as its reader will read it, before it goes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from broker.domain.case import read
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.messaging.parking.unpark import Edited, Parked, id_of_its_own, replay
from gateway.desk.parked_body import Kind, is_anonymous, shown, without_reporter
from schemas.events import Routing
from schemas.properties import Properties
from schemas.submission import Submission, Unusable, read_submission
from schemas.unpacking import UnusableBody, json_object, media_type_of
from schemas.updates import BadUpdate, Update

_JSON: Final = "application/json"
_POINTERS: Final = 30
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """Why it cannot go: a fixed ``reason``, and where it is; line and column where JSON breaks off.

    Reasons of this place, besides the readers': ``unchanged``, ``no-way-back``, ``not-anonymous``,
    ``not-editable``."""

    reason: str
    detail: str = ""
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """What goes, and what its reader will leave out of it."""

    edited: Edited
    warnings: tuple[str, ...] = ()


def text_to_edit(parked: Parked) -> str | None:
    """The body as a text to begin with; None where it cannot be edited on a page. Bytes that are
    no UTF-8 come as what they are in Windows' code page."""
    body = parked.message.body
    seen = shown(body, parked.original)
    if not seen.editable or b"\0" in body:
        return None
    if seen.kind is Kind.JSON:
        return seen.text
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def checked(parked: Parked, text: str, fresh_id: str) -> Ready | Fault:
    """What was made of a parked message, as its reader reads it.

    Args:
        text: as somebody edited it.
        fresh_id: for a message that has none.
    """
    if text_to_edit(parked) is None:
        return Fault("not-editable")
    back = replay(parked, id_of_its_own(parked) or fresh_id)
    if back is None or parked.destination is None:
        return Fault("no-way-back")
    body = text.replace("\r\n", "\n").strip().encode("utf-8", "replace")
    if (broken := _broken(body)) is not None:
        return broken
    before, value = _object(parked.message.body), _object(body)
    if before is not None and is_anonymous(before, parked.message.body, parked.original):
        before = without_reporter(before)
        if value is None or not is_anonymous(value, body, parked.original):
            return Fault("not-anonymous")
    changed = tuple(_changed(before, value)) if before is not None and value is not None else ("",)
    if not changed or body == parked.message.body:
        return Fault("unchanged")
    properties = _fitting(back.properties, value is not None)
    published = parked.destination.replayed_as or parked.destination.to
    seen = Incoming(body, published.exchange, published.routing_key, properties, False, 0)
    found = _read(seen)
    if isinstance(found, Fault):
        return found
    message = replace(back, body=body, properties=properties)
    return Ready(Edited(message, changed[:_POINTERS]), found)


def _read(message: Incoming) -> Fault | tuple[str, ...]:
    """As whoever reads it there does; what they leave out."""
    if message.exchange == names.INTAKE:
        channel, is_code = names.channel_of(message.routing_key)
        taken = read_submission(
            message.body, message.properties, channel=channel, key_is_code=is_code
        )
        if isinstance(taken, Unusable):
            return Fault(taken.reason, taken.detail)
        return taken.warnings if isinstance(taken, Submission) else Fault("no-id")
    if message.exchange in (names.UPDATES, names.EVENTS):
        what = read(message)
        if isinstance(what, BadUpdate):
            return Fault(what.reason, what.detail)
        assert isinstance(what, Routing | Update)
        return what.warnings if isinstance(what, Update) else ()
    try:
        json_object(message.body)
    except UnusableBody as why:
        return Fault(why.reason, why.detail)
    return ()


def _broken(body: bytes) -> Fault | None:
    """Where JSON breaks off, for a text that is meant to be an object; a reader that is told
    nothing of its type would take it as a complaint in words."""
    if not body.startswith((b"{", b"[")):
        return None
    try:
        value = json.loads(body)
    except json.JSONDecodeError as why:
        is_meant = body.startswith(b"{")
        return Fault("broken-json", why.msg, why.lineno, why.colno) if is_meant else None
    except (ValueError, RecursionError):
        return None  # the reader says so
    return None if isinstance(value, dict) else Fault("not-an-object")


def _object(body: bytes) -> Mapping[str, object] | None:
    try:
        return json_object(body)
    except UnusableBody:
        return None


def _fitting(properties: Properties, is_object: bool) -> Properties:
    """Of plain UTF-8; JSON where it is some and says it is something else."""
    kind = media_type_of(properties.content_type or "")
    is_json = kind.endswith(("/json", "+json")) and "batch" not in kind
    declared = _JSON if is_object and not is_json else properties.content_type
    return replace(properties, content_encoding=None, content_type=declared)


def _changed(before: object, after: object, at: str = "") -> Iterator[str]:
    """JSON pointers (RFC 6901) to what differs."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            escaped = str(name)[:_LONGEST].replace("~", "~0").replace("/", "~1")
            if name not in before or name not in after:
                yield f"{at}/{escaped}"
            else:
                yield from _changed(before[name], after[name], f"{at}/{escaped}")
    elif before != after or type(before) is not type(after):
        yield at
