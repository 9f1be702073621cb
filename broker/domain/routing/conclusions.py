"""From a topic and its answer to a decision: an agency, or triage with its reason."""

from broker.domain.routing import wording
from broker.domain.routing.candidates import Candidate, alternatives
from broker.domain.routing.decision import Answer, Decision
from broker.domain.routing.jurisdiction import without
from broker.domain.routing.situation import Situation
from broker.domain.routing.tables import TRIAGE, Topic

ABOVE = 0.9  # factor on the confidence where the district stands in for an unknown village


def conclude(
    situation: Situation,
    topic: Topic,
    answered: Answer,
    how: str,
    found: str,
    confidence: float,
    ranked: list[Candidate],
) -> Decision:
    """The topic stands. `how`: `category` or `text`; `found`: what showed it, for `because`."""
    rules = situation.rules
    place = situation.known_place
    if place.code is None and place.outside is not None:
        because = wording.outside(rules, place.outside)
        return triage(situation, "outside", because, ranked, topic, confidence)
    if answered.agency == TRIAGE:
        because = wording.left_to_desk(topic, found)
        return triage(situation, "rule", because, ranked, topic, confidence)
    if answered.agency is None and answered.lacking:
        because = wording.place_missing(topic, found, answered.lacking)
        return triage(situation, "place-missing", because, ranked, topic, confidence)
    if answered.agency is None or answered.agency in situation.excluded:
        because = wording.nobody_left(topic)
        return triage(situation, "nobody-left", because, ranked, topic, confidence)
    reasons = answered.reasons
    if answered.above:
        confidence = round(confidence * ABOVE, 4)
        reasons = (*reasons, wording.above("village"))
    case = f"#{answered.case}" if answered.case else ""
    return Decision(
        agency=answered.agency,
        supporting=without(answered.supporting, situation.excluded),
        rule=f"{how}/{topic.id}{case}",
        because=wording.decided(rules, topic, found, reasons, answered.agency, place.code),
        table=rules.version,
        topic=topic.id,
        region=place.code,
        oversight=topic.oversight,
        confidence=confidence,
        alternatives=alternatives(ranked, answered.agency),
        warnings=tuple(situation.warnings),
    )


def without_topic(
    situation: Situation,
    agency: str,
    rule: str,
    because: str,
    confidence: float,
    ranked: list[Candidate],
    topic: Topic | None = None,
    oversight: bool = False,
) -> Decision:
    """An agency that no topic led to: the reporter picked it, or the text names it."""
    return Decision(
        agency=agency,
        supporting=(),
        rule=rule,
        because=because,
        table=situation.rules.version,
        topic=topic.id if topic else None,
        region=situation.known_place.code,
        oversight=oversight,
        confidence=confidence,
        alternatives=alternatives(ranked, agency),
        warnings=tuple(situation.warnings),
    )


def triage(
    situation: Situation,
    reason: str,
    because: str,
    ranked: list[Candidate],
    topic: Topic | None = None,
    confidence: float = 0.0,
) -> Decision:
    """A person decides; the candidates are its alternatives."""
    return Decision(
        agency=None,
        supporting=(),
        rule=f"triage/{reason}",
        because=because,
        table=situation.rules.version,
        topic=topic.id if topic else None,
        region=situation.known_place.code,
        oversight=topic is not None and topic.oversight,
        confidence=confidence,
        alternatives=alternatives(ranked, None),
        warnings=tuple(situation.warnings),
    )
