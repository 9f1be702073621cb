"""The kinds of clocks: who owes an answer, what stops it, what holds it, whether it ends by itself.

A new kind of clock is one more value here; its days stand in the policies (sla.toml).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final, Literal

ClockName = Literal["verification", "response", "resolution", "waiting", "closing"]


class Debtor(Enum):
    """Who has to act before the deadline."""

    DESK = auto()
    """The desk: nobody else has the case."""
    AGENCY = auto()
    """The agency whose clock it is, wherever the case goes."""
    LEAD = auto()
    """The agency that has the case at the time."""
    REPORTER = auto()
    """The reporter, who is never late: the clock ends by itself."""


class Stop(Enum):
    """What can stop a clock."""

    LEFT = auto()
    """The case left the desk, or the agency whose clock it is."""
    RESPONDED = auto()
    """That agency gave its first answer."""
    RESOLVED = auto()
    """The final answer was given."""
    HOLD_ENDED = auto()
    """The reporter answered the question, or whoever asked goes on without."""
    REOPENED = auto()
    """The reporter is not content with the final answer."""


@dataclass(frozen=True, slots=True)
class ClockKind:
    """What holds of every clock of one name.

    ``stopped_by``: what stops it before its time. ``held``: whether it stands still while a case
    waits for its reporter, the desk's like an agency's. Where the reporter is the debtor it ends by
    itself and has no ladder.
    """

    name: ClockName
    debtor: Debtor
    stopped_by: frozenset[Stop]
    held: bool = False

    @property
    def ends_by_itself(self) -> bool:
        return self.debtor is Debtor.REPORTER


VERIFICATION: Final = ClockKind("verification", Debtor.DESK, frozenset({Stop.LEFT}), held=True)
RESPONSE: Final = ClockKind(
    "response", Debtor.AGENCY, frozenset({Stop.LEFT, Stop.RESPONDED, Stop.RESOLVED}), held=True
)
RESOLUTION: Final = ClockKind("resolution", Debtor.LEAD, frozenset({Stop.RESOLVED}), held=True)
WAITING: Final = ClockKind("waiting", Debtor.REPORTER, frozenset({Stop.HOLD_ENDED}))
CLOSING: Final = ClockKind("closing", Debtor.REPORTER, frozenset({Stop.REOPENED}))

KINDS: Final = MappingProxyType(
    {kind.name: kind for kind in (VERIFICATION, RESPONSE, RESOLUTION, WAITING, CLOSING)}
)
