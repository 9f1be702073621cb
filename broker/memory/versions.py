"""Which cases of a store in memory have their words, which value of each it keeps, and what
somebody is late with."""

from datetime import datetime
from uuid import UUID

from broker.domain.case.deadlines import open_deadlines
from broker.memory.kept_cases import KeptCases
from broker.ports import CaseVersions, ListPlace, Owed


def versions(kept: KeptCases, closed: bool, after: ListPlace | None, most: int) -> CaseVersions:
    """See ``CaseStore.versions``."""
    places = []
    for case in kept.cases.values():
        if case.open == closed or (closed and not kept.has_words(case)):
            continue
        place = (case.closed.at if case.closed else case.opened_at), case.complaint_id
        if after is None or place > after:
            places.append(place)
    page = sorted(places)[:most]
    lines = {complaint: len(kept.history.get(complaint, ())) for _, complaint in page}
    return CaseVersions(lines, page[-1] if len(page) < len(places) else None)


def owed_before(kept: KeptCases, at: datetime) -> list[Owed]:
    """See ``CaseStore.late``."""
    found = [
        Owed((due_at, case.complaint_id), agency, clock)
        for case in kept.cases.values()
        for agency, clock, due_at in open_deadlines(case)
        if due_at < at
    ]
    return sorted(found, key=in_order)


def in_order(owed: Owed) -> tuple[datetime, UUID, str]:
    """Where one stands among them."""
    return *owed.place, owed.clock
