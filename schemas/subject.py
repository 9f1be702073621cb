"""Which complaint an update is about: named by its complaint_id or by its tracking code."""

from collections.abc import Iterable
from typing import Final, NamedTuple
from uuid import UUID

from schemas.identifiers import normalise_tracking, tracking

_UUID_CHARACTERS: Final = 45
"""With the prefix ``urn:uuid:``."""
_TRACKING_CHARACTERS: Final = 40
"""Twelve, and the hyphens and blanks that people put in."""


class Subject(NamedTuple):
    """One of ``complaint_id`` and ``tracking`` (in its canonical form), or what is at ``fault``."""

    complaint_id: UUID | None = None
    tracking: str | None = None
    fault: str | None = None

    def is_of(self, code: str | None) -> bool:
        """Whether a tracking code is this complaint's."""
        mine = tracking(self.complaint_id) if self.complaint_id else self.tracking
        return mine is not None and mine == code


def subject_of(names: Iterable[object]) -> Subject:
    """The one complaint that all of these name.

    An empty one names nothing. A tracking code may be written as people write it
    (``normalise_tracking``); beside a complaint_id it must be that complaint's.
    """
    ids: set[UUID] = set()
    codes: set[str] = set()
    for name in names:
        if not name:
            continue
        if (complaint := _id_of(name)) is not None:
            ids.add(complaint)
        elif (code := code_of(name)) is not None:
            codes.add(code)
        else:
            return Subject(
                fault="subject: neither a complaint_id (a UUID) nor a tracking code, whose last "
                "character tells whether the others are right"
            )
    codes -= {tracking(complaint) for complaint in ids} if len(ids) == 1 else set()
    match list(ids), list(codes):
        case [complaint], []:
            return Subject(complaint_id=complaint)
        case [], [code]:
            return Subject(tracking=code)
        case [], []:
            return Subject(fault="subject: a complaint_id or a tracking code is needed")
    return Subject(fault="subject: several complaints are named; one update is about one")


def _id_of(name: object) -> UUID | None:
    if not isinstance(name, str) or len(name) > _UUID_CHARACTERS:
        return None
    try:
        return UUID(name)
    except ValueError:
        return None


def code_of(name: object) -> str | None:
    """The canonical form of a tracking code, as people write it; None for what is none."""
    if not isinstance(name, str) or len(name) > _TRACKING_CHARACTERS:
        return None
    return normalise_tracking(name)
