"""The cases that the router named as similar, as they are now."""

from broker.domain.case import Case
from broker.ports import CaseStore


async def told_similar(store: CaseStore, case: Case) -> list[Case]:
    """Those of ``decision.similar`` that may be shown beside this one, the likeliest first.

    Raises:
        StoreUnavailable: they cannot be looked up now.
    """
    named = case.decision.similar
    there = await store.found(named) if named else {}
    return [other for one in named if (other := there.get(one)) and may_stand_beside(case, other)]


def may_stand_beside(case: Case, other: Case) -> bool:
    """An open case that is not for few eyes only, with or without a reporter's name as this one:
    nobody is to find who an anonymous reporter is by what else he reported."""
    return other.open and not for_few_eyes(other) and other.anonymous is case.anonymous


def for_few_eyes(case: Case) -> bool:
    """Confidential, or confirmed as oversight: it is not named beside others."""
    return case.oversight or bool(case.complaint and case.complaint.get("confidential"))
