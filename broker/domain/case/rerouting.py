"""From one agency to another: ``returned`` and ``assigned``, in the router's own words."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from broker.domain import sentences
from broker.domain.case import transitions
from broker.domain.case.case import Case, policy_of
from broker.domain.case.events import EventWriter
from broker.domain.case.history import History, brief, note_of
from broker.domain.case.outcome import Applied, Context
from broker.domain.clocks import RESOLUTION, SlaCalendar
from broker.domain.forwarding import (
    MOST_RETURNS,
    Routable,
    forward,
    query_of,
    recorded,
)
from broker.domain.routing.decide import Decision, decide
from broker.domain.routing.directory import agency_key
from schemas.complaint import PublicComplaint
from schemas.decision import Alternative
from schemas.envelope import CASES
from schemas.updates import Update

BY_DESK: Final = "desk"
"""The ``rule`` of a decision that a person at the desk made."""
SUGGESTED: Final = "suggested"
"""The ``rule`` of a decision that follows the agency which handed the complaint back."""
RETURNED: Final = "triage/returned"
"""The ``rule`` of the triage in which the last return ends."""

_LONGEST_NOTE: Final = 1_000
_FORGOTTEN: Final[PublicComplaint] = {"text": ""}


@dataclass(frozen=True, slots=True)
class _Mover:
    """The update that moves a case, and the moment from which it counts."""

    update: Update
    at: datetime
    context: Context


def returned(case: Case, update: Update, at: datetime, context: Context) -> Applied:
    """Handed back by the agency that has it: decided anew, or triage on the last return.

    An agency that the update suggests is asked next if it exists and has not handed it back: who
    looked into the matter knows more than the rules, which were wrong.
    """
    agency = case.agency
    previous = tuple(dict.fromkeys((*case.previous, *([agency] if agency else []))))
    case_back = replace(case, hops=case.hops + 1, previous=previous)
    decision = _decided_anew(case_back, update, context)
    if case_back.hops >= MOST_RETURNS:
        decision = _left_to_desk(decision, case_back.hops)
    return _moved(case, case_back, decision, _Mover(update, at, context))


def assigned(case: Case, update: Update, at: datetime, context: Context) -> Applied:
    """Named by the desk: whatever the rules say, and whoever handed it back before."""
    agency = update.agency
    because = sentences.ASSIGNED
    note = update.data.get("note")
    if isinstance(note, str) and note.strip():
        because += sentences.ASSIGNED_NOTE.format(note=note.strip()[:_LONGEST_NOTE])
    if update.oversight is not None:
        told = replace(case, oversight=update.oversight, oversight_by_desk=True)
    else:
        told = case
    decision = Decision(
        agency=agency,
        supporting=(),
        rule=BY_DESK,
        because=because,
        table=context.rules.version,
        topic=case.decision.topic,
        region=case.decision.region,
        oversight=told.oversight,
        confidence=1.0,
        alternatives=(),
        warnings=(),
    )
    return _moved(case, told, decision, _Mover(update, at, context))


def _decided_anew(case: Case, update: Update, context: Context) -> Decision:
    rules = context.rules
    query = query_of(case.complaint or _FORGOTTEN)
    on = context.clocks.calendar.local_day(context.now)
    warnings: tuple[str, ...] = ()
    if update.suggest is not None:
        code = rules.agency_index.get(agency_key(update.suggest))
        suggested = rules.answering(code, on) if code else None
        if suggested is not None:
            wanted = replace(query, agency=suggested)
            decision = decide(wanted, rules, on=on, excluded=case.previous)
            if decision.agency == suggested:
                because = sentences.SUGGESTED.format(
                    by=rules.agency_name(update.name), to=rules.agency_name(suggested)
                )
                return replace(decision, rule=SUGGESTED, because=because)
        warnings = (sentences.BAD_SUGGESTION,)
    decision = decide(query, rules, on=on, excluded=case.previous)
    return replace(decision, warnings=(*decision.warnings, *warnings))


def _left_to_desk(decision: Decision, hops: int) -> Decision:
    """Whoever would be next becomes the first candidate before the desk."""
    alternatives = decision.alternatives
    if decision.agency is not None:
        alternatives = (Alternative(decision.agency, decision.confidence), *alternatives)
    because = sentences.LAST_RETURN.format(hops=hops)
    return replace(
        decision,
        agency=None,
        supporting=(),
        rule=RETURNED,
        because=because,
        alternatives=alternatives,
    )


def _moved(before: Case, case: Case, decision: Decision, mover: _Mover) -> Applied:
    """Out of where it was, at the moment of the update; to where it goes, now that it is said."""
    update, context = mover.update, mover.context
    now = context.now
    helpers = _new_helpers(case, decision)
    # Once confirmed, always confirmed, unless the desk says otherwise: no deadline jumps back.
    oversight = case.oversight or (decision.oversight and not case.oversight_by_desk)
    decision = replace(decision, supporting=helpers, oversight=oversight)
    case = replace(case, oversight=oversight, routed_at=now, placed_at=now)
    case = transitions.left(case, mover.at)
    external = context.is_external(decision.agency)
    case = transitions.placed(case, decision.agency, now, external=external)
    for helper in helpers:
        case = transitions.supported(case, helper, now, external=context.is_external(helper))
    case = transitions.with_deadlines(before, case, context.clocks)
    what = Routable(
        complaint_id=case.complaint_id,
        channel=case.channel,
        complaint=case.complaint or _FORGOTTEN,
        cause=update.cause,
        received_at=case.received_at,
        hops=case.hops,
        previous=case.previous,
        trace=update.trace,
        of=case.of,
    )
    resolution = case.clock(RESOLUTION.name)
    routed = forward(
        what,
        decision,
        # A case keeps the policy under which it started.
        SlaCalendar(context.clocks.calendar, (policy_of(case, context.clocks),)),
        source=CASES,
        now=now,
        resolve_by=resolution.due_at if resolution else None,
    )
    echoes = tuple(event.message_id for event in routed)
    causes = (update.cause, *echoes)
    case = replace(
        case,
        decision=recorded(decision, what),
        event_id=echoes[0],
        seen=case.seen.union(causes),
    )
    events = EventWriter(update.cause, now, trace=update.trace, name_of=context.rules.agency_name)
    moved = events.moved(case, before.agency, case.agency, by=update.speaker, reason=update.reason)
    detail = {
        "reason": update.reason,
        "note": note_of(update),
        "suggest": update.suggest,
        **brief(case.decision),
    }
    line = History(now, update.speaker, before).line(case, update.verb, mover.at, detail)
    return Applied(case, line, (moved, *routed), causes)


def _new_helpers(case: Case, decision: Decision) -> tuple[str, ...]:
    """Supporting agencies that the case does not have yet: those it has are not told again."""
    return tuple(
        agency
        for agency in dict.fromkeys(decision.supporting)
        if agency != decision.agency and not case.supports(agency)
    )
