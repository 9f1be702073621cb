"""``routed`` and ``triaged``, as the cases read them: a case begins, or there is nothing new.

A case that begins takes its place from the event. From then on only the cases themselves move it,
and they do so when they handle an update, not when they read of it: the echo is nothing new.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, cast, get_args

from broker.domain.case import transitions
from broker.domain.case.case import Case, State
from broker.domain.case.clock import CaseClock
from broker.domain.case.deadlines import soonest_of
from broker.domain.case.events import EventWriter, promised
from broker.domain.case.history import History, brief
from broker.domain.case.outcome import Applied, Context, Early, Outcome, Refused, Repeated
from broker.domain.case.replacing import replace
from broker.domain.case.rerouting import BY_DESK
from broker.domain.case.terms import Terms, TermsKey
from broker.domain.clocks import RESOLUTION, RESPONSE, VERIFICATION
from schemas import verbs
from schemas.complaint import Classification
from schemas.envelope import CASES
from schemas.events import RoutedData, Routing

_ON_ITS_WAY: Final = 40
"""Times the patience (10 minutes): a publish that RabbitMQ does not take is repeated for a while.
A router that is no further behind than that does no harm."""
_CLASSIFICATIONS: Final = get_args(Classification)


def apply_routing(
    case: Case | None, event: Routing, context: Context, trace: Mapping[str, str]
) -> Outcome:
    """What an event of ours does to its case.

    - No case: a lead or triage begins one; a supporting agency waits for its lead.
    - The event is known: nothing. The first of two of one id counts.
    - Supporting, not known: the agency joins, unless it has the case, handed it back, or the case
      is closed; then it is told that it moved.
    - Lead, not known: another try under other rules. The first that was seen stands, and this one
      is told that it moved. One that only a lost update of ours explains is deferred for it.
    - Triage, not known: the same, but there is nobody to tell.
    """
    if case is None:
        return _without_case(event, context, trace)
    if event.id in case.seen:
        return Repeated()
    agency = event.data.agency
    if agency is None:
        return Applied(replace(case, seen=case.seen | {event.id}), causes=(event.id,))
    if event.data.role == "supporting":
        return _join(case, agency, event, context, trace)
    if context.patient and _ahead_of_its_update(case, event):
        return Early(context.now, context.now + context.patience)
    return _turn_away(case, agency, "lead", event, context, trace)


def _without_case(event: Routing, context: Context, trace: Mapping[str, str]) -> Outcome:
    if event.data.role == "supporting":
        if context.patient:
            return Early(context.now, context.now + context.patience)
        return Refused("no-lead", "a supporting agency was named, and nobody leads")
    terms = _terms(event.data, context)
    case = _begun(event, terms, context, trace)
    events = EventWriter(event.id, context.now, trace=trace, name_of=context.rules.agency_name)
    history = History(context.now, _who(event), None)
    what = verbs.ROUTED if case.agency else verbs.TRIAGED
    return Applied(
        case,
        history.line(case, what, case.opened_at, brief(case.decision)),
        (events.say(case, verbs.OPENED, case.agency, terms.told),),
        (event.id,),
    )


def _begun(event: Routing, terms: Terms, context: Context, trace: Mapping[str, str]) -> Case:
    """What ``transitions.placed`` and ``with_deadlines`` make of a case without a place, in one
    go: most of what is ever done to cases is to begin them."""
    data = event.data
    complaint = data.complaint
    anonymous = complaint.get("anonymous") is not False  # fail closed
    if anonymous:
        # They are never there; left out here too, should a router fail in it.
        complaint = complaint.copy()
        complaint.pop("reporter", None)
        complaint.pop("extra", None)
    return Case(
        complaint_id=data.complaint_id,
        tracking=data.tracking,
        channel=data.channel,
        complaint=complaint,
        classification=terms.classification,
        anonymous=anonymous,
        state=State.TRIAGE if data.agency is None else State.ROUTED,
        agency=data.agency,
        external=terms.external,
        supporting=(),
        acknowledged=False,
        oversight=data.decision.oversight,
        oversight_by_desk=False,
        hops=data.decision.hops,
        previous=data.decision.previous,
        clocks=terms.clocks,
        policy=terms.policy,
        calendar=context.clocks.calendar.version,
        decision=data.decision,
        event_id=event.id,
        received_at=_in_utc(data.received_at),
        opened_at=terms.at,
        routed_at=terms.at,
        placed_at=context.now,
        trace=trace,
        next_due=terms.next_due,
        seen=frozenset({event.id}),
        lines=1,
        of=None if anonymous else data.of,
    )


def _terms(data: RoutedData, context: Context) -> Terms:
    """Those of the case that this event begins."""
    key = TermsKey(
        data.routed_at,
        data.routed_at.utcoffset(),
        data.agency,
        _classification(data.complaint.get("classification")),
        data.decision.oversight,
    )
    found = context.terms.get(key)
    if found is None:
        found = context.terms[key] = _worked_out(key, context)
    return found


def _worked_out(key: TermsKey, context: Context) -> Terms:
    at = routed_from(key.routed_at, context)
    agency, calendar = key.agency, context.clocks
    policy = calendar.policy_at(at)
    kinds = (VERIFICATION,) if agency is None else (RESPONSE, RESOLUTION)
    clocks = tuple(
        CaseClock(
            kind.name,
            1,
            agency,
            started_at=at,
            due_at=calendar.due(
                kind.name,
                at,
                classification=key.classification,
                oversight=key.oversight,
                policy=policy,
            ),
        )
        for kind in kinds
    )
    first = soonest_of(clocks, policy, calendar)
    return Terms(
        at=at,
        classification=key.classification,
        policy=(policy.id, policy.version),
        clocks=clocks,
        next_due=first.at if first else None,
        external=context.is_external(agency),
        told={
            "agency_name": context.rules.agency_name(agency) if agency else None,
            **promised(agency, clocks),
            # For the audit trail: who reads it again knows no watermark.
            **({} if at == key.routed_at else {"at": at}),
        },
    )


def _join(
    case: Case, agency: str, event: Routing, context: Context, trace: Mapping[str, str]
) -> Outcome:
    at = routed_from(event.data.routed_at, context)
    # Nobody acts on it; the audit trail has to say when it was.
    events = EventWriter(event.id, context.now, trace=trace, name_of=context.rules.agency_name)
    told = events.say(case, verbs.JOINED, agency, {"at": at}, to_channel=False)
    if case.agency == agency or case.supports(agency):
        known = replace(case, seen=case.seen | {event.id})
        return Applied(known, publish=(told,), causes=(event.id,))
    if not case.open or agency in case.previous:
        return _turn_away(case, agency, "supporting", event, context, trace)
    joined = transitions.supported(case, agency, at, external=context.is_external(agency))
    joined = transitions.with_deadlines(case, joined, context.clocks, (event.id,))
    history = History(context.now, _who(event), case)
    line = history.line(joined, verbs.ROUTED, at, {"supporting": agency})
    return Applied(joined, line, (told,), (event.id,))


def _turn_away(
    case: Case, agency: str, role: str, event: Routing, context: Context, trace: Mapping[str, str]
) -> Outcome:
    """Tell an agency that the case is elsewhere, so that it does not work on it in vain."""
    known = replace(case, seen=case.seen | {event.id})
    if agency == case.agency and case.open:
        return Applied(known, causes=(event.id,))
    after = transitions.without_supporting(known, agency, context.now)
    after = transitions.with_deadlines(case, after, context.clocks)
    events = EventWriter(event.id, context.now, trace=trace, name_of=context.rules.agency_name)
    moved = events.moved(after, agency, case.agency, by="pintu", at=context.now, role=role)
    history = History(context.now, _who(event), case)
    line = history.line(after, verbs.MOVED, context.now, {"agency": agency, "role": role})
    return Applied(after, line, (moved,), (event.id,))


def _ahead_of_its_update(case: Case, event: Routing) -> bool:
    """An echo of a move that the case does not know: a crash came between, the update comes again.

    What two tries under two rules make bears the hops that the case has by then, unless the desk
    named the agency; then both tries name the same one. A reply takes a case out of triage, and
    adds no hop.
    """
    hops, rule = event.data.decision.hops, event.data.decision.rule
    replied = hops == case.hops and case.agency is None
    ahead = hops > case.hops or rule == BY_DESK or replied
    return event.source == CASES and ahead and case.open


def routed_from(routed_at: datetime, context: Context) -> datetime:
    """The moment from which an event counts: when it was said, but not from the future.

    Nor from long before all that lay in the queue had been read: this would have been among it, so
    the clock of the router is behind, and deadlines would pass before their time.
    """
    at = min(_in_utc(routed_at), context.now)
    if context.watermark - at <= context.patience * _ON_ITS_WAY:
        return at
    return min(context.watermark, context.now)


def _in_utc(moment: datetime) -> datetime:
    """The same value, in a zone that compares and prints faster than the reading library's own."""
    return moment if moment.utcoffset() else moment.replace(tzinfo=UTC)


def _who(event: Routing) -> str:
    return "cases" if event.source == CASES else "router"


def _classification(word: object) -> Classification:
    return cast(Classification, word) if word in _CLASSIFICATIONS else "complaint"
