"""Two matters in one complaint: the second one's agency is told too.

Only where it is beyond doubt: the text falls into two parts at the end of a sentence, each of which
would be routed by itself, and surely, to different agencies. Oversight never takes part: who is
accused in it is not told of it by a rule that guesses.
"""

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from broker.domain import sentences
from broker.domain.routing.decision import Decision
from broker.domain.routing.language.clauses import starts
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
Weighed = tuple[float, str, float]
"""Where in the text something stands, for which agency it speaks, its weight."""
Judge = Callable[[Situation], Decision]


def with_second(situation: Situation, decision: Decision, judge: Judge) -> Decision:
    """The decision by phrases, with the agency of a second matter.

    ``judge`` decides by phrases as on a text of one matter.
    """
    if not _open(situation, decision, "text/"):
        return decision
    evidence = _evidence(situation)
    if not evidence:
        return decision
    text = situation.query.whole
    places = starts(text)
    at = _boundary(situation, text, places, evidence) if places else None
    if at is None:
        return decision

    def carried(part: Situation) -> Decision | None:
        one = judge(part)
        return one if _weight(part, one) >= CARRIED else None

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
    judge: Callable[[Situation], Decision | None],
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


def _sure(
    situation: Situation, text: str, judge: Callable[[Situation], Decision | None]
) -> Decision | None:
    """What is decided on one part as on a complaint, if it is routed, and surely. It is where it
    says, else where the whole is."""
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


def _boundary(
    situation: Situation, text: str, places: list[int], evidence: list[Weighed]
) -> int | None:
    """The place that parts the evidence for two agencies best; None where none does."""
    vocabulary = situation.rules.vocabulary
    edges = [0, *places, len(text)]
    lengths = [
        sum(len(word) + 1 for word in vocabulary.stream(text[start:end]))
        for start, end in itertools.pairwise(edges)
    ]
    whole = sum(lengths) + 1
    best, found, reached = 0.0, None, 0
    for place, length in zip(places, lengths, strict=False):
        reached += length
        value = _parted([(at * whole < reached, agency, weight) for at, agency, weight in evidence])
        if value > best:
            best, found = value, place
    return found


def _parted(evidence: list[tuple[bool, str, float]]) -> float:
    """How well evidence (whether it stands before a place, for whom, its weight) for any two
    agencies is parted there: what stands on their own side less what stands on the other's."""
    before: dict[str, float] = {}
    after: dict[str, float] = {}
    for is_before, agency, weight in evidence:
        side = before if is_before else after
        side[agency] = side.get(agency, 0.0) + weight
    return max(
        (
            one - after.get(agency, 0.0) + its - before.get(other, 0.0)
            for agency, one in before.items()
            for other, its in after.items()
            if agency != other and min(one, its) >= CARRIED
        ),
        default=0.0,
    )


def _evidence(situation: Situation) -> list[Weighed]:
    """What speaks for agencies; nothing where fewer than two have enough to carry a part each."""
    topics = situation.rules.topics
    found: list[Weighed] = []
    sums: dict[str, float] = {}
    for one, where in situation.reading.evidence:
        agency = topics[one.topic].agency
        if one.weight >= WEIGHT and agency != TRIAGE:
            found.append((where, agency, one.weight))
            sums[agency] = sums.get(agency, 0.0) + one.weight
    return found if sum(weight >= CARRIED for weight in sums.values()) > 1 else []
