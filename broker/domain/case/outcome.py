"""What a case is told with, and what it answers: values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from broker.domain.case.case import Case, State
from broker.domain.case.conversation import Said
from broker.domain.case.terms import Terms, TermsKey
from broker.domain.clocks import SlaCalendar
from broker.domain.routing.decide import Decision
from broker.domain.routing.rules import Rules
from broker.messaging.messages import Outgoing

GRACE: Final = timedelta(seconds=2)
"""For so long after a case was placed, the ``routed`` of a supporting agency may be on its way."""
IMPOSSIBLE: Final = "impossible"
"""The reason of a refusal: not in the state that the case is in."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of an input when it was handled, as the audit trail has it.

    ``decision``: the one that was published then; None where none was, so that the case stayed.
    """

    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The world at the moment of handling.

    ``now``: the present, aware. ``watermark``: the last moment at which everything had been read
    that lay in the queue then; it never goes back. ``patience``: for how long an input that comes
    before its case is deferred; ``patient`` False: it was, and is now decided in any case.
    ``replayed``: of an input that was handled before: what rules decided then stands, whatever
    they would today. ``terms``: on which cases begin, as far as they were worked out in this
    context.
    """

    now: datetime
    watermark: datetime
    rules: Rules
    clocks: SlaCalendar
    patience: timedelta = timedelta(seconds=15)
    patient: bool = True
    replayed: Replayed | None = None
    terms: dict[TermsKey, Terms] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def is_external(self, agency: str | None) -> bool:
        """Whether that is a body outside the region."""
        known = self.rules.agencies.get(agency) if agency else None
        return known is not None and known.kind == "external"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's history. Holds no word of the citizen's.

    ``at``: the moment from which it counts; ``recorded_at``: when it was handled. ``who``:
    ``agency.<code>``, ``desk.<name>``, ``channel.<channel>``, ``clock.<name>``, ``calendar``,
    ``router`` or ``cases``. ``what``: a verb, ``deadline`` or ``linked``. From and to: state and
    agency before and after; ``detail``: codes, moments, what civil servants gave as a reason, and
    ``person``, who of an agency spoke, where that is known.
    ``events``: the ids of the events that told of it, with the last line of what was done at once.
    """

    at: datetime
    recorded_at: datetime
    who: str
    what: str
    state_from: State | None
    state_to: State
    agency_from: str | None
    agency_to: str | None
    detail: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Applied:
    """It was taken in. ``causes`` are to be remembered with the case, for ``Case.seen``; ``said``
    is to be kept with it, as the newest of its conversation. ``changed`` False: the case is as it
    was (``=`` in the table of ``updating``), whatever was said and told; a receipt says so.
    ``others``: what it does to the cases that this one is merged with, to be done at once."""

    case: Case
    history: tuple[Entry, ...] = ()
    publish: tuple[Outgoing, ...] = ()
    causes: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    changed: bool = True
    others: tuple["Applied", ...] = ()

    @property
    def lines(self) -> tuple[Entry, ...]:
        """The history as it is kept: by an event's id one finds the case that it was about."""
        if not self.history or not self.publish:
            return self.history
        last, events = self.history[-1], tuple([event.message_id for event in self.publish])
        told = Entry(  # dataclasses.replace takes twice the time
            last.at,
            last.recorded_at,
            last.who,
            last.what,
            last.state_from,
            last.state_to,
            last.agency_from,
            last.agency_to,
            last.detail,
            events,
        )
        return (*self.history[:-1], told)


@dataclass(frozen=True, slots=True)
class Repeated:
    """Nothing new: it was taken in before."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It changes nothing and is to be parked; ``reason`` is a fixed code."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Early:
    """It may have overtaken what it needs: defer it and try again.

    Try when the case changes, and once more, with a context that is not ``patient``, as soon as
    the watermark lies after ``until``. An update is then handed in with ``counts_at`` = ``at``.
    """

    at: datetime
    until: datetime


Outcome = Applied | Repeated | Refused | Early
