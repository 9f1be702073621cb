"""Who is answerable for a complaint, and why. Total: for any text there is a decision.

In this order: the agency that the reporter picked; the category; the topic that the text shows.
Then the place, the conditions of the topic and the table name the agency, or a person decides
(`agency` None, triage) with the candidates before them.

`rule` names the line that decided: `picked`, `category/<topic>`, `learned/<topic or agency>`,
`text/<topic>` (with `#n` for the n-th `when`), or `triage/<reason>`, the reason being
`nothing`, `unsure`, `place-missing`, `outside`, `rule` or `nobody-left`.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from broker.domain import sentences
from broker.domain.routing import wording
from broker.domain.routing.candidates import Candidate, candidates
from broker.domain.routing.conclusions import conclude, triage, without_topic
from broker.domain.routing.decision import Decision, Place, Query
from broker.domain.routing.directory import agency_key
from broker.domain.routing.jurisdiction import answer
from broker.domain.routing.matters import with_second, with_second_learned
from broker.domain.routing.remembered import Fields, fields_of, says_all
from broker.domain.routing.rules import Rules
from broker.domain.routing.scoring import said_for, slips_in
from broker.domain.routing.situation import Situation
from broker.domain.routing.tables import TRIAGE, Topic, in_force
from schemas.decision import Alternative

if TYPE_CHECKING:
    from broker.domain.routing.learned.model import LearnedModel

__all__ = ["Alternative", "Decision", "Place", "Query", "decide"]

_NOTHING: Final[Mapping[tuple[str, str], str]] = MappingProxyType({})


def decide(query: Query, rules: Rules, *, on: date, excluded: Collection[str] = ()) -> Decision:
    """The decision for `query` on the local day `on`; agencies in `excluded` do not come out.

    Never raises on any text or field. The same arguments give the same decision, bit for bit.
    """
    key = None if excluded else fields_of(query, on)
    if key is not None and (known := rules.remembered.decisions.get(key)) is not None:
        return known
    situation = Situation(query, rules, on, frozenset(excluded))
    decision = _picked(situation) or _by_category(situation, key)
    if decision is not None:
        return decision
    situation.note_earlier()
    return _by_text(situation) if rules.model is None else _by_history(situation, rules.model)


def _picked(situation: Situation) -> Decision | None:
    """The agency of the field, where it is one, is active and has not handed it back."""
    query, rules = situation.query, situation.rules
    if not query.agency or not query.agency.strip():
        return None
    code = rules.agency_index.get(agency_key(query.agency))
    if code is None:
        situation.warnings.append(sentences.UNKNOWN_AGENCY)
        return None
    active = rules.answering(code, situation.on)
    if active is None:
        situation.warnings.append(sentences.INACTIVE_AGENCY)
        return None
    if active in situation.excluded:
        situation.warnings.append(sentences.RETURNED_BEFORE)
        return None
    topic = _category_topic(situation)
    oversight = topic is not None and topic.oversight
    if query.oversight and not oversight:
        oversight = _oversight_in_text(situation)
    because = wording.picked(rules, active)
    picked = rules.thresholds.picked
    return without_topic(situation, active, "picked", because, picked, [], topic, oversight)


def _oversight_in_text(situation: Situation) -> bool:
    """The sender's flag alone proves nothing: the text must show such a topic, and surely."""
    ranked = candidates(situation)
    best = ranked[0] if ranked else None
    return (
        best is not None
        and best.topic is not None
        and best.topic.oversight
        and best.confidence >= situation.rules.thresholds.auto
    )


def _category_topic(situation: Situation) -> Topic | None:
    """The topic of the category field, or None with a warning where it names none in force."""
    category = situation.category
    if not category:
        return None
    rules = situation.rules
    index = rules.topic_index.get(category)
    topic = rules.topics[index] if index is not None else None
    if topic and in_force(topic.valid_from, topic.valid_until, situation.on):
        return topic
    if sentences.UNKNOWN_CATEGORY not in situation.warnings:
        situation.warnings.append(sentences.UNKNOWN_CATEGORY)
    return None


def _by_category(situation: Situation, key: Fields | None) -> Decision | None:
    """None where the category says nothing by itself or its agency is out of the question."""
    topic = _category_topic(situation)
    if topic is None:
        return None
    by_fields = says_all(topic)
    if by_fields:
        shown, place = _NOTHING, situation.fields
    else:
        shown, place = situation.shown, situation.place  # the text has a say
    rules = situation.rules
    answered = answer(topic, shown, place.code, rules, situation.on)
    if answered.agency is None and answered.lacking is None:
        situation.lost = topic
        return None
    if answered.agency == TRIAGE or answered.agency in situation.excluded:
        situation.lost = topic
        return None
    found, sure = wording.by_category(situation.category), rules.thresholds.category
    decision = conclude(situation, topic, answered, "category", found, sure, [])
    if by_fields and key is not None:
        rules.remembered.decisions.keep(key, decision)
    return decision


def _by_text(situation: Situation) -> Decision:
    return with_second(situation, _of_one_matter(situation), _of_one_matter)


def _of_one_matter(situation: Situation) -> Decision:
    ranked = candidates(situation)
    place = situation.place
    if not ranked:
        if place.code is None and place.outside is not None:
            because = wording.outside(situation.rules, place.outside)
            return triage(situation, "outside", because, ranked)
        return _nobody(situation)
    best = ranked[0]
    sure = best.confidence >= situation.rules.thresholds.auto
    if not sure or best.topic is None or best.answer is None:
        return _unsure(situation, ranked)
    found = wording.by_words(*_said(situation, best.number))
    return conclude(situation, best.topic, best.answer, "text", found, best.confidence, ranked)


def _by_history(situation: Situation, model: "LearnedModel") -> Decision:
    """What was learned decides; where it is not sure, phrases that people wrote may be."""
    from broker.domain.routing.learned.deciding import Learned  # noqa: PLC0415  # needs numpy

    learned = Learned(situation, model)
    if not learned.sure and situation.rules.phrased:
        by_phrases = _by_text(situation)
        if by_phrases.agency is not None:
            return by_phrases
    decision = with_second_learned(situation, learned.decision(), learned, _learned)
    if situation.query.oversight and not decision.oversight and _oversight_in_text(situation):
        return replace(decision, oversight=True)
    return decision


def _learned(situation: Situation) -> Decision | None:
    """What was learned alone, on a part of a complaint; None where it is not sure."""
    from broker.domain.routing.learned.deciding import Learned  # noqa: PLC0415  # needs numpy

    assert situation.rules.model is not None
    learned = Learned(situation, situation.rules.model)
    return learned.decision() if learned.sure else None


def _unsure(situation: Situation, ranked: list[Candidate]) -> Decision:
    """There are candidates, and the best is not sure enough."""
    best, place = ranked[0], situation.place
    if place.code is None and place.outside is not None:
        because = wording.outside(situation.rules, place.outside)
        return triage(situation, "outside", because, ranked, confidence=best.confidence)
    because = wording.undecided(
        [(_called(one, situation.rules), *_said(situation, one.number)) for one in ranked[:2]]
    )
    return triage(situation, "unsure", because, ranked, confidence=best.confidence)


def _said(situation: Situation, topic: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The phrases that weighed most for a topic, and their words that stand for typing errors."""
    said = said_for(situation.reading, topic)
    return said, slips_in(said, situation.reading, situation.rules.vocabulary)


def _called(candidate: Candidate, rules: Rules) -> str:
    """The agency's name, or what stands for it where the place or a person would tell."""
    answered, topic = candidate.answer, candidate.topic
    if answered and answered.lacking:
        return wording.office_there(answered.lacking)
    if topic and candidate.key == TRIAGE:
        return wording.topic_of_desk(topic)
    return rules.agency_name(candidate.key)


def _nobody(situation: Situation) -> Decision:
    """No candidate at all: nothing was found, or all that was found is out of the question."""
    lost = situation.lost
    if lost is None:
        return triage(situation, "nothing", wording.nothing(), [])
    if lost.agency == TRIAGE:
        because = wording.left_to_desk(lost, wording.by_category(situation.category))
        return triage(situation, "rule", because, [], lost)
    return triage(situation, "nobody-left", wording.nobody_left(lost), [], lost)
