"""The ladder: who hears of a clock that runs out."""

from __future__ import annotations

from typing import Literal

from broker.domain.clocks.kinds import ClockKind
from broker.domain.clocks.policies import Policy, Role, Rung

Holder = Literal["agency", "external", "triage"]
"""Who has the complaint: an agency of the region, a body outside it, or the desk."""


def rungs_of(policy: Policy, kind: ClockKind) -> tuple[Rung, ...]:
    """The rungs of a clock, in the order of their times; none where it ends by itself."""
    return () if kind.ends_by_itself else policy.climb


def role_of(rung: Rung, holder: Holder) -> Role:
    """The role to be told. For a body outside the region every rung goes to the coordinator.

    In triage there is no agency and no head of one: what would go to them goes to the
    coordinator, whose desk it lies on.
    """
    if holder == "external" or (holder == "triage" and rung.to in ("agency", "head")):
        return "coordinator"
    return rung.to
