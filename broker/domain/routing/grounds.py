"""What in a complaint speaks for each agency that the rules thought of, for people."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from broker.domain.routing import wording
from broker.domain.routing.candidates import candidates
from broker.domain.routing.decision import Decision, Query
from broker.domain.routing.rules import Rules
from broker.domain.routing.scoring import said_for
from broker.domain.routing.situation import Situation
from broker.domain.routing.tables import Topic


class Ground(NamedTuple):
    """What speaks for an agency: the words, and the topic that they show; no topic: its name."""

    topic: Topic | None
    words: tuple[str, ...] = ()


def grounds(query: Query, rules: Rules, on: date) -> Mapping[str, str]:
    """Agency → the words that speak for it, of the rules or of the history that was learned
    from, and the topic that they show.

    In Indonesian, such as ``“lampu jalan”: Lampu penerangan jalan umum``. Agencies that nothing
    but their name speaks for say so.
    """
    return {key: _told(one) for key, one in grounds_of(query, rules, on).items()}


def grounds_of(query: Query, rules: Rules, on: date) -> Mapping[str, Ground]:
    """The same as values."""
    situation = Situation(query, rules, on, frozenset())
    found = {
        one.key: Ground(
            one.topic, tuple(said_for(situation.reading, one.number)) if one.topic else ()
        )
        for one in candidates(situation)
    }
    return {**found, **_learned_grounds(situation)}


def _told(ground: Ground) -> str:
    if ground.topic is None:
        return "hanya namanya yang disebut"
    name = ground.topic.name
    return f"{wording.quoted(ground.words)}: {name}" if ground.words else name


def weighed(query: Query, decision: Decision, rules: Rules, on: date) -> Sequence[str] | None:
    """The words that weighed most where what was learned led to a decision, the heaviest first;
    None where phrases or fields of the complaint led to it."""
    by_category = rules.topic_name(query.category) is not None
    left = decision.rule.startswith("triage/") and not by_category
    if rules.model is None or not (left or decision.rule.startswith("learned/")):
        return None
    from broker.domain.routing.learned.deciding import Learned  # noqa: PLC0415  # needs numpy

    learned = Learned(Situation(query, rules, on, frozenset()), rules.model)
    return learned.words(learned.ranked[0].key) if learned.ranked else ()


def _learned_grounds(situation: Situation) -> Mapping[str, Ground]:
    model = situation.rules.model
    if model is None:
        return {}
    from broker.domain.routing.learned.deciding import Learned  # noqa: PLC0415  # needs numpy

    learned = Learned(situation, model)
    found: dict[str, Ground] = {}
    for one in learned.ranked:
        said = learned.words(one.key)
        if said and one.topic is not None:
            found[one.key] = Ground(one.topic, tuple(said))
    return found
