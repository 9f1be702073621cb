"""Complaints that go on with earlier ones: both cases say so, and nothing else changes."""

from datetime import datetime
from typing import Final
from uuid import UUID

from broker.domain.case.case import Case
from broker.domain.case.history import History
from broker.domain.case.outcome import Applied
from broker.domain.case.replacing import replace
from schemas.complaint import PublicComplaint
from schemas.limits import FOLLOWERS

LINKED: Final = "linked"
"""The ``what`` of the line of history."""
_WHO: Final = "cases"


def earlier_of(complaint: PublicComplaint | None) -> UUID | str | None:
    """What a complaint follows, as its sender named it: a complaint_id, or a tracking code."""
    named = complaint.get("follows") if complaint is not None else None
    if not isinstance(named, str):
        return None
    try:
        return UUID(named)
    except ValueError:
        return named


def link(new: Case, earlier: Case, now: datetime) -> tuple[Applied, ...]:
    """A case that begins and the one that it follows, each with the other's tracking code.

    Nothing where they came by two channels, since nobody speaks of another's complaints. The
    earlier one may be closed. So many others may name one case that it takes note of the first
    ``limits.FOLLOWERS`` of them only: its history has an end.
    """
    if new.complaint_id == earlier.complaint_id or new.channel != earlier.channel:
        return ()
    if new.follows is not None:
        return ()
    after = _noted(new, replace(new, follows=earlier.tracking), now)
    if new.tracking in earlier.followed_by or len(earlier.followed_by) >= FOLLOWERS:
        return (after,)
    others = (*earlier.followed_by, new.tracking)
    return after, _noted(earlier, replace(earlier, followed_by=others), now)


def _noted(before: Case, after: Case, now: datetime) -> Applied:
    detail = (
        {"follows": after.follows}
        if after.follows != before.follows
        else {"followed_by": after.followed_by[-1]}
    )
    line = History(now, _WHO, before).line(after, LINKED, now, detail)
    return Applied(replace(after, lines=before.lines + 1), line)
