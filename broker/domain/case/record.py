"""A case as plain values that JSON can carry, and back: what a store keeps."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from broker.domain.case.case import NOT_RECORDED, Case, Closed, Lead, State, Supporting
from broker.domain.case.clock import CaseClock
from broker.domain.clocks import Hold
from schemas.decision import DecisionRecord

Plain = Mapping[str, Any]
"""A record as JSON has it, from a store that holds what any version of this program wrote."""


def to_record(
    case: Case, moment: Callable[[datetime], Any] = datetime.isoformat
) -> dict[str, object]:
    """All fields of a case but ``NOT_RECORDED``, clocks as records.

    ``moment``: what stands for a moment; ISO 8601 with offset, unless whoever writes it does that.
    """
    return {
        "complaint_id": str(case.complaint_id),
        "tracking": case.tracking,
        "channel": case.channel,
        "complaint": case.complaint,
        "classification": case.classification,
        "anonymous": case.anonymous,
        "state": str(case.state),
        "agency": case.agency,
        "external": case.external,
        "supporting": [
            {"agency": s.agency, "external": s.external, "acknowledged": s.acknowledged}
            for s in case.supporting
        ],
        "acknowledged": case.acknowledged,
        "oversight": case.oversight,
        "oversight_by_desk": case.oversight_by_desk,
        "hops": case.hops,
        "previous": list(case.previous),
        "clocks": [clock_record(clock, moment) for clock in case.clocks],
        "policy": list(case.policy),
        "calendar": case.calendar,
        "decision": case.decision.to_plain(),
        "event_id": case.event_id,
        "received_at": moment(case.received_at),
        "opened_at": moment(case.opened_at),
        "routed_at": moment(case.routed_at),
        "placed_at": moment(case.placed_at),
        "trace": dict(case.trace),
        "next_due": moment(case.next_due) if case.next_due else None,
        "closed": _end_record(case.closed, moment) if case.closed else None,
        "of": dict(case.of) if case.of else None,
        "rating": case.rating,
        "follows": case.follows,
        "followed_by": list(case.followed_by),
        "first_alternative": case.first_alternative,
        "merged_into": _lead_record(case.merged_into) if case.merged_into else None,
        "merged": [str(one) for one in case.merged],
    }


def to_values(case: Case) -> dict[str, object]:
    """The fields of ``to_record``, each as it is: ``dumps`` writes ids, moments and small values
    as that does, and in less time. Only ``clocks`` are not records, and ``decision`` says of what
    it no longer has that it is null.
    """
    return dict(zip(_NAMES, _values_of(case), strict=True))


def from_record(record: Plain, seen: Iterable[str] = (), lines: int = 0) -> Case:
    """The case of a record; ``seen``: those causes of the inputs at hand that it has taken in;
    ``lines``: how many its history has."""
    end = record["closed"]
    policy_id, version = record["policy"]
    return Case(
        complaint_id=UUID(record["complaint_id"]),
        tracking=record["tracking"],
        channel=record["channel"],
        complaint=record["complaint"],
        classification=record["classification"],
        anonymous=record["anonymous"],
        state=State(record["state"]),
        agency=record["agency"],
        external=record["external"],
        supporting=tuple(map(_supporting_from, record["supporting"])),
        acknowledged=record["acknowledged"],
        oversight=record["oversight"],
        oversight_by_desk=record["oversight_by_desk"],
        hops=record["hops"],
        previous=tuple(record["previous"]),
        clocks=tuple(map(clock_from, record["clocks"])),
        policy=(policy_id, version),
        calendar=record["calendar"],
        decision=DecisionRecord.from_plain(record["decision"]),
        event_id=record["event_id"],
        received_at=datetime.fromisoformat(record["received_at"]),
        opened_at=datetime.fromisoformat(record["opened_at"]),
        routed_at=datetime.fromisoformat(record["routed_at"]),
        placed_at=datetime.fromisoformat(record["placed_at"]),
        trace=record.get("trace", {}),
        next_due=_moment(record["next_due"]),
        closed=_end_from(end) if end else None,
        seen=frozenset(seen),
        lines=lines,
        of=record.get("of"),
        rating=record.get("rating"),
        follows=record.get("follows"),
        followed_by=tuple(record.get("followed_by") or ()),
        first_alternative=record.get("first_alternative"),
        merged_into=_lead_from(record.get("merged_into")),
        merged=tuple(map(UUID, record.get("merged") or ())),
    )


def clock_record(
    clock: CaseClock, moment: Callable[[datetime], Any] = datetime.isoformat
) -> dict[str, object]:
    """One clock as plain values; ``name`` and ``start`` are its key within the case."""
    return {
        "name": clock.name,
        "start": clock.start,
        "agency": clock.agency,
        "started_at": moment(clock.started_at),
        "due_at": moment(clock.due_at),
        "holds": [[moment(hold.start), moment(hold.end)] for hold in clock.holds],
        "held_at": moment(clock.held_at) if clock.held_at else None,
        "stopped_at": moment(clock.stopped_at) if clock.stopped_at else None,
        "fired": list(clock.fired),
    }


def clock_from(record: Plain) -> CaseClock:
    """The clock of a record."""
    return CaseClock(
        name=record["name"],
        start=record["start"],
        agency=record["agency"],
        started_at=datetime.fromisoformat(record["started_at"]),
        due_at=datetime.fromisoformat(record["due_at"]),
        holds=tuple(
            Hold(datetime.fromisoformat(start), datetime.fromisoformat(end))
            for start, end in record["holds"]
        ),
        held_at=_moment(record["held_at"]),
        stopped_at=_moment(record["stopped_at"]),
        fired=tuple(record["fired"]),
    )


def _supporting_from(record: Plain) -> Supporting:
    return Supporting(
        record["agency"], record.get("external", False), record.get("acknowledged", False)
    )


def _lead_record(lead: Lead) -> dict[str, object]:
    return {"complaint_id": str(lead.complaint_id), "tracking": lead.tracking}


def _lead_from(record: Plain | None) -> Lead | None:
    return Lead(UUID(record["complaint_id"]), record["tracking"]) if record else None


def _end_record(end: Closed, moment: Callable[[datetime], Any]) -> dict[str, object]:
    return {
        "at": moment(end.at),
        "by": end.by,
        "how": end.how,
        "reason": end.reason,
        "code": end.code,
        "duplicate_of": end.duplicate_of,
        "sentence": end.sentence,
    }


def _end_from(record: Plain) -> Closed:
    return Closed(
        at=datetime.fromisoformat(record["at"]),
        by=record["by"],
        how=record["how"],
        reason=record["reason"],
        code=record.get("code"),
        duplicate_of=record.get("duplicate_of"),
        sentence=record.get("sentence"),
    )


_NAMES: Final = tuple(name for name in Case.__dataclass_fields__ if name not in NOT_RECORDED)
_values_of: Final = attrgetter(*_NAMES)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
