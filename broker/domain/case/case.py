"""A case: a complaint's life after it was routed. A value that knows itself, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from broker.domain.case.clock import CaseClock
from broker.domain.case.conversation import Said
from broker.domain.clocks import RESPONSE, ClockName, Policy, SlaCalendar
from schemas.complaint import Classification, PublicComplaint
from schemas.decision import DecisionRecord
from schemas.events import SubmissionOf

How = Literal["dismissed", "withdrawn", "accepted", "closing"]

NOT_RECORDED = ("seen", "lines", "conversation")
"""Fields of a case that are no part of its record: the store keeps them on their own."""


class State(StrEnum):
    """Where a case stands. All but ``closed`` are open."""

    TRIAGE = "triage"
    ROUTED = "routed"
    ACKNOWLEDGED = "acknowledged"
    RESPONDED = "responded"
    HELD = "held"
    RESOLVED = "resolved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Supporting:
    """An agency that must act too. It has a response clock only."""

    agency: str
    external: bool = False
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """By whom (``desk.<name>``, ``channel.<channel>``, ``clock.closing``), how, and why.

    ``code`` and ``duplicate_of`` (a tracking code): of what the desk dismissed; ``sentence``: what
    the reporter is told, None in cases that were closed before there were any. No word of the
    reporter's: a note goes with the event alone.
    """

    at: datetime
    by: str
    how: How
    reason: str
    code: str | None = None
    duplicate_of: str | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """The case that another one was merged into."""

    complaint_id: UUID
    tracking: str


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of a case.

    ``complaint``: as it was published, None once the case is closed;
    ``anonymous``: whether it may show who wrote it. ``agency``: who has it, None
    in triage; ``external``: whether that is a body outside the region. ``oversight``: confirmed by
    the rules or by the desk, whose word stands (``oversight_by_desk``). ``hops``: how often it was
    handed back, ``previous``: by whom. ``clocks``: every start of every clock, in order.
    ``policy``: id and version of the one under which it started; ``calendar``: the version that
    its deadlines were computed on. ``decision`` and ``event_id``: of the standing ``routed`` or
    ``triaged``; ``routed_at``: when that was said, ``placed_at``: when the case came to hear it.
    ``trace``: the trace context under which it began; what time alone brings goes on with it.
    ``next_due``: when something falls due next if nothing happens before, None for never.
    ``seen``: causes that were taken in before. It is no part of the record: the case consumer
    fills in those of the inputs at hand, so that its size does not grow with the case. ``lines``:
    how many its history has; filled in as well where an update is to be judged.
    ``conversation``: the newest of what was said in it, oldest first; filled in where an input
    needs it (a move, a reply in triage). ``of``: ``source`` and ``id`` of its submission, for its
    channel; None for an anonymous one. ``rating``: the reporter's, 1 to 5. ``follows``: the
    tracking code of the case that it goes on with, ``followed_by``: of those that go on with it.
    ``first_alternative``: of a case that the router left to the desk at first, whether the desk
    named the first agency that it was shown; None of all others.
    ``merged_into``: the case that it follows, by a decision of the desk: what is answered there
    reaches it too; ``merged``: the ids of those that follow it so, as far as it knows.
    """

    complaint_id: UUID
    tracking: str
    channel: str
    complaint: PublicComplaint | None
    classification: Classification
    anonymous: bool
    state: State
    agency: str | None
    external: bool
    supporting: tuple[Supporting, ...]
    acknowledged: bool
    oversight: bool
    oversight_by_desk: bool
    hops: int
    previous: tuple[str, ...]
    clocks: tuple[CaseClock, ...]
    policy: tuple[str, str]
    calendar: str
    decision: DecisionRecord
    event_id: str
    received_at: datetime
    opened_at: datetime
    routed_at: datetime
    placed_at: datetime
    trace: Mapping[str, str] = field(default_factory=dict)
    next_due: datetime | None = None
    closed: Closed | None = None
    seen: frozenset[str] = frozenset()
    lines: int = field(default=0, compare=False)
    conversation: tuple[Said, ...] = field(default=(), compare=False)
    of: SubmissionOf | None = None
    rating: int | None = None
    follows: str | None = None
    followed_by: tuple[str, ...] = ()
    first_alternative: bool | None = None
    merged_into: Lead | None = None
    merged: tuple[UUID, ...] = ()

    @property
    def open(self) -> bool:
        return self.state is not State.CLOSED

    @property
    def waits_for_lead(self) -> bool:
        """Whether it has no answer of its own yet, and gets that of the case that it follows."""
        return self.merged_into is not None and self.state not in (State.RESOLVED, State.CLOSED)

    def supports(self, agency: str) -> Supporting | None:
        return next((s for s in self.supporting if s.agency == agency), None)

    def clock(self, name: ClockName, agency: str | None = None) -> CaseClock | None:
        """The last start of that clock, of that agency where one is named."""
        for clock in reversed(self.clocks):
            if clock.name == name and agency in (None, clock.agency):
                return clock
        return None

    @property
    def response(self) -> CaseClock | None:
        """The response clock of the agency that has the case."""
        return self.clock(RESPONSE.name, self.agency) if self.agency else None

    @property
    def standing(self) -> State:
        """The state of an open case apart from a hold or an end that lies ahead."""
        if self.agency is None:
            return State.TRIAGE
        response = self.response
        if response is not None and not response.open:
            return State.RESPONDED
        return State.ACKNOWLEDGED if self.acknowledged else State.ROUTED


def policy_of(case: Case, clocks: SlaCalendar) -> Policy:
    """The policy under which the case started; where the configuration lost it, that of its day."""
    try:
        return clocks.policy_named(*case.policy)
    except KeyError:
        return clocks.policy_at(case.opened_at)
