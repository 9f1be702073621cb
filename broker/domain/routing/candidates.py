"""Which agencies the text speaks for, the best first."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from broker.domain import sentences
from broker.domain.routing.confidence import NAME_ALONE, agency_score, confidence
from broker.domain.routing.decision import Answer
from broker.domain.routing.jurisdiction import answer
from broker.domain.routing.remembered import NO_CLASS, says_all
from broker.domain.routing.scoring import NAMED, topic_scores
from broker.domain.routing.situation import Situation
from broker.domain.routing.tables import TRIAGE, Topic, in_force
from schemas.decision import Alternative

MOST = 5  # alternatives that a decision carries
LACKING = "@place"  # stands for the office of a place that is not known
_NOTHING: Final[Mapping[tuple[str, str], str]] = MappingProxyType({})


class Candidate(NamedTuple):
    """`key`: an agency's code, `TRIAGE` or `LACKING`; `topic` is its best, if any, and `number`
    that topic's place among the topics of the rules."""

    key: str
    score: float
    confidence: float
    number: int = -1
    topic: Topic | None = None
    answer: Answer | None = None


class _Case(NamedTuple):
    """What speaks for one agency: its best topic with the answer, the scores of all its topics."""

    number: int
    answer: Answer
    scores: list[float]


def candidates(situation: Situation) -> list[Candidate]:
    """Only topics with evidence in the text are looked at, however many there are.

    Who handed the complaint back is none of them, but stays a rival: the words that spoke for it
    are as much in doubt as they were, and nobody else is surer because it is gone.
    """
    rules, on, excluded = situation.rules, situation.on, situation.excluded
    reading = situation.reading
    scores = topic_scores(reading)
    code = situation.place.code if scores else None
    remembered = rules.remembered.answers
    by_key: dict[str, _Case] = {}
    for score, number in _best_first(scores):
        of_day = NO_CLASS, number, on
        known = remembered.get(of_day)
        if known is not None:
            topic, answered = known
        else:
            topic = rules.topics[number]
            if not in_force(topic.valid_from, topic.valid_until, on):
                continue
            shown = situation.shown if topic.when else _NOTHING
            answered = answer(topic, shown, code, rules, on)
            if says_all(topic):
                remembered.keep(of_day, (topic, answered))
        if topic.to_named and reading.agencies:
            answered = _of_the_named(answered, situation)
        key = answered.agency or (LACKING if answered.lacking else None)
        if key is None or key in excluded:
            situation.lost = situation.lost or topic
        if key is None:
            continue
        if key in by_key:
            by_key[key].scores.append(score)
        else:
            by_key[key] = _Case(number, answered, [score])
    totals = {key: agency_score(case.scores, 0.0) for key, case in by_key.items()}
    for mentioned in reading.agencies:
        active = rules.answering(mentioned, on)
        if active:
            of_topics = by_key[active].scores if active in by_key else []
            totals[active] = agency_score(of_topics, NAMED)
    ranked = sorted([(-total, key) for key, total in totals.items()])
    result: list[Candidate] = []
    for place, (minus_total, key) in enumerate(ranked):
        if key in excluded:
            continue
        rival = -ranked[0 if place else 1][0] if len(ranked) > 1 else 0.0
        sure = confidence(-minus_total, rival)
        case = by_key.get(key)
        if case:
            topic = rules.topics[case.number]
            result.append(Candidate(key, -minus_total, sure, case.number, topic, case.answer))
        else:
            result.append(Candidate(key, -minus_total, min(sure, NAME_ALONE)))
    return result


def _of_the_named(answered: Answer, situation: Situation) -> Answer:
    """The first agency that the text names answers in place of the topic's own, if it is active."""
    rules, on = situation.rules, situation.on
    for code in situation.reading.agencies:
        active = rules.answering(code, on)
        if active is not None:
            helpers = tuple(other for other in answered.supporting if other != active)
            return Answer(active, helpers, reasons=(sentences.OFFICE_NAMED,))
    return answered


def _best_first(scores: dict[int, float]) -> list[tuple[float, int]]:
    """Scores with their topics; of equal ones the topic that comes first in the rules."""
    ranked = sorted([(-score, number) for number, score in scores.items()])
    return [(-minus_score, number) for minus_score, number in ranked]


def alternatives(ranked: list[Candidate], chosen: str | None) -> tuple[Alternative, ...]:
    """The agencies among the candidates but the chosen one, best first."""
    others = [other for other in ranked if other.key not in (chosen, TRIAGE, LACKING)]
    if not others:
        return ()
    return tuple([Alternative(other.key, other.confidence) for other in others[:MOST]])
