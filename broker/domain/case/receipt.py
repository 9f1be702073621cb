"""What became of an update, for whoever sent it and asked to be told."""

from datetime import datetime
from typing import assert_never
from uuid import NAMESPACE_URL, uuid5

from broker.domain.case.case import Case
from broker.domain.case.outcome import Applied, Early, Outcome, Refused, Repeated
from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing, trace_context
from broker.messaging.reply_to import node_of
from schemas.envelope import CASES, envelope
from schemas.identifiers import derived_id
from schemas.receipt import RECEIPT, Receipt
from schemas.updates import BadUpdate, Update, digest


def receipt(
    message: Incoming,
    what: Update | BadUpdate,
    outcome: Outcome,
    *,
    before: Case | None,
    after: Case | None,
    now: datetime,
) -> Outgoing | None:
    """The receipt of one update; None where its sender did not ask for one.

    Only names that RabbitMQ has made for a client are answered (``node_of``): we publish nowhere
    else for a sender, who could not publish there. Nothing of the case is said to whoever it is
    not for, nor which complaint a tracking code stands for.

    Args:
        message: as it was published.
        before, after: the case without and with this update, where there is one.
    """
    properties = message.properties
    asked = properties.reply_to
    if asked is None or message.exchange == names.EVENTS or node_of(asked) is None:
        return None
    case = after or before
    theirs = case is not None and any(has_part(what, one) for one in (before, after))
    named = None if what.tracking else what.complaint_id
    complaint = case.complaint_id if case is not None and theirs else named
    answer, why = _answer(outcome)
    data: dict[str, object] = {
        "outcome": answer,
        "reason": why.reason if why else None,
        "detail": why.detail if why else None,
        "state": case.state if case and theirs else None,
        "agency": case.agency if case and theirs else None,
        "complaint_id": complaint,
        "tracking": case.tracking if case and theirs else what.tracking,
        "warnings": list(what.warnings) if isinstance(what, Update) else [],
    }
    said = digest(f"{message.routing_key}|{what.id}|{asked}|{properties.correlation_id}|{answer}")
    subject = complaint or uuid5(NAMESPACE_URL, f"/pintu/cases#{said}")
    event_id = derived_id(subject, said, RECEIPT, None)
    return Outgoing(
        names.DEFAULT_EXCHANGE,
        asked,
        envelope(
            id=event_id,
            type=RECEIPT,
            source=CASES,
            subject=str(complaint) if complaint else None,
            time=now,
            data=data,
        ),
        event_id,
        RECEIPT,
        headers=trace_context(message),
        mandatory=False,
        correlation_id=properties.correlation_id,
    )


def _answer(outcome: Outcome) -> tuple[Receipt, Refused | None]:
    match outcome:
        case Applied(changed=changed):
            return ("accepted" if changed else "unchanged"), None
        case Repeated():
            return "repeated", None
        case Early():
            return "waiting", None
        case Refused():
            return "refused", outcome
        case _:
            assert_never(outcome)


def has_part(what: Update | BadUpdate, case: Case | None) -> bool:
    """Whether the speaker has a part in the case."""
    if case is None:
        return False
    match what.who:
        case "desk":
            return True
        case "channel":
            return what.name == case.channel
        case "agency":
            return what.name is not None and (
                what.name == case.agency or case.supports(what.name) is not None
            )
        case _:
            return False
