"""A text decided as if somebody had sent it: nothing is published, kept or logged."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.domain.clocks import SlaCalendar
from broker.domain.masking import EMAIL_MASK, NIK_MASK, PHONE_MASK, masked
from broker.domain.routing.decide import Query
from broker.domain.routing.rules import Rules
from gateway.desk.evidence import Evidence, Piece, evidence_of, pieces
from schemas.complaint import Classification

_MARKED: Final = 100
"""Signs that a page marks; of a text that says the same again and again the first tell enough."""
_MASKS: Final = re.compile("|".join(map(re.escape, (EMAIL_MASK, NIK_MASK, PHONE_MASK))))


@dataclass(frozen=True, slots=True)
class Tried:
    """``said``: the text with its evidence apart; ``hidden``: what an agency would see of it if it
    were anonymous, with each mask apart (and True), nothing where it would see all;
    ``respond_by``, ``resolve_by``: None where the desk would decide."""

    evidence: Evidence
    said: tuple[Piece, ...]
    hidden: tuple[tuple[str, bool], ...]
    respond_by: datetime | None
    resolve_by: datetime | None


def tried(
    query: Query,
    classification: Classification,
    rules: Rules,
    clocks: SlaCalendar,
    now: datetime,
) -> Tried:
    """What the rules make of it at a moment."""
    evidence = evidence_of(rules, query, clocks.calendar.local_day(now))
    decision = evidence.decision
    routed = decision.agency is not None
    return Tried(
        evidence=evidence,
        said=tuple(pieces(query.text, evidence.text[:_MARKED])),
        hidden=tuple(_hidden(query.text)),
        respond_by=clocks.respond_by(now) if routed else None,
        resolve_by=(clocks.resolve_by(now, classification, decision.oversight) if routed else None),
    )


def _hidden(text: str) -> Iterator[tuple[str, bool]]:
    shown = masked(text)
    if shown == text:
        return
    at = 0
    for mask in _MASKS.finditer(shown):
        if at < mask.start():
            yield shown[at : mask.start()], False
        yield mask[0], True
        at = mask.end()
    if at < len(shown):
        yield shown[at:], False
