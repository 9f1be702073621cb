"""Policies: how many working days each clock has, by what right, and from when to when.

Versioned data: a case keeps the policy under which it started, so a policy is never edited, it
ends and another begins. Which numbers are in force is the configuration's business (sla.toml).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from broker.domain.clocks.kinds import ClockName
from schemas.complaint import Classification

RungName = Literal["reminder", "breach", "coordinator", "secretary", "inspectorate"]
BREACH: Final[RungName] = "breach"
"""The rung at the deadline itself."""
Role = Literal["agency", "head", "coordinator", "secretary", "inspectorate"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: when, in working days from the deadline, and who is to be told."""

    name: RungName
    offset: int
    to: Role


@dataclass(frozen=True, slots=True)
class Days:
    """Working days a clock; those of `resolution` depend on what the complaint is."""

    verification: int
    response: int
    information_request: int
    complaint: int
    aspiration: int
    oversight: int
    waiting: int
    closing: int

    def of(
        self,
        clock: ClockName,
        classification: Classification = "complaint",
        oversight: bool = False,
    ) -> int:
        """Days of that clock. `oversight`: as the rules or the desk confirm it, not as reported."""
        match clock:
            case "verification":
                return self.verification
            case "response":
                return self.response
            case "waiting":
                return self.waiting
            case "closing":
                return self.closing
            case "resolution":
                return self.oversight if oversight else self._resolution(classification)

    def _resolution(self, classification: Classification) -> int:
        match classification:
            case "information_request":
                return self.information_request
            case "aspiration":
                return self.aspiration
            case "complaint":
                return self.complaint


@dataclass(frozen=True, slots=True)
class Policy:
    """Days and ladder in force from `valid_from` (with it) to `valid_until` (without it).

    `legal_basis` names the regulations; `confirmed` is false where nobody has held these numbers
    and dates against their text. (`id`, `version`) names a policy for ever. `climb` is its ladder
    in the order of time.
    """

    id: str
    version: str
    legal_basis: tuple[str, ...]
    confirmed: bool
    valid_from: date
    valid_until: date | None
    days: Days
    ladder: tuple[Rung, ...]
    note: str = ""
    climb: tuple[Rung, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        climb = tuple(sorted(self.ladder, key=lambda rung: rung.offset))
        object.__setattr__(self, "climb", climb)


def policy_for(policies: Sequence[Policy], on: date) -> Policy:
    """The policy for a case that starts on that local day; `policies` in order of `valid_from`.

    Where none is in force, the last that had begun by then, and before all of them the first (the
    loader tells of such gaps): a complaint is never without a clock.
    """
    for policy in reversed(policies):
        if policy.valid_from <= on:
            return policy
    return policies[0]
