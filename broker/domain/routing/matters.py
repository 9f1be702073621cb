"""Two matters in one complaint: the second one's agency is told too.

Only where it is beyond doubt: the text falls into two parts at the end of a sentence, each of which
would be routed by itself, and surely, to different agencies. Oversight never takes part: who is
accused in it is not told of it by a rule that guesses.
"""

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from broker.domain import sentences
from broker.domain.routing.decision import Decision
from broker.domain.routing.language.clauses import starts
from broker.domain.routing.situation import Situation
from broker.domain.routing.tables import TRIAGE

SURE: Final = 0.70
"""Confidence of each part, where the threshold is not higher."""
WEIGHT: Final = 1.0
"""What a phrase weighs at least that tells where a part begins."""
CARRIED: Final = 2.0
"""What all phrases of a part weigh at least: one of two words, or two."""
MOST: Final = 2
"""Supporting agencies of a decision; those of its topic come first."""
Weighed = tuple[float, str, float]
"""Where in the text something stands, for which agency it speaks, its weight."""
Judge = Callable[[Situation], Decision]


def with_second(situation: Situation, decision: Decision, judge: Judge) -> Decision:
    """The decision, with the agency of a second matter. Where it left the whole text to a person
    only because it could not choose between both, the first matter leads.

    ``judge`` decides on a part as on a text of one matter.
    """
    if decision.oversight or decision.rule not in ("triage/unsure", f"text/{decision.topic}"):
        return decision
    evidence = _evidence(situation)
    if not evidence:
        return decision
    text = situation.query.whole
    places = starts(text)
    at = _boundary(situation, text, places, evidence) if places else None
    return decision if at is None else parted(situation, decision, text, at, judge)


def parted(situation: Situation, decision: Decision, text: str, at: int, judge: Judge) -> Decision:
    """The decision on a text that may be of two matters, the second of which begins at ``at``."""
    parts = [_part(situation, part) for part in (text[:at], text[at:])]
    both = [judge(part) for part in parts]
    least = max(SURE, situation.rules.auto)
    if any(one.agency is None or one.oversight or one.confidence < least for one in both):
        return decision
    if any(_carried(part, one) < CARRIED for part, one in zip(parts, both, strict=True)):
        return decision
    first, second = both
    if first.agency == second.agency or _speaks_for(first, second) or _speaks_for(second, first):
        return decision
    if decision.agency is None:
        lead = replace(
            first,
            confidence=min(first.confidence, second.confidence),
            alternatives=tuple(a for a in decision.alternatives if a.agency != first.agency),
        )
    elif decision.agency == second.agency:
        lead, second = decision, first
    elif decision.agency == first.agency:
        lead = decision
    else:
        return decision
    return _told_too(lead, second, situation)


def _carried(part: Situation, one: Decision) -> float:
    """What the phrases of a part weigh together for the topic that it was decided by."""
    number = part.rules.topic_index.get(one.topic or "")
    return sum(e.weight for e, _ in part.reading.evidence if e.topic == number)


def _speaks_for(part: Decision, other: Decision) -> bool:
    """Whether a part speaks for the agency of the other too: then both are about one matter."""
    return any(one.agency == other.agency for one in part.alternatives)


def _told_too(lead: Decision, second: Decision, situation: Situation) -> Decision:
    agency = second.agency
    assert agency is not None
    if agency in lead.supporting or len(lead.supporting) >= MOST:
        return lead
    because = sentences.SECOND_MATTER.format(first=lead.because, second=second.because)
    supporting = (*lead.supporting, agency)
    warnings = tuple(dict.fromkeys((*lead.warnings, *situation.warnings)))
    return replace(lead, supporting=supporting, because=because, warnings=warnings)


def _part(situation: Situation, text: str) -> Situation:
    """One part of the complaint as a complaint; it is where it says, else where the whole is."""
    query = replace(situation.query, text=text, title=None)
    return Situation(query, situation.rules, situation.on, situation.excluded, within=situation)


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
