"""Which complaints those of a batch are like: looked for among many at once.

A complaint that is looked for between all the rest that it takes needs a quarter to
a half more time: the processor has the code and the tables of the search no more.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import structlog

from broker.domain.intake import Decided, Parked, Resent
from broker.domain.similar import Fingerprint, RecentComplaints
from config.logging import where

log = structlog.get_logger()


class Alike(NamedTuple):
    """Of one complaint: those that it is like, and what is recorded so that others find it."""

    similar: tuple[UUID, ...] = ()
    kept: bytes | None = None


NOTHING: Final = Alike()


def look_up(
    read: Sequence[Decided | Parked | Resent],
    recent: RecentComplaints,
    now: datetime,
    known: Collection[UUID],
    remembered: set[UUID],
) -> list[Alike]:
    """One for each of ``read``; each is remembered at once, so that the next is told of it.

    Args:
        known: complaints of the batch that came before: what says the same again is not remembered.
        remembered: gets those that are.
    """
    own = [_fingerprint(one, recent) for one in read]
    seen: set[int] = set()  # ids of this type are hashed in Python, their numbers are not
    found: list[Alike] = []
    for one, fingerprint in zip(read, own, strict=True):
        alike = NOTHING
        if isinstance(one, Decided):
            complaint = one.submission.complaint_id
            if fingerprint is not None:
                new = complaint.int not in seen and complaint not in known
                try:
                    alike = Alike(recent.like(fingerprint, now), kept := fingerprint.to_bytes())
                    if new and recent.add(complaint, now, kept, fingerprint):
                        remembered.add(complaint)
                except Exception as error:
                    _said(error)
                    alike = NOTHING
            seen.add(complaint.int)
        found.append(alike)
    return found


def _fingerprint(one: Decided | Parked | Resent, recent: RecentComplaints) -> Fingerprint | None:
    if not isinstance(one, Decided):
        return None
    try:
        return one.remembered(recent.words)
    except Exception as error:
        _said(error)
        return None


def _said(error: Exception) -> None:
    """It is routed all the same, without `similar`, and its neighbours are."""
    log.error("router.failed", traceback=where(error))
