"""Cases that are merged, for the desk: which lead and follow, and which might."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from broker.domain.case import Case, Said, why_not
from broker.domain.case.mergeable import follows
from broker.ports import CaseStore
from gateway.desk.session import DeskSession
from schemas import verbs

MOST: Final = 6
"""Cases that are offered to be merged with."""
_REPLIES: Final = 3


@dataclass(frozen=True, slots=True)
class Follower:
    """A case that follows another, and what its reporter said last."""

    case: Case
    replies: Sequence[Said]


@dataclass(frozen=True, slots=True)
class Group:
    """The case that one follows (None: it follows none, or that is not kept any more), and those
    that follow it."""

    lead: Case | None = None
    followers: Sequence[Follower] = ()

    def of(self, agency: str) -> "Group":
        """Those in which it leads: of the others it is told nothing, not even their codes."""
        lead = self.lead if self.lead is not None and self.lead.agency == agency else None
        return Group(lead, [one for one in self.followers if one.case.agency == agency])

    @property
    def open(self) -> int:
        """How many get what is answered in it."""
        return sum(1 for one in self.followers if one.case.open)


async def group_of(store: CaseStore, case: Case) -> Group:
    """Those that it is merged with, as they are now. Raises StoreUnavailable."""
    lead = None
    if case.merged_into is not None:
        lead = await store.find(case.merged_into.complaint_id)
    found = [await store.find(one) for one in case.merged]
    return Group(
        lead,
        [
            Follower(one, await _replies(store, one.complaint_id))
            for one in found
            if one is not None and follows(one, case)
        ],
    )


async def candidates(office: DeskSession, case: Case, others: Iterable[Case]) -> list[Case]:
    """Of cases that seem to be about the same thing those that it may be merged into, each once; of
    one that follows another, that other. Raises StoreUnavailable."""
    found: dict[UUID, Case] = {}
    for one in others:
        lead = one
        if one.merged_into is not None and one.open:
            lead = await office.store.find(one.merged_into.complaint_id) or one
        if why_not(case, lead, followers=len(case.merged)) is None:
            found.setdefault(lead.complaint_id, lead)
    return list(found.values())[:MOST]


async def _replies(store: CaseStore, complaint: UUID) -> Sequence[Said]:
    said = await store.conversation(complaint, 20)
    return [one for one in said if one.verb == verbs.REPLIED][-_REPLIES:]
