"""A message that changes nothing: parked whole, and its sender's side is told why."""

from collections.abc import Container
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from broker.domain.case.case import Case
from broker.domain.case.guessing import Guess, guessed
from broker.domain.case.outcome import Refused
from broker.messaging import names
from broker.messaging.event import event
from broker.messaging.messages import Incoming, Outgoing, trace_context
from broker.messaging.parking.park import park
from schemas import verbs
from schemas.envelope import CASES, event_type
from schemas.events import Routing
from schemas.identifiers import derived_id, tracking
from schemas.updates import BadUpdate, Update, digest, office_source

INTERNAL_ERROR: Final = Refused("internal-error", "the case consumer failed on this message")


def refuse(
    message: Incoming,
    what: Routing | Update | BadUpdate,
    why: Refused,
    *,
    case: Case | None,
    now: datetime,
    repeat: int = 0,
    agencies: Container[str] = (),
) -> tuple[Outgoing, ...]:
    """What is published for a message that is refused: itself, parked, then the answer.

    Who hears it: an agency under ``rejected.<code>.-``, in its queue; a channel under
    ``rejected.-.<channel>``, in its own; for the desk ``rejected.-.-`` is on the audit trail. Where
    the routing key is wrong whoever it most likely speaks for hears it (``guessed``), without the
    complaint's id; where nobody can be guessed it is on the audit trail. Nobody hears of another's
    refusal. An event of ours is parked and not answered.

    ``case``: the one that it is about, as far as there is one. ``repeat``: how many messages of
    the same body and reason came before it in its batch. ``agencies``: codes that can be guessed.
    """
    # What a channel sends about an anonymous complaint may show who the reporter is.
    hidden = _from_channel(what) and case is not None and case.anonymous
    parked = park(message, why.reason, why.detail, now, repeat=repeat)
    if isinstance(what, Routing) or (message.exchange == names.EVENTS):
        return (parked,)
    hearer = _hearer(what) or guessed(message.routing_key, agencies)
    return parked, _rejected(message, what, why, now, repeat, hearer, hide_id=hidden)


def refusal_of(bad: BadUpdate) -> Refused:
    """The refusal of a message that could not be read."""
    return Refused(bad.reason, bad.detail)


def _rejected(
    message: Incoming,
    what: Update | BadUpdate,
    why: Refused,
    now: datetime,
    repeat: int,
    hearer: Guess,
    *,
    hide_id: bool,
) -> Outgoing:
    source = office_source(what.who, what.name, what.source)
    of: dict[str, object] = {"source": source, "type": _type(what)}
    if not hide_id:
        of["id"] = what.id
    data: dict[str, object] = {"reason": why.reason, "detail": why.detail, "of": of}
    known = what.complaint_id if what.who is not None else None
    if known is not None:
        data |= {
            "complaint_id": str(known),
            "tracking": tracking(known),
        }
    elif what.who is not None and what.tracking is not None:
        data["tracking"] = what.tracking
    # The same id may come again with another fault: reason and body tell the two apart. In binary
    # mode and in bare objects the id stands outside the body.
    said = digest(f"{message.routing_key}|{why.reason}|{what.id}|{repeat}|")
    body = sha256(message.body).hexdigest()
    subject = known or uuid5(NAMESPACE_URL, f"/pintu/cases#{said}|{body}")
    event_id = derived_id(subject, f"{said}|{body}", event_type(verbs.REJECTED), hearer.agency)
    return event(
        verbs.REJECTED,
        hearer.agency,
        hearer.channel,
        id=event_id,
        source=CASES,
        subject=str(known) if known else None,
        time=now,
        data=data,
        trace=trace_context(message),
    )


def _hearer(what: Update | BadUpdate) -> Guess | None:
    """Who spoke, by a key that is right; None where it is wrong."""
    match what.who:
        case None:
            return None
        case "agency":
            return Guess(agency=what.name or names.NOBODY)
        case "channel":
            return Guess(channel=what.name or names.NOBODY)
        case _:
            return Guess()


def _type(what: Update | BadUpdate) -> str | None:
    return event_type(what.verb) if isinstance(what, Update) else what.type


def _from_channel(what: Routing | Update | BadUpdate) -> bool:
    # Who cannot be told from the routing key may be a channel.
    return not isinstance(what, Routing) and what.who in ("channel", None)
