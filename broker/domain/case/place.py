"""Where a case is and who has it: what was deferred for it is tried again when that changes."""

from typing import NamedTuple

from broker.domain.case.case import Case


class Place(NamedTuple):
    """As much of a case as an input may have overtaken."""

    open: bool
    agency: str | None
    supporting: tuple[str, ...]
    previous: tuple[str, ...]
    hops: int
    event_id: str

    @classmethod
    def of(cls, case: Case) -> "Place":
        supporting = tuple(one.agency for one in case.supporting)
        return cls(case.open, case.agency, supporting, case.previous, case.hops, case.event_id)
