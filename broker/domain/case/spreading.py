"""What happens to one case and concerns those that it is merged with, done in the same moment.

What the agency that leads says reaches every case that follows (``acknowledged``, ``responded``,
``resolved``); where the case goes, they go. Where it ends without an answer, or is no longer of
their kind, they come apart and their own clocks run again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from broker.domain import sentences
from broker.domain.case.case import Case, State
from broker.domain.case.catching_up import caught_up, completed
from broker.domain.case.from_agency import from_lead
from broker.domain.case.history import History
from broker.domain.case.mergeable import follows, unlike
from broker.domain.case.merged_words import hiding, retold
from broker.domain.case.outcome import Applied, Context
from broker.domain.case.parting import Why, parted, told_apart
from broker.domain.case.replacing import replace
from broker.domain.case.rerouting import BY_DESK, taken_along
from broker.domain.case.speakers import spoken_for
from broker.domain.clocks import RESOLUTION
from broker.domain.routing.decide import Decision
from schemas import verbs
from schemas.updates import Update

_ANSWERS: Final = (verbs.ACKNOWLEDGED, verbs.RESPONDED, verbs.RESOLVED)
_WITHOUT_ANSWER: Final = ("dismissed", "withdrawn")


def spread(
    before: Case, outcome: Applied, update: Update, context: Context, others: Mapping[UUID, Case]
) -> Applied:
    """``outcome``, with what it means for the cases that this one is merged with.

    Args:
        before: the case as the update found it.
        others: those that it is merged with, with their complaints where words go on.
    """
    at = _moment_of(outcome, context)
    if before.merged_into is not None:
        outcome = _of_follower(before, outcome, update, at, context, others)
    if before.merged:
        return _to_followers(before, outcome, update, at, context, others)
    return outcome


def _of_follower(
    before: Case,
    outcome: Applied,
    update: Update,
    at: datetime,
    context: Context,
    others: Mapping[UUID, Case],
) -> Applied:
    """A reporter who goes on after the answer goes on alone; who leaves is no longer counted."""
    case = outcome.case
    if before.state is State.RESOLVED and case.open and case.state is not State.RESOLVED:
        apart = replace(case, merged_into=None)
        told = told_apart(apart, before.merged_into, update, at, context, "reopened")
        detail = {"parted": "reopened"}
        line = History(context.now, update.speaker, case).line(apart, verbs.SEPARATED, at, detail)
        outcome = replace(
            outcome,
            case=apart,
            history=(*outcome.history, *line),
            publish=(*outcome.publish, *told),
        )
        case = apart
    answered = case.closed is not None and case.closed.how not in _WITHOUT_ANSWER
    if case.merged_into is not None and (case.open or answered):
        return outcome
    lead = others.get(before.merged_into.complaint_id) if before.merged_into else None
    if lead is None or case.complaint_id not in lead.merged:
        return outcome
    rest = tuple(one for one in lead.merged if one != case.complaint_id)
    after = replace(lead, merged=rest)
    line = History(context.now, update.speaker, lead).line(
        after, verbs.SEPARATED, at, {"follower": case.tracking}
    )
    return replace(outcome, others=(*outcome.others, completed(lead, (), Applied(after, line))))


def _to_followers(
    before: Case,
    outcome: Applied,
    update: Update,
    at: datetime,
    context: Context,
    others: Mapping[UUID, Case],
) -> Applied:
    group = [
        found
        for one in before.merged
        if (found := others.get(one)) is not None and found.open and follows(found, before)
    ]
    steps = []
    for found in group:
        case, brought = caught_up(found, context)
        if not case.open:
            continue
        hide = hiding([before, *(one for one in group if one is not found)])
        told = retold(update, before, case, hide)
        step = _step(before, outcome.case, case, told, at, context)
        if step is not None:
            steps.append(completed(found, brought, step))
    known = {**others, **{step.case.complaint_id: step.case for step in steps}}
    left = tuple(one for one in before.merged if _still(known.get(one), before))
    case = outcome.case
    if left != case.merged:
        case = replace(case, merged=left)
    return replace(outcome, case=case, others=(*outcome.others, *steps))


def _still(case: Case | None, lead: Case) -> bool:
    """Whether it is counted among those that follow. One that is not at hand is."""
    return case is None or (case.open and follows(case, lead))


def _step(
    before: Case, lead: Case, case: Case, told: Update, at: datetime, context: Context
) -> Applied | None:
    """What becomes of one that follows; None where nothing does."""
    why = _parts(before, lead, case, told.verb)
    if why is not None:
        return _apart(case, told, at, context, why)
    if lead.agency != before.agency:
        return taken_along(case, _decision(lead, case), told, at, context)
    if told.who == "agency" and told.verb in _ANSWERS and case.agency == lead.agency:
        if spoken_for(before, told.name, context) != before.agency:
            return None  # a supporting agency speaks for itself
        answered = from_lead(case, told, at, context)
        return answered if isinstance(answered, Applied) else None
    return None


def _parts(before: Case, lead: Case, case: Case, verb: str) -> Why | None:
    """Why they come apart; None where they do not."""
    if not lead.open:
        return "lead-ended" if case.waits_for_lead else None
    if lead.agency != before.agency and not case.waits_for_lead:
        return "moved"
    kind = lead.classification, lead.oversight
    changed = kind != (before.classification, before.oversight)
    # The desk may make it another kind, and so may what its reporter adds or an agency says.
    if not changed and verb != verbs.ASSIGNED:
        return None
    if unlike(case, lead) is not None:
        return "unlike"
    return "unlike" if changed and _later(lead, case) else None


def _later(lead: Case, case: Case) -> bool:
    """Whether the case that leads is given more time by now than the other was."""
    one, other = lead.clock(RESOLUTION.name), case.clock(RESOLUTION.name)
    return one is not None and other is not None and other.open and one.due_at > other.due_at


def _apart(case: Case, told: Update, at: datetime, context: Context, why: Why) -> Applied:
    if case.waits_for_lead:
        return parted(case, told, at, context, why)
    # It was answered: nothing of it stood still.
    lead, after = case.merged_into, replace(case, merged_into=None)
    after = replace(after, seen=after.seen | {told.cause})
    events = told_apart(after, lead, told, at, context, why)
    line = History(context.now, told.speaker, case).line(
        after, verbs.SEPARATED, at, {"parted": why}
    )
    return Applied(after, line, events, (told.cause,))


def _decision(lead: Case, case: Case) -> Decision:
    """That of the case that leads, in words that quote nothing of it."""
    made = lead.decision
    return Decision(
        agency=lead.agency,
        supporting=(),
        # As a decision of the desk an echo of it waits for its update, should that come again.
        rule=BY_DESK if lead.agency else made.rule,
        because=sentences.LEAD_MOVED,
        table=made.table,
        topic=case.decision.topic or made.topic,
        region=case.decision.region,
        oversight=case.oversight,
        confidence=made.confidence,
        alternatives=(),
        warnings=(),
    )


def _moment_of(outcome: Applied, context: Context) -> datetime:
    """From which the update counts: its line says so."""
    return outcome.history[-1].at if outcome.history else context.now
