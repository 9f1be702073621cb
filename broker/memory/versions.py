"""Which cases of a store in memory have their words, and which value of each it keeps."""

from broker.memory.kept_cases import KeptCases
from broker.ports import CaseVersion, ListPlace


def versions(kept: KeptCases, closed: bool, after: ListPlace | None) -> list[CaseVersion]:
    """See ``CaseStore.versions``."""
    found = []
    for case in kept.cases.values():
        if case.open == closed or (closed and not kept.has_words(case)):
            continue
        at = case.closed.at if case.closed is not None else case.opened_at
        place = at, case.complaint_id
        if after is None or place > after:
            found.append(CaseVersion(place, len(kept.history.get(case.complaint_id, ()))))
    return sorted(found, key=lambda version: version.place)
