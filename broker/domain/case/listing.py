"""Which cases a list is of: what somebody at the desk may look for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.domain.case.case import Case, State
from broker.domain.case.conversation import Said
from broker.domain.case.deadlines import open_deadlines
from schemas.complaint import PublicComplaint

_SEARCHED: Final = ("text", "title", "external_id")
_PLACE: Final = ("address", "village", "district")


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Everything that is given must fit; closed cases only where ``state`` asks for them.

    ``overdue_at``: they owe something whose deadline lies before that moment. ``since`` and
    ``until``: of the moment at which the case began; ``routed_since``: of the last time at which
    it went to somebody. ``at_desk``: those that no agency has. ``supporting``: an agency that
    supports. ``topic``: of the decision, or
    the category of the complaint. ``text``: words, whatever their case, in the complaint (title,
    text, address, external_id) or in what was said; a closed case has none of these.
    ``newest_first``: in the order of the moment at which they began, backwards.
    """

    state: State | None = None
    agency: str | None = None
    overdue_at: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    routed_since: datetime | None = None
    channel: str | None = None
    at_desk: bool = False
    supporting: str | None = None
    topic: str | None = None
    text: str | None = None
    newest_first: bool = False

    @property
    def looks_inside(self) -> bool:
        """Whether it asks for what only the case itself tells, so that each must be read."""
        inside = (self.routed_since, self.supporting, self.topic, self.text)
        return any(value is not None for value in inside)

    def fits(self, case: Case) -> bool:
        """Whether a case is one of the list, apart from ``text``."""
        return (
            (case.open if self.state is None else case.state is self.state)
            and self.agency in (None, case.agency)
            and (not self.at_desk or case.agency is None)
            and self.channel in (None, case.channel)
            and (self.since is None or case.opened_at >= self.since)
            and (self.until is None or case.opened_at < self.until)
            and (self.routed_since is None or case.routed_at >= self.routed_since)
            and (self.supporting is None or case.supports(self.supporting) is not None)
            and (self.topic is None or self.topic in _topics(case))
            and (self.overdue_at is None or _overdue(case, self.overdue_at))
        )


EVERY_OPEN: Final = CaseFilter()


def mentions(complaint: PublicComplaint | None, text: str) -> bool:
    """Whether a complaint has these words, whatever their case."""
    if complaint is None:
        return False
    wanted = text.casefold()
    location = complaint.get("location") or {}
    words = (
        *(complaint.get(name) for name in _SEARCHED),
        *(location.get(name) for name in _PLACE),
    )
    return any(wanted in word.casefold() for word in words if isinstance(word, str))


def said_in(conversation: Iterable[Said], text: str) -> bool:
    """Whether somebody has said these words, whatever their case."""
    wanted = text.casefold()
    return any(
        wanted in words.casefold()
        for said in conversation
        for words in (said.note, said.reason, said.internal_note)
        if words
    )


def _topics(case: Case) -> tuple[str | None, ...]:
    return case.decision.topic, case.complaint.get("category") if case.complaint else None


def _overdue(case: Case, at: datetime) -> bool:
    return any(due < at for _, _, due in open_deadlines(case))
