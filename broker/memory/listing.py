"""Lists of the cases that a store in memory keeps."""

from broker.domain.case import Case, CaseFilter, missing_in, missing_in_said, terms_of
from broker.memory.kept_cases import KeptCases
from broker.ports import ListPlace


def cases_wanted(kept: KeptCases, wanted: CaseFilter, after: ListPlace | None = None) -> list[Case]:
    """Oldest first, unless the newest are wanted first; only what comes behind a place."""
    found = [case for case in kept.cases.values() if wanted.fits(case)]
    if wanted.text is not None:
        terms, said = terms_of(wanted.text), kept.conversation
        found = [
            case
            for case in found
            if not missing_in_said(
                said.get(case.complaint_id, ()), missing_in(case.complaint, terms)
            )
        ]
    if after is not None:
        found = [
            case
            for case in found
            if (place_of(case) < after if wanted.newest_first else place_of(case) > after)
        ]
    return sorted(found, key=place_of, reverse=wanted.newest_first)


def place_of(case: Case) -> ListPlace:
    """Where a case stands in a list."""
    return case.opened_at, case.complaint_id
