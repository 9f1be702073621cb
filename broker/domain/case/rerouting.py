"""From one agency to another: ``returned``, ``assigned`` and ``replied`` in triage, in the router's
own words. Whoever gets a case is told what was said in it: with the complaint in ``routed`` and
``triaged`` goes the conversation.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from broker.domain import sentences
from broker.domain.case import transitions
from broker.domain.case.case import Case, State, policy_of
from broker.domain.case.conversation import conversation_on_the_wire, said_of
from broker.domain.case.deciding_anew import SUGGESTED, decided_anew, left_to_desk, suggested
from broker.domain.case.handover import is_handover
from broker.domain.case.history import History, brief, note_of
from broker.domain.case.mirroring import mirrored, writer
from broker.domain.case.outcome import Applied, Context
from broker.domain.clocks import RESOLUTION, SlaCalendar
from broker.domain.forwarding import (
    MOST_RETURNS,
    Routable,
    forward,
    recorded,
)
from broker.domain.routing.decide import Decision
from schemas.complaint import PublicComplaint
from schemas.envelope import CASES
from schemas.updates import Update

BY_DESK: Final = "desk"
"""The ``rule`` of a decision that a person at the desk made."""
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
    if context.replayed is not None and context.replayed.decision is not None:
        return _moved(case, case_back, context.replayed.decision, _Mover(update, at, context))
    decision = suggested(case_back, update, context) or decided_anew(case_back, context)
    if update.suggest is not None and decision.rule != SUGGESTED:
        decision = replace(decision, warnings=(*decision.warnings, sentences.BAD_SUGGESTION))
    if case_back.hops >= MOST_RETURNS:
        decision = left_to_desk(decision, case_back.hops)
    return _moved(case, case_back, decision, _Mover(update, at, context))


def replied_in_triage(case: Case, update: Update, at: datetime, context: Context) -> Applied:
    """The reporter speaks while nobody has the case: decided anew with what was said.

    It is told as any reply is. Where an agency can be named now, the case moves there at once;
    else it stays with the desk, which sees what the rules make of it now, and no hold goes on.
    """
    after = transitions.hold_ended(case, at) if case.state is State.HELD else case
    if update.note is None:
        return mirrored(case, after, update, at, context)
    spoken = (*case.conversation, *said_of(update, at, case.anonymous))
    decision = decided_anew(replace(case, conversation=spoken), context)
    if context.replayed is not None:
        if context.replayed.decision is None and decision.agency is not None:
            return mirrored(case, after, update, at, context)  # it stayed, whatever rules say now
        decision = context.replayed.decision or decision
    if decision.agency is None:
        oversight = _confirmed(case, decision)
        refreshed = recorded(replace(decision, oversight=oversight), _routable(case, update))
        after = replace(after, decision=refreshed, oversight=oversight)
        return mirrored(case, after, update, at, context)
    told = mirrored(case, after, update, at, context)
    gone = _moved(case, case, decision, _Mover(update, at, context))
    return replace(gone, publish=(*told.publish, *gone.publish))


def assigned(case: Case, update: Update, at: datetime, context: Context) -> Applied:
    """Named by the desk: whatever the rules say, and whoever handed it back before.

    What the desk found out about the complaint goes on with it, and deadlines follow.
    """
    agency = update.agency
    because = sentences.ASSIGNED
    if update.note:
        because += sentences.ASSIGNED_NOTE.format(note=update.note[:_LONGEST_NOTE])
    told = _seen_first(_verified(case, update), agency)
    topic, warnings = case.decision.topic, tuple[str, ...]()
    if update.category is not None:
        known = context.rules.topic_index.get(update.category.lower())
        topic = context.rules.topics[known].id if known is not None else topic
        warnings = () if known is not None else (sentences.UNKNOWN_CATEGORY,)
    decision = Decision(
        agency=agency,
        supporting=(),
        rule=BY_DESK,
        because=because,
        table=context.rules.version,
        topic=topic,
        region=case.decision.region,
        oversight=told.oversight,
        confidence=1.0,
        alternatives=(),
        warnings=warnings,
    )
    if context.replayed is not None and context.replayed.decision is not None:
        decision = context.replayed.decision
    return _moved(case, told, decision, _Mover(update, at, context))


def _seen_first(case: Case, agency: str | None) -> Case:
    """The case with whether the desk, which the router left it to, named whom it was shown first;
    what comes back to the desk later was the router's decision."""
    if case.agency is not None or case.clock(RESOLUTION.name) is not None:
        return case
    shown = case.decision.alternatives
    return replace(case, first_alternative=bool(shown) and shown[0].agency == agency)


def taken_along(
    case: Case, decision: Decision, update: Update, at: datetime, context: Context
) -> Applied:
    """To the agency of the case that it is merged with, or with that one to triage."""
    return _moved(case, case, decision, _Mover(update, at, context))


def _verified(case: Case, update: Update) -> Case:
    """The case as the desk says that it is: oversight, classification, category, title."""
    if update.oversight is not None:
        case = replace(case, oversight=update.oversight, oversight_by_desk=True)
    complaint = PublicComplaint(**(case.complaint or _FORGOTTEN))
    if update.classification is not None:
        case = replace(case, classification=update.classification)
        complaint["classification"] = update.classification
    if update.category is not None:
        complaint["category"] = update.category
    if update.title is not None:
        complaint["title"] = update.title
    return case if complaint == case.complaint else replace(case, complaint=complaint)


def _moved(before: Case, case: Case, decision: Decision, mover: _Mover) -> Applied:
    """Out of where it was, at the moment of the update; to where it goes, now that it is said."""
    update, context = mover.update, mover.context
    now = context.now
    helpers = _new_helpers(case, decision)
    oversight = _confirmed(case, decision)
    decision = replace(decision, supporting=helpers, oversight=oversight)
    case = replace(case, oversight=oversight, routed_at=now, placed_at=now)
    case = transitions.left(case, mover.at)
    external = context.is_external(decision.agency)
    case = transitions.placed(case, decision.agency, now, external=external)
    for helper in helpers:
        case = transitions.supported(case, helper, now, external=context.is_external(helper))
    if case.merged_into is not None:
        case = transitions.following(case, case.merged_into, now)
    case = transitions.with_deadlines(before, case, context.clocks)
    what = _routable(case, update)
    said = said_of(update, mover.at, case.anonymous)
    resolution = case.clock(RESOLUTION.name)
    routed = forward(
        what,
        decision,
        # A case keeps the policy under which it started.
        SlaCalendar(context.clocks.calendar, (policy_of(case, context.clocks),)),
        source=CASES,
        now=now,
        resolve_by=resolution.due_at if resolution else None,
        conversation=conversation_on_the_wire((*case.conversation, *said)),
    )
    echoes = tuple(event.message_id for event in routed)
    causes = (update.cause, *echoes)
    case = replace(
        case,
        decision=recorded(decision, what),
        event_id=echoes[0],
        seen=case.seen.union(causes),
    )
    moved = writer(update, context).moved(
        case,
        before.agency,
        case.agency,
        by=update.speaker,
        at=mover.at,
        reason=update.reason,
    )
    detail = {
        "person": update.person,
        "reason": update.reason,
        "note": note_of(update),
        "suggest": update.suggest,
        "handover": (update.who == "desk" and is_handover(before, update, context)) or None,
        **brief(case.decision),
    }
    line = History(now, update.speaker, before).line(case, update.verb, mover.at, detail)
    return Applied(case, line, (moved, *routed), causes, said)


def _routable(case: Case, update: Update) -> Routable:
    return Routable(
        similar=case.decision.similar,
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


def _confirmed(case: Case, decision: Decision) -> bool:
    """Oversight. Once confirmed, always confirmed, unless the desk says otherwise: no deadline
    jumps back."""
    return case.oversight or (decision.oversight and not case.oversight_by_desk)


def _new_helpers(case: Case, decision: Decision) -> tuple[str, ...]:
    """Supporting agencies that the case does not have yet: those it has are not told again."""
    return tuple(
        agency
        for agency in dict.fromkeys(decision.supporting)
        if agency != decision.agency and not case.supports(agency)
    )
