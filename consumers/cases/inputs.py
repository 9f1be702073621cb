"""Messages as the case consumer reads them, and what becomes of them where there is no case yet."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog

from broker.domain.case import (
    INTERNAL_ERROR,
    Applied,
    Context,
    apply,
    cause_of,
    read,
    routed_from,
)
from broker.messaging import names
from broker.messaging.messages import Incoming, trace_context
from broker.messaging.parking.origin import as_published
from config.logging import where
from schemas.events import Routing
from schemas.identifiers import complaint_id
from schemas.updates import BadUpdate, Update
from schemas.updates import speaker_of as spoken_by

log = structlog.get_logger()

_FRESH: Final = timedelta(seconds=1)
"""For so long a moment of handling is still now."""


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What becomes of an event where there is no case yet, as seen at one moment."""

    context: Context
    outcome: Applied

    def holds(self, context: Context) -> bool:
        """Whether it is still what becomes of it: the same world, and hardly later."""
        mine = self.context
        same = mine.rules is context.rules and mine.clocks is context.clocks
        fresh = mine.now <= context.now < mine.now + _FRESH
        at = self.outcome.case.routed_at
        return same and fresh and routed_from(at, context) == at


@dataclass(frozen=True, slots=True)
class Input:
    """A message and what it was read as."""

    message: Incoming
    what: Routing | Update | BadUpdate
    worked_out: WorkedOut | None = None
    sent_back: bool = False
    """An event of ours that was parked and sent back: it may be as old as it says."""
    complaint: UUID | None = field(init=False)
    """The case that it is about; of a tracking code that no case has yet what it waits under."""

    def __post_init__(self) -> None:
        what = self.what
        about = what.data.complaint_id if isinstance(what, Routing) else what.complaint_id
        if about is None and not isinstance(what, Routing) and what.tracking is not None:
            about = waits_under(what.tracking)
        object.__setattr__(self, "complaint", about)


def waits_under(code: str) -> UUID:
    """The id under which updates wait for the case that will have this tracking code: no
    complaint's, since the source of those is a channel."""
    return complaint_id("tracking", code)


def given_up(message: Incoming) -> Input:
    """A message on which the program fails. Whoever sent it, by its routing key, is told.

    The id is left out of a channel's: nobody knows whether the case is an anonymous one's.
    """
    message = as_published(message)
    fault = BadUpdate(INTERNAL_ERROR.reason, INTERNAL_ERROR.detail)
    if message.exchange == names.UPDATES and (spoken := spoken_by(message.routing_key)):
        who, name, verb = spoken
        known = None if who == "channel" else message.properties.message_id
        fault = replace(fault, who=who, name=name, verb=verb, id=known)
    return Input(message, fault)


def read_safely(message: Incoming) -> Input:
    """See broker.domain.case.read; a fault of the reader is one of that message alone.

    One that was sent back after it was parked is read as what it was at first.
    """
    message = as_published(message)
    return Input(message, _read(message))


def read_ahead(message: Incoming, context: Context) -> Input:
    """The message, with what becomes of it if it begins a case, as nearly every event of the
    router does.

    That needs nothing from the store, so it is worked out while another batch waits there.
    """
    given, message = message, as_published(message)
    what = _read(message)
    if not isinstance(what, Routing):
        return Input(message, what)
    sent_back = message is not given
    try:
        outcome = apply(None, what, context, trace_context(message))
    except Exception:  # told where it is its turn
        return Input(message, what, sent_back=sent_back)
    if not isinstance(outcome, Applied):
        return Input(message, what, sent_back=sent_back)
    return Input(message, what, WorkedOut(context, outcome), sent_back)


def _read(message: Incoming) -> Routing | Update | BadUpdate:
    try:
        return read(message)
    except Exception as error:  # one message must not take its neighbours along
        log.error("cases.failed", traceback=where(error))
        return given_up(message).what


def causes_of(inputs: Iterable[Input]) -> dict[UUID, set[str]]:
    """Of each case the causes of its inputs, to be asked for when it is loaded."""
    found: dict[UUID, set[str]] = {}
    for given in inputs:
        if given.complaint is not None:
            causes = found.setdefault(given.complaint, set())
            if not isinstance(given.what, BadUpdate):
                causes.add(cause_of(given.what))
    return found


def key_of(given: Input) -> str:
    """The same message for the same complaint is kept once, however often it is delivered: also
    where that is named by a tracking code, and it is known by now which one has it."""
    message, what = given.message, given.what
    code = None if isinstance(what, Routing) else what.tracking
    about = given.complaint if code is None else waits_under(code)
    parts: Sequence[bytes] = (
        str(about).encode(),
        message.exchange.encode("utf-8", "replace"),
        message.routing_key.encode("utf-8", "replace"),
        (message.properties.message_id or "").encode("utf-8", "replace"),
        message.body,
    )
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def speaker_of(what: Routing | Update | BadUpdate) -> str:
    """``agency.<code>`` and the like; empty for an event of ours."""
    return what.speaker if isinstance(what, Update) else ""
