"""What in a complaint led to a decision, for people: marked in its words, with the candidates.

Decided anew by the rules in use: what a case was routed by may have been others. Pure.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from broker.domain.routing.decide import Decision, Query, decide
from broker.domain.routing.grounds import Ground, grounds_of, weighed
from broker.domain.routing.marking import AGENCY, TOPIC, Span, spans
from broker.domain.routing.rules import Rules
from gateway.desk.reasons import reason_of, supporting_words


@dataclass(frozen=True, slots=True)
class Sign:
    """Characters ``start`` to ``end`` (exclusive) of a text that counted.

    ``kind``: ``topic``, ``place``, ``condition`` or ``agency``; ``of``: the topic's id, the code of
    the area or agency, else a name; ``name``: the same for people."""

    start: int
    end: int
    kind: str
    of: str
    name: str


@dataclass(frozen=True, slots=True)
class Thought:
    """An agency that the rules thought of. ``topic``: the id of what speaks for it, None where only
    its name does; ``because``: the words for it, in the language in use."""

    agency: str
    name: str
    confidence: float
    topic: str | None = None
    topic_name: str | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """``threshold``: the confidence from which the text decides without a person; ``reason``: a
    sentence in the language in use."""

    decision: Decision
    title: tuple[Sign, ...]
    text: tuple[Sign, ...]
    candidates: tuple[Thought, ...]
    threshold: float
    reason: str


class Piece(NamedTuple):
    """A stretch of a text, and the sign that it is; None for what lies between."""

    words: str
    sign: Sign | None = None


def evidence_of(rules: Rules, query: Query, on: date, excluded: Collection[str] = ()) -> Evidence:
    """The decision on a complaint's fields as of a local day. ``excluded``: agencies that do not
    come out, since they handed it back."""
    decision = decide(query, rules, on=on, excluded=excluded)
    words = weighed(query, decision, rules, on)
    title, text = (
        tuple(
            Sign(*span, _name(span, rules))
            for span in spans(said, rules, decision.topic, words, agencies=True)
        )
        for said in (query.title or "", query.text)
    )
    said = [
        said[sign.start : sign.end]
        for said, signs in ((query.title or "", title), (query.text, text))
        for sign in signs
        if sign.kind == TOPIC
    ]
    return Evidence(
        decision=decision,
        title=title,
        text=text,
        candidates=_candidates(decision, grounds_of(query, rules, on), rules),
        threshold=rules.auto,
        reason=reason_of(decision, list(dict.fromkeys(said)), rules),
    )


def pieces(text: str, signs: Sequence[Sign]) -> Iterator[Piece]:
    """The whole text, in order, with its signs apart: for a page that marks them."""
    at = 0
    for sign in signs:
        if at < sign.start:
            yield Piece(text[at : sign.start])
        yield Piece(text[sign.start : sign.end], sign)
        at = sign.end
    if at < len(text):
        yield Piece(text[at:])


def thought(code: str, sure: float, ground: Ground | None, rules: Rules) -> Thought:
    """A candidate with what speaks for it."""
    topic = ground.topic if ground else None
    return Thought(
        code,
        rules.agency_name(code),
        sure,
        topic.id if topic else None,
        topic.name if topic else None,
        supporting_words(ground) if ground else "",
    )


def _candidates(
    decision: Decision, grounds: Mapping[str, Ground], rules: Rules
) -> tuple[Thought, ...]:
    decided = [(decision.agency, decision.confidence)] if decision.agency else []
    others = [(one.agency, one.confidence) for one in decision.alternatives]
    return tuple(thought(code, sure, grounds.get(code), rules) for code, sure in decided + others)


def _name(span: Span, rules: Rules) -> str:
    if span.shows == TOPIC:
        return rules.topic_name(span.of) or ""
    if span.shows == AGENCY:
        return rules.agency_name(span.of)
    area = rules.gazetteer.areas.get(span.of)
    return f"{area.level.capitalize()} {area.name}" if area else span.of
