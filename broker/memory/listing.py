"""Lists of the cases that a store in memory keeps."""

from broker.domain.case import Case, CaseFilter, mentions, said_in
from broker.memory.kept_cases import KeptCases


def cases_wanted(kept: KeptCases, wanted: CaseFilter) -> list[Case]:
    """Oldest first, unless the newest are wanted first."""
    found = [case for case in kept.cases.values() if wanted.fits(case)]
    if (text := wanted.text) is not None:
        said = kept.conversation
        found = [
            case
            for case in found
            if mentions(case.complaint, text) or said_in(said.get(case.complaint_id, ()), text)
        ]
    return sorted(
        found,
        key=lambda case: (case.opened_at, case.complaint_id),
        reverse=wanted.newest_first,
    )
