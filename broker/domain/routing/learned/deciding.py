"""From the classes of a learned model to agencies, with the words that led there."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from broker.domain.routing import wording
from broker.domain.routing.candidates import LACKING, Candidate
from broker.domain.routing.conclusions import ABOVE, conclude, triage
from broker.domain.routing.decision import Answer, Decision
from broker.domain.routing.jurisdiction import answer
from broker.domain.routing.learned.calibration import CERTAIN, UNIT, confidences
from broker.domain.routing.learned.features import NUMBER
from broker.domain.routing.learned.hints import hints_of
from broker.domain.routing.learned.model import Judged, LearnedModel
from broker.domain.routing.situation import Situation
from broker.domain.routing.tables import (
    DISTRICT,
    PLACE_OFFICES,
    TRIAGE,
    VILLAGE,
    Topic,
    in_force,
)

MOST = 8  # classes that are looked at
QUOTED = 3  # words that a reason names
_SHORTEST_QUOTED = 3
_NO_HINTS: Final[Mapping[str, int]] = MappingProxyType({})
_NOTHING: Final[Mapping[tuple[str, str], str]] = MappingProxyType({})
_OFFICES = {
    VILLAGE: Topic("village", wording.learned_class("kantor desa/kelurahan"), VILLAGE),
    DISTRICT: Topic("district", wording.learned_class("kantor kecamatan"), DISTRICT),
}


class Learned:
    """What the model says of one complaint: candidates, the best first."""

    def __init__(self, situation: Situation, model: LearnedModel) -> None:
        query = situation.query
        self._situation = situation
        hints = _NO_HINTS
        if model.asks_phrases:
            hints = hints_of(query, situation.rules.hints or situation.rules, situation.on)
        self.model, self.text = model, query.whole
        self.sample = model.sample(self.text, query.place.address, hints)
        self._numbers: dict[str, tuple[int, str | None]] = {}  # agency → class, its topic's id
        self.ranked = self._candidates()

    @property
    def sure(self) -> bool:
        """Whether the best candidate is routed without a person."""
        best = self.ranked[0] if self.ranked else None
        if best is None or best.key == TRIAGE:
            return False
        return _after_place(best) >= self._situation.rules.auto

    def decision(self) -> Decision:
        """For the best candidate, be it sure or not; the discretion of the desk needs not be."""
        situation, ranked = self._situation, self.ranked
        if not ranked:
            return self._nobody()
        best = ranked[0]
        assert best.topic is not None and best.answer is not None  # every candidate has both
        _, topic = self._numbers[best.key]
        found = wording.by_learned_words(self.words(best.key))
        if self.sure or best.key == TRIAGE:
            decision = conclude(
                situation, best.topic, best.answer, "learned", found, best.confidence, ranked
            )
        else:
            place = situation.known_place
            if place.code is None and place.outside is not None:
                because = wording.outside(situation.rules, place.outside)
                return triage(situation, "outside", because, ranked, None, best.confidence)
            names = [c.key for c in ranked if c.key in situation.rules.agencies]
            because = wording.unsure(situation.rules, found.rstrip(","), names)
            decision = triage(situation, "unsure", because, ranked, confidence=_after_place(best))
        return replace(decision, topic=topic) if decision.topic != topic else decision

    def _nobody(self) -> Decision:
        situation, lost = self._situation, self._situation.lost
        if lost is None:
            return triage(situation, "nothing", wording.nothing(), [])
        return triage(situation, "nobody-left", wording.nobody_left(lost), [], lost)

    def _candidates(self) -> list[Candidate]:
        """Agencies by the best class that leads to each.

        Who handed the complaint back is none of them, but counts as one where it is worked out how
        sure the others are: nobody is surer because it is gone.
        """
        situation, model = self._situation, self.model
        found: list[tuple[str, Judged, Topic, Answer]] = []
        for one in model.judge(self.sample, MOST + self._out_of_question()):
            topic, answered = self._answer(one)
            key = answered.agency or (LACKING if answered.lacking else None)
            if key is None or key in situation.excluded:
                situation.lost = situation.lost or topic
            if key is not None and key not in self._numbers:
                known = model.topics[one.topic] if one.topic >= 0 else ""
                known = known if known in situation.rules.topic_index else ""
                self._numbers[key] = one.number, known or None
                found.append((key, one, topic, answered))
        sure = confidences([one.score for _, one, _, _ in found], model.calibration)
        return [
            Candidate(key, one.score / UNIT, part / CERTAIN, topic=topic, answer=answered)
            for (key, one, topic, answered), part in zip(found, sure, strict=True)
            if key not in situation.excluded
        ][:MOST]

    def _out_of_question(self) -> int:
        """How many classes lead to an agency that handed the complaint back."""
        if not self._situation.excluded:
            return 0
        return sum(
            self._answer(Judged(number, 0, -1))[1].agency in self._situation.excluded
            for number in range(len(self.model.classes))
        )

    def _answer(self, judged: Judged) -> tuple[Topic, Answer]:
        situation, model = self._situation, self.model
        rules, on = situation.rules, situation.on
        key = judged.number, judged.topic, on
        if (known := rules.remembered.answers.get(key)) is not None:
            return known
        named = model.classes[judged.number]
        topic = self._topic_of(judged, named) or _OFFICES.get(named) or self._class_alone(named)
        shown = situation.shown if topic.when else _NOTHING
        placed = topic.when or not PLACE_OFFICES.isdisjoint((named, *topic.supporting))
        code = situation.place.code if placed else None
        found = topic, answer(topic, shown, code, rules, on)
        if not placed:
            rules.remembered.answers.keep(key, found)
        return found

    def _class_alone(self, named: str) -> Topic:
        """What stands for the topic where none is known."""
        rules = self._situation.rules
        if named != TRIAGE:
            return Topic(named, wording.learned_class(rules.agency_name(named)), named)
        left = [topic for topic in rules.topics if topic.discretion and topic.agency == TRIAGE]
        return Topic("desk", wording.of_discretion(left[:QUOTED]), TRIAGE, discretion=True)

    def _topic_of(self, judged: Judged, named: str) -> Topic | None:
        """The topic, where the rules know it and it leads to that class."""
        if judged.topic < 0:
            return None
        rules, on = self._situation.rules, self._situation.on
        index = rules.topic_index.get(self.model.topics[judged.topic])
        topic = rules.topics[index] if index is not None else None
        if topic and topic.agency == named and in_force(topic.valid_from, topic.valid_until, on):
            return topic
        return None

    def number_of(self, candidate: str) -> int:
        """The class that leads to a candidate (its key)."""
        return self._numbers[candidate][0]

    def words(self, candidate: str) -> list[str]:
        """Words of the text that speak most for a candidate (its key), against the next best."""
        number = self.number_of(candidate)
        others = [n for n, _ in self._numbers.values() if n != number]
        rival = others[0] if others else -1
        silent = self._situation.rules.words.ignore
        quoted: list[str] = []
        for word in self.model.weighed(self.sample, number, rival):
            if len(word) >= _SHORTEST_QUOTED and word != NUMBER and word not in silent:
                quoted.append(word)
                if len(quoted) == QUOTED:
                    break
        return quoted


def _after_place(candidate: Candidate) -> float:
    """Less sure where the district stands in for an unknown village."""
    above = candidate.answer is not None and candidate.answer.above
    return round(candidate.confidence * ABOVE, 4) if above else candidate.confidence
