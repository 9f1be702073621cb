"""A decision as it is recorded: on the wire, in the case, at the desk. One shape everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import FailFast, Field

from schemas.limits import EVENT_ITEMS

_FEW = Field(max_length=EVENT_ITEMS)
_AT_FIRST = FailFast()
"""One wrong item is enough: an error for each of a million would take seconds."""
Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another agency that the evidence speaks for, and how much, from 0 to 1."""

    agency: str
    confidence: Share


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """Who is answerable, and why."""

    rule: Annotated[str, Field(description="the line of the rules that decided")]
    because: Annotated[
        str | None,
        Field(
            description="a sentence that a person understands; null once the case is closed, since"
            " it quotes the complaint"
        ),
    ]
    table: Annotated[str, Field(description="the version of the rules")]
    topic: Annotated[str | None, Field(description="the topic's code")] = None
    region: Annotated[str | None, Field(description="Kemendagri code")] = None
    oversight: Annotated[bool, Field(description="confirmed by the rules or the desk")] = False
    confidence: Annotated[Share, Field(description="from 0 to 1")] = 0.0
    alternatives: Annotated[
        tuple[Alternative, ...], _AT_FIRST, _FEW, Field(description="other agencies, best first")
    ] = ()
    hops: Annotated[int, Field(ge=0, description="how often it was handed back")] = 0
    previous: Annotated[
        tuple[str, ...], _AT_FIRST, _FEW, Field(description="codes of who handed it back")
    ] = ()
    warnings: Annotated[
        tuple[str, ...], _AT_FIRST, _FEW, Field(description="what was left out, and why")
    ] = ()
    similar: Annotated[
        tuple[UUID, ...],
        _AT_FIRST,
        _FEW,
        Field(
            description="complaint_ids of cases that were open when it was routed first and seem to"
            " be about the same thing, the likeliest first, at most ten"
        ),
    ] = ()

    def to_plain(self) -> dict[str, object]:
        """As JSON has it; without ``because`` where there is none any more."""
        plain: dict[str, object] = {name: getattr(self, name) for name in _FIELDS}
        plain["alternatives"] = [
            {"agency": other.agency, "confidence": other.confidence} for other in self.alternatives
        ]
        plain["previous"] = list(self.previous)
        plain["warnings"] = list(self.warnings)
        plain["similar"] = [str(complaint) for complaint in self.similar]
        if self.because is None:
            del plain["because"]
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> DecisionRecord:
        """What ``to_plain`` wrote, or what a program of another version did."""
        known = {name: plain[name] for name in _FIELDS if name in plain}
        known.setdefault("because", None)
        known["alternatives"] = tuple(
            Alternative(other["agency"], other["confidence"])
            for other in plain.get("alternatives") or ()
        )
        known["previous"] = tuple(plain.get("previous") or ())
        known["warnings"] = tuple(plain.get("warnings") or ())
        known["similar"] = tuple(map(UUID, plain.get("similar") or ()))
        return cls(**known)


_FIELDS = tuple(DecisionRecord.__dataclass_fields__)
