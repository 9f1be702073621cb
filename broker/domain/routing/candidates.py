"""Which agencies the text speaks for, the best first."""

from dataclasses import dataclass

from broker.domain.routing.answerable import Answer, answer
from broker.domain.routing.confidence import NAME_ALONE, agency_score, confidence
from broker.domain.routing.scoring import NAMED, topic_scores
from broker.domain.routing.situation import Situation
from broker.domain.routing.tables import TRIAGE, Topic, in_force
from broker.domain.routing.verdict import Alternative

MOST = 5  # alternatives that a decision carries
LACKING = "@place"  # stands for the office of a place that is not known


@dataclass(frozen=True, slots=True)
class Candidate:
    """`key`: an agency's code, `TRIAGE` or `LACKING`; `topic` is its best, if any."""

    key: str
    score: float
    confidence: float
    index: int = -1
    topic: Topic | None = None
    answer: Answer | None = None


def candidates(situation: Situation) -> list[Candidate]:
    """Only topics with evidence in the text are looked at, however many there are."""
    rules, on, excluded = situation.rules, situation.on, situation.excluded
    reading = situation.reading
    scores = topic_scores(reading)
    by_key: dict[str, list[tuple[float, int, Answer]]] = {}
    if scores:
        shown = situation.shown()
        code = situation.place.code
        for index in sorted(scores, key=lambda i: (-scores[i], i)):
            topic = rules.topics[index]
            if not in_force(topic.valid_from, topic.valid_until, on):
                continue
            answered = answer(topic, shown, code, rules, on)
            key = answered.agency or (LACKING if answered.lacking else None)
            if key is None or key in excluded:
                situation.lost = situation.lost or topic
                continue
            by_key.setdefault(key, []).append((scores[index], index, answered))
    named: set[str] = set()
    for mentioned in reading.agencies:
        active = rules.answering(mentioned, on)
        if active and active not in excluded:
            named.add(active)
    totals = {
        key: agency_score(
            [score for score, _, _ in by_key.get(key, ())], NAMED if key in named else 0.0
        )
        for key in sorted(by_key.keys() | named)
    }
    ranked = sorted(totals, key=lambda key: (-totals[key], key))
    result: list[Candidate] = []
    for place, key in enumerate(ranked):
        rival = ranked[0] if place else (ranked[1] if len(ranked) > 1 else None)
        sure = confidence(totals[key], totals[rival] if rival else 0.0)
        if key in by_key:
            _, index, answered = by_key[key][0]
            result.append(Candidate(key, totals[key], sure, index, rules.topics[index], answered))
        else:
            result.append(Candidate(key, totals[key], min(sure, NAME_ALONE)))
    return result


def alternatives(ranked: list[Candidate], chosen: str | None) -> tuple[Alternative, ...]:
    """The agencies among the candidates but the chosen one, best first."""
    return tuple(
        Alternative(candidate.key, candidate.confidence)
        for candidate in ranked
        if candidate.key not in (chosen, TRIAGE, LACKING)
    )[:MOST]
