"""Two matters in one complaint: the second one's agency is told too.

Only where it is beyond doubt: the text falls into two parts at the end of a sentence, each of which
would be routed by itself, and surely, to different agencies. Oversight never takes part: who is
accused in it is not told of it by a rule that guesses.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from broker.domain import sentences
from broker.domain.routing.decision import Decision
from broker.domain.routing.language.clauses import starts
from broker.domain.routing.language.vocabulary import NEGATION
from broker.domain.routing.situation import Situation
from broker.domain.routing.tables import TRIAGE

if TYPE_CHECKING:  # needs numpy
    from broker.domain.routing.learned.deciding import Learned

UNSURE: Final = "triage/unsure"
WEIGHT: Final = 1.0
"""What a phrase weighs at least that tells where a part begins."""
CARRIED: Final = 1.4
"""What the phrases of a part weigh together at least: a strong one, or two."""
SURE: Final = 0.70
"""Confidence of each part at least, also where less is routed."""
SPEAKS: Final = 0.02
"""Confidence with which a part speaks for the agency of the other: they are about one matter."""
MOST: Final = 2
"""Supporting agencies of a decision; those of its topic come first."""
Judge = Callable[[Situation], Decision | None]
"""Decides on a text of one matter; None: not sure."""


def with_second(situation: Situation, decision: Decision, judge: Judge) -> Decision:
    """The decision by phrases, with the agency of a second matter.

    ``judge`` decides by phrases as on a text of one matter.
    """
    if not _open(situation, decision, "text/"):
        return decision
    gap = _gap(situation)
    at = _boundary(situation, *gap) if gap else None
    if at is None:
        return decision

    def carried(part: Situation) -> Decision | None:
        one = judge(part)
        return one if one and _weight(part, one) >= CARRIED else None

    return parted(situation, decision, at, carried)


def with_second_learned(
    situation: Situation, decision: Decision, learned: "Learned", judge: Judge
) -> Decision:
    """The same for a decision by what was learned."""
    if not _open(situation, decision, "learned/"):
        return decision
    from broker.domain.routing.learned.parting import second_begins  # noqa: PLC0415  # needs numpy

    at = second_begins(learned)
    return decision if at is None else parted(situation, decision, at, judge)


def parted(
    situation: Situation,
    decision: Decision,
    at: int,
    judge: Judge,
) -> Decision:
    """The decision on a text that may be of two matters, the second of which begins at ``at``.

    Where the whole was left to a person because it could not choose between both, the first leads.
    """
    text = situation.query.whole
    first, second = _sure(situation, text[:at], judge), None
    if first is not None:
        second = _sure(situation, text[at:], judge)
    if first is None or second is None or first.agency == second.agency:
        return decision
    if _speaks_for(first, second) or _speaks_for(second, first):
        return decision
    sure = decision.confidence
    if decision.agency is None:
        sure = min(first.confidence, second.confidence)
    elif decision.agency == second.agency:
        first, second = second, first
    elif decision.agency != first.agency:
        return decision
    others = tuple(one for one in decision.alternatives if one.agency != first.agency)
    lead = replace(first, confidence=sure, alternatives=others, warnings=decision.warnings)
    return _told_too(lead, second, decision)


def _open(situation: Situation, decision: Decision, how: str) -> bool:
    """Whether a second matter may be looked for."""
    if decision.oversight or situation.query.oversight:
        return False
    return decision.rule == UNSURE or decision.rule.startswith(how)


def _sure(situation: Situation, text: str, judge: Judge) -> Decision | None:
    """What is decided on one part as on a complaint, if it is routed, and surely. It is where it
    says, else where the whole is. One that says what is not the matter is none by itself."""
    if NEGATION in text.lower():
        return None
    query = replace(situation.query, text=text, title=None)
    part = Situation(query, situation.rules, situation.on, situation.excluded, within=situation)
    one = judge(part)
    if one is None or one.agency is None or one.oversight or one.confidence < SURE:
        return None
    return one


def _weight(part: Situation, one: Decision) -> float:
    """What the phrases of a part weigh together for the topic that it was decided by."""
    number = part.rules.topic_index.get(one.topic or "")
    return sum(e.weight for e, _ in part.reading.evidence if e.topic == number)


def _speaks_for(part: Decision, other: Decision) -> bool:
    return any(one.agency == other.agency and one.confidence >= SPEAKS for one in part.alternatives)


def _told_too(lead: Decision, second: Decision, otherwise: Decision) -> Decision:
    """``lead`` with the agency of ``second``; ``otherwise`` where there is no room for it."""
    agency = second.agency
    if agency is None or agency in lead.supporting:
        return lead
    if len(lead.supporting) >= MOST:
        return otherwise
    because = sentences.SECOND_MATTER.format(first=lead.because, second=second.because)
    return replace(lead, supporting=(*lead.supporting, agency), because=because)


def _boundary(situation: Situation, after: float, until: float) -> int | None:
    """The last sentence that begins between both places of the reading, as a character of the
    text; None where none does."""
    text = situation.query.whole
    places = starts(text)
    if not places:
        return None
    stream = situation.rules.vocabulary.stream
    lengths = [
        sum(len(word) + 1 for word in stream(text[start:end]))
        for start, end in pairwise([0, *places, len(text)])
    ]
    whole, reached, found = sum(lengths) + 1, 0, None
    for place, length in zip(places, lengths, strict=False):
        reached += length
        if after * whole < reached <= until * whole + 1:
            found = place
    return found


def _gap(situation: Situation) -> tuple[float, float] | None:
    """Where what speaks for one agency ends, and what speaks for another begins; None where no two
    of those with enough to carry a part stand apart. Of several, the two that weigh most."""
    topics = situation.rules.topics
    weights: dict[str, float] = {}
    spans: dict[str, tuple[float, float]] = {}
    scattered: dict[str, tuple[float, float]] = {}
    for one, where in situation.reading.evidence:
        agency = topics[one.topic].agency
        if one.weight < WEIGHT or agency == TRIAGE:
            continue
        weights[agency] = weights.get(agency, 0.0) + one.weight
        # The parts of "sampah + seminggu" may stand in two sentences.
        known = scattered if "+" in one.said else spans
        begin, end = known.get(agency, (where, where))
        known[agency] = min(begin, where), max(end, where)
    if len(weights) < 2:
        return None
    strong = [
        (weight, *(spans.get(agency) or scattered[agency]))
        for agency, weight in weights.items()
        if weight >= CARRIED
    ]
    apart = [
        (min(one[0], other[0]), one[2], other[1])
        for one in strong
        for other in strong
        if one[2] < other[1]
    ]
    return max(apart)[1:] if apart else None
