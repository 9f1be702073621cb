"""Whether the router was right about a case: judged by what agencies and the desk did with it.

Out of the record that the store keeps, and of the history where the record leaves it open.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, Protocol

from schemas import verbs

What = Literal["came", "by_itself", "stood", "wrong", "assigned", "first_alternative"]
WHATS: Final[tuple[What, ...]] = (
    *("came", "by_itself", "stood", "wrong", "assigned", "first_alternative"),
)
"""``came``: cases; ``by_itself``: given to an agency by the router at once; of these ``stood``:
they stayed there until they were answered; ``wrong``: the agency handed it back, the desk took it
away, or it was nobody's here. The others are not judged (yet). ``assigned``: left to the desk at
first, which named an agency; of these ``first_alternative``: the first one that it was shown."""

Plain = Mapping[str, Any]
"""A record as JSON has it (broker.domain.case.record)."""
_ANSWERS: Final = (verbs.RESPONDED, verbs.RESOLVED)
_FINISHED: Final = ("accepted", "closing")


class Line(Protocol):
    """What is needed of a line of a history; ``handover``: the desk gave it on because the agency
    ended or was merged."""

    @property
    def what(self) -> str: ...
    @property
    def agency_from(self) -> str | None: ...
    @property
    def agency_to(self) -> str | None: ...
    @property
    def supporting(self) -> str | None: ...
    @property
    def handover(self) -> bool: ...


def first_agency(record: Plain) -> str | None:
    """The agency that the router named at first; None where it left the case to the desk."""
    clocks = record["clocks"]
    agency: str | None = clocks[0]["agency"] if clocks else None
    return agency


def asks_history(record: Plain) -> bool:
    """Whether the record alone does not tell: the desk took the case from its first agency, or it
    ended at the very moment of what may have been an answer."""
    first = first_agency(record)
    if first is None or record["hops"]:
        return False
    if record["agency"] != first:
        return True
    responses = [one for one in record["clocks"] if _responds(one, first)]
    return len(responses) > 1 or (
        _archived(record) and responses[0]["stopped_at"] == record["closed"]["at"]
    )


def judged(record: Plain, history: Sequence[Line] | None = None) -> Iterator[What]:
    """What a case counts as; ``history``: where ``asks_history`` asks for it."""
    yield "came"
    first = first_agency(record)
    if first is None:
        if (right := record.get("first_alternative")) is not None:
            yield "assigned"
            if right:
                yield "first_alternative"
        return
    yield "by_itself"
    stood = _by_record(record, first) if history is None else _by_history(record, history)
    if stood is not None:
        yield "stood" if stood else "wrong"


def _by_record(record: Plain, first: str) -> bool | None:
    if record["hops"]:
        return False
    answered = any(
        one["stopped_at"] is not None for one in record["clocks"] if _responds(one, first)
    )
    if _archived(record):
        end = record["closed"]
        answered = answered and all(
            one["stopped_at"] != end["at"] for one in record["clocks"] if _responds(one, first)
        )
    return _at_the_end(record, answered=answered)


def _by_history(record: Plain, history: Sequence[Line]) -> bool | None:
    """Who takes over for an agency that ended stands for it."""
    answered = False
    for line in history:
        if line.supporting is not None:
            continue
        if line.what == verbs.RETURNED:
            return False
        if line.what == verbs.ASSIGNED and line.agency_from != line.agency_to and not line.handover:
            return False
        answered = answered or line.what in _ANSWERS
    return _at_the_end(record, answered=answered)


def _at_the_end(record: Plain, *, answered: bool) -> bool | None:
    """Of a case that stayed. An outside body has no way to hand it back: where the desk closes it
    as not ours, the two agree."""
    end = record["closed"]
    if end is not None and end["how"] == "dismissed" and end.get("code") == "not-ours":
        return bool(record["external"])
    if answered or (end is not None and end["how"] in _FINISHED):
        return True
    return None


def _responds(clock: Plain, agency: str) -> bool:
    return (clock["name"], clock["agency"]) == ("response", agency)


def _archived(record: Plain) -> bool:
    end = record["closed"]
    return bool(end is not None and end["how"] not in _FINISHED)
