"""Which cases may be merged into which, and what a case that follows another still takes itself.

An anonymous report and one that names its reporter are never merged: that the two are about one
thing may give away who wrote the first. Confidential reports and those that allege wrongdoing are
merged only with their like, where nobody in either is named.
"""

from typing import Final

from broker.domain.case.case import Case, State
from broker.domain.case.outcome import IMPOSSIBLE, Context, Refused
from broker.domain.case.speakers import spoken_for
from schemas import verbs
from schemas.limits import MERGED
from schemas.updates import Update

UNLIKE: Final = "unlike"
"""The reason of a refusal: the two are of kinds that are kept apart."""
EARLIER_DEADLINE: Final = "earlier-deadline"
FOLLOWS_ANOTHER: Final = "follows-another"

_ELSEWHERE: Final = Refused(
    FOLLOWS_ANOTHER,
    "this case was merged into another: what is said there reaches it too; or the desk separates"
    " the two",
)
ANSWERED: Final = Refused(IMPOSSIBLE, "the final answer was given: it has nothing to wait for")
_AGENCY_SAYS: Final = (
    *(verbs.RESPONDED, verbs.RESOLVED, verbs.HELD, verbs.RESUMED, verbs.RETURNED),
)
_DESK_SAYS: Final = (verbs.HELD, verbs.RESUMED, verbs.ASSIGNED)


def said_to_lead(case: Case, update: Update, context: Context) -> Refused | None:
    """The refusal of what is to be said to the case that this one follows; None for all else."""
    if case.merged_into is None or not case.open:
        return None
    if update.who == "desk":
        return _ELSEWHERE if update.verb in _DESK_SAYS else None
    if update.who == "agency" and case.waits_for_lead:
        of_lead = spoken_for(case, update.name, context) == case.agency
        return _ELSEWHERE if of_lead and update.verb in _AGENCY_SAYS else None
    return None


def why_not(case: Case, lead: Case, *, followers: int = 0) -> Refused | None:
    """Why the first cannot be merged into the second; None where it can, as far as that is known
    without the deadlines.

    Args:
        case, lead: both with their complaints.
        followers: how many follow ``case`` itself.
    """
    if case.complaint_id == lead.complaint_id:
        return Refused(IMPOSSIBLE, "into: names this complaint itself")
    if not case.open or not lead.open:
        return Refused(IMPOSSIBLE, "a case that is closed is merged with nothing")
    if case.state is State.RESOLVED:
        return ANSWERED
    if lead.state is State.RESOLVED:
        return Refused(IMPOSSIBLE, "into: the final answer was given there, no clock of it runs")
    if lead.merged_into is not None:
        return Refused(IMPOSSIBLE, "into: that case follows another; name the one that it follows")
    if case.merged_into is not None and case.merged_into.complaint_id != lead.complaint_id:
        return Refused(IMPOSSIBLE, "it follows another case already; separate it first")
    if followers:
        return Refused(
            IMPOSSIBLE, "others follow this case; merge the other into it, or separate them first"
        )
    if lead.agency is None and case.agency is not None:
        return Refused(
            IMPOSSIBLE, "into: nobody has that case yet; assign it, or merge it into this one"
        )
    if len(lead.merged) >= MERGED:
        return Refused("too-many-followers", f"into: {MERGED} cases follow that one")
    return unlike(case, lead)


def follows(case: Case, lead: Case) -> bool:
    """Whether it was merged into that one, and not parted from it since."""
    return case.merged_into is not None and case.merged_into.complaint_id == lead.complaint_id


def unlike(case: Case, lead: Case) -> Refused | None:
    """The refusal of two that are kept apart for the sake of those who wrote them."""
    if case.anonymous != lead.anonymous:
        return Refused(
            UNLIKE,
            "one of the two is anonymous and the other is not: that they are about one thing may"
            " give away who wrote the anonymous one",
        )
    mine, others = _guarded(case), _guarded(lead)
    if not any((*mine, *others)):
        return None
    if not case.anonymous or mine != others:
        return Refused(
            UNLIKE,
            "what is confidential or alleges wrongdoing is merged only with its like, and only"
            " where both are anonymous",
        )
    return None


def _guarded(case: Case) -> tuple[bool, bool]:
    """Whether it is confidential, and whether it alleges wrongdoing, confirmed or not."""
    complaint = case.complaint
    if complaint is None:
        return False, case.oversight
    confidential = complaint.get("confidential") not in (False, None)
    return confidential, case.oversight or bool(complaint.get("oversight"))
