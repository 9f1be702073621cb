"""Lists of the cases that a store in memory keeps."""

from broker.domain.case import Case, CaseFilter, mentions
from broker.memory.kept_cases import KeptCases


def cases_wanted(kept: KeptCases, wanted: CaseFilter) -> list[Case]:
    """Oldest first."""
    found = [case for case in kept.cases.values() if wanted.fits(case)]
    if wanted.text is not None:
        found = [case for case in found if mentions(case.complaint, wanted.text)]
    return sorted(found, key=lambda case: (case.opened_at, case.complaint_id))
