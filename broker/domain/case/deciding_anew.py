"""Who is answerable for a case that comes back, or whose reporter has said more.

After a hand-back nothing is surer than it was: the agencies that handed it back do not come out,
but the words that spoke for them still stand against the others (see ``candidates``). Only what
the reporter said since may make one surer.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from broker.domain import sentences
from broker.domain.case.case import Case
from broker.domain.case.conversation import Said
from broker.domain.case.outcome import Context
from broker.domain.forwarding import MOST_RETURNS, query_of
from broker.domain.routing.decide import Decision, Query, decide
from broker.domain.routing.directory import agency_key
from schemas.complaint import PublicComplaint
from schemas.decision import Alternative
from schemas.updates import Update

SUGGESTED: Final = "suggested"
"""The ``rule`` of a decision that follows the agency which handed the complaint back."""
RETURNED: Final = "triage/returned"
"""The ``rule`` of the triage in which the last return ends."""

_FORGOTTEN: Final[PublicComplaint] = {"text": ""}
_NEXT: Final = " . "
"""Between what was said at different times, as between a title and its text."""


def decided_anew(case: Case, context: Context) -> Decision:
    """The decision on the complaint with all that its reporter said since.

    Where the complaint was handed back and that leaves it open, what the reporter said since may
    decide by itself: the first words led to somebody who is not answerable. After the last return
    nothing else can: the rules had their turn.
    """
    query, spoken = query_of(case.complaint or _FORGOTTEN), _spoken(case.conversation)
    decision = _decide(_with(query, spoken), case, context)
    last = case.hops >= MOST_RETURNS
    if spoken and case.previous and (decision.agency is None or last):
        alone = _decide(replace(query, title=None, text=spoken), case, context)
        if alone.agency is not None:
            return alone
    return left_to_desk(decision, case.hops) if last else decision


def suggested(case: Case, update: Update, context: Context) -> Decision | None:
    """For the agency that the one which hands it back suggests; None where that cannot have it."""
    rules = context.rules
    code = rules.agency_index.get(agency_key(update.suggest)) if update.suggest else None
    on = context.clocks.calendar.local_day(context.now)
    agency = rules.answering(code, on) if code else None
    if agency is None:
        return None
    query = _with(query_of(case.complaint or _FORGOTTEN), _spoken(case.conversation))
    decision = _decide(replace(query, agency=agency), case, context)
    if decision.agency != agency:
        return None
    because = sentences.SUGGESTED.format(
        by=rules.agency_name(update.name), to=rules.agency_name(agency)
    )
    return replace(decision, rule=SUGGESTED, because=because)


def left_to_desk(decision: Decision, hops: int) -> Decision:
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


def _decide(query: Query, case: Case, context: Context) -> Decision:
    on = context.clocks.calendar.local_day(context.now)
    return decide(query, context.rules, on=on, excluded=case.previous)


def _spoken(conversation: Sequence[Said]) -> str:
    """What the reporter wrote since, the newest first."""
    notes = [said.note for said in conversation if said.by_reporter and said.note]
    return _NEXT.join(reversed(notes))


def _with(query: Query, spoken: str) -> Query:
    """What was said last stands first: an answer to a question is what counts, and of a long text
    the end is not looked at."""
    return replace(query, text=f"{spoken}{_NEXT}{query.text}") if spoken else query
