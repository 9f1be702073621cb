"""The events of a case, but for ``routed`` and ``triaged`` (broker.domain.forwarding)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from broker.domain.case.case import Case
from broker.domain.case.clock import CaseClock
from broker.domain.case.conversation import conversation_on_the_wire, office_of
from broker.domain.clocks import RESOLUTION, RESPONSE
from broker.messaging import names
from broker.messaging.event import event
from broker.messaging.messages import Outgoing
from schemas import verbs
from schemas.envelope import CASES, event_type
from schemas.identifiers import derived_id

NameOf = Callable[[str], str | None]
"""The name of an agency by its code."""


def unnamed(_: str) -> str | None:
    """Where names are not at hand: they are null in the events."""
    return None


@dataclass(frozen=True, slots=True)
class EventWriter:
    """What the events of one input have in common: their cause, moment, source and trace.

    ``name_of``: the name of an agency by its code, for those who tell a person; without it the
    names are null. Who speaks is an office: which person it was stays in the case's history.
    """

    cause: str
    now: datetime
    source: str = CASES
    trace: Mapping[str, str] = field(default_factory=dict)
    name_of: NameOf = unnamed

    def say(
        self,
        case: Case,
        verb: str,
        agency: str | None,
        data: Mapping[str, object],
        *,
        to_channel: bool = True,
        to_agency: bool = True,
        id_agency: str | None = None,
    ) -> Outgoing:
        """An event about a case, for an agency (None: triage) and, mostly, its channel.

        ``data`` comes under the fields that every event has; what goes to a channel bears ``of``,
        its own submission, save for an anonymous complaint. ``id_agency`` stands in for the agency
        in the event's id, where the agency may change between two tries.
        """
        event_id = derived_id(case.complaint_id, self.cause, event_type(verb), id_agency or agency)
        subject = str(case.complaint_id)
        told = {**data, "complaint_id": subject, "tracking": case.tracking, "agency": agency}
        told.pop("of", None)  # what an update calls so is no word of ours
        if to_channel and case.of is not None and not case.anonymous:
            told["of"] = case.of
        return event(
            verb,
            agency if to_agency else names.NOBODY,
            case.channel if to_channel else names.NOBODY,
            id=event_id,
            source=self.source,
            subject=subject,
            time=self.now,
            data=told,
            trace=self.trace,
        )

    def moved(
        self,
        case: Case,
        agency: str | None,
        to: str | None,
        *,
        by: str,
        at: datetime,
        reason: str | None = None,
        role: str = "lead",
    ) -> Outgoing:
        """It left ``agency``. A supporting agency's leaving does not concern the reporter.

        ``case``: after the move; ``at``: the moment from which that counts. The deadlines are those
        of the agency that leads from now on.
        """
        data = {
            "agency_name": self._named(agency),
            "to": to,
            "to_name": self._named(to),
            "role": role,
            "by": office_of(by),
            "at": at,
            "reason": reason,
            **promised(to, case.clocks),
        }
        return self.say(case, verbs.MOVED, agency, data, to_channel=role == "lead")

    def mirrored(
        self,
        case: Case,
        verb: str,
        *,
        by: str,
        at: datetime,
        said: Mapping[str, object],
        agency: str | None = None,
        to_channel: bool = True,
    ) -> Outgoing:
        """What was said, by or to ``agency``; by default to the one that has the case.

        ``to_channel`` False: it hears the same from another event, the end of the case.
        """
        agency = agency or case.agency
        role = "lead" if agency == case.agency else "supporting"
        data = {**said, **self._mirror(case, agency, role, by, at)}
        return self.say(case, verb, agency, data, to_channel=to_channel)

    def to_supporting(
        self, case: Case, verb: str, *, by: str, at: datetime, said: Mapping[str, object]
    ) -> tuple[Outgoing, ...]:
        """The same for each supporting agency; the channel hears it once, not from these."""
        return tuple(
            self.say(
                case,
                verb,
                other.agency,
                {**said, **self._mirror(case, other.agency, "supporting", by, at)},
                to_channel=False,
            )
            for other in case.supporting
        )

    def in_two(
        self,
        case: Case,
        verb: str,
        *,
        by: str,
        at: datetime,
        said: Mapping[str, object],
        of_agency: Mapping[str, object],
    ) -> tuple[Outgoing, Outgoing]:
        """The same for the agency that has the case, and for its channel, which is not to read
        ``of_agency``."""
        data = {**said, **self._mirror(case, case.agency, "lead", by, at)}
        return (
            self.say(case, verb, case.agency, {**data, **of_agency}, to_channel=False),
            self.say(case, verb, case.agency, data, to_agency=False, id_agency=names.NOBODY),
        )

    def closed(self, case: Case, *, note: object = None) -> tuple[Outgoing, ...]:
        """For the agency and the channel, and for each supporting agency.

        All that a channel needs for one message. ``note``: what was said with it, as far as
        anonymity allows; it is told and not kept.
        """
        end = case.closed
        if end is None:
            raise ValueError("the case is open")
        data = {
            "by": office_of(end.by),
            "how": end.how,
            "reason": end.reason,
            "code": end.code,
            "duplicate_of": end.duplicate_of,
            "sentence": end.sentence,
            "note": note,
            "rating": case.rating,
            "closed_at": end.at,
        }

        def to(agency: str | None, role: str) -> Outgoing:
            told = {**data, "role": role, "agency_name": self._named(agency)}
            return self.say(case, verbs.CLOSED, agency, told, to_channel=role == "lead")

        supporting = (to(other.agency, "supporting") for other in case.supporting)
        return to(case.agency, "lead"), *supporting

    def _mirror(
        self, case: Case, agency: str | None, role: str, by: str, at: datetime
    ) -> dict[str, object]:
        return {
            "agency_name": self._named(agency),
            "role": role,
            "by": office_of(by),
            "at": at,
            "state": case.state,
        }

    def _named(self, agency: str | None) -> str | None:
        return self.name_of(agency) if agency else None


def promised(agency: str | None, clocks: Sequence[CaseClock]) -> dict[str, datetime | None]:
    """``respond_by`` and ``resolve_by`` of the agency that has these clocks; None in triage."""
    response = resolution = None
    if agency is not None:
        for clock in clocks:
            if clock.name == RESPONSE.name and clock.agency == agency:
                response = clock
            elif clock.name == RESOLUTION.name:
                resolution = clock
    return {
        "respond_by": response.due_at if response else None,
        "resolve_by": resolution.due_at if resolution else None,
    }


def resend(case: Case, *, now: datetime) -> Outgoing | None:
    """The standing ``routed`` or ``triaged``, under the id it had, with the deadlines of today.

    For a queue that was purged, or a system that lost it. None for a closed case. The case
    consumer takes it for the echo that it is. What is in ``case.conversation`` goes with it:
    whoever reads a case fills that in.
    """
    if not case.open or case.complaint is None:
        return None
    conversation = conversation_on_the_wire(case.conversation)
    return event(
        verbs.ROUTED if case.agency else verbs.TRIAGED,
        case.agency,
        case.channel,
        id=case.event_id,
        source=CASES,
        subject=str(case.complaint_id),
        time=now,
        data={
            "complaint_id": str(case.complaint_id),
            "tracking": case.tracking,
            "agency": case.agency,
            "role": "lead",
            "channel": case.channel,
            "complaint": case.complaint,
            "decision": case.decision,
            "received_at": case.received_at,
            "routed_at": case.routed_at,
            **promised(case.agency, case.clocks),
            **({"of": case.of} if case.of and not case.anonymous else {}),
            **({"conversation": conversation} if conversation else {}),
        },
        trace=case.trace,
    )
