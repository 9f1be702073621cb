"""Which case is meant where it is named by its tracking code: by an update, also as the one that a
case is merged into, or by a complaint that follows it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from broker.domain.case import earlier_of
from broker.ports import CaseTransaction, Deferred
from consumers.cases.inputs import Input, waits_under
from schemas.complaint import PublicComplaint
from schemas.events import Routing
from schemas.updates import BadUpdate, Update

_TWO: Final = "subject: two complaints have this tracking code; name the complaint_id"


class Named:
    """Tracking codes, and the ids of the cases that have them or begin with this batch.

    Codes are hashes: where two cases have one, an update by it is refused, since to act on the
    wrong complaint is worse than to ask again.
    """

    def __init__(self, known: Mapping[str, Collection[UUID]] | None = None) -> None:
        self._known = dict(known or {})

    def of(self, given: Input, deferred_under: UUID | None = None) -> Input:
        """The message with the id of its complaint, as far as a case has its code.

        ``deferred_under``: of a message that waited, the id under which it did.
        """
        what = given.what
        if isinstance(what, Update) and isinstance(what.into, str):
            # Where nobody has it, or two do, the case says so.
            what = replace(what, into=self.only(what.into) or what.into)
            given = replace(given, what=what)
        if isinstance(what, Routing) or what.complaint_id is not None or what.tracking is None:
            return given
        if deferred_under is not None and deferred_under != waits_under(what.tracking):
            return replace(given, what=replace(what, complaint_id=deferred_under))
        found = self._known.get(what.tracking, ())
        if len(found) == 1:
            return replace(given, what=replace(what, complaint_id=next(iter(found))))
        return replace(given, what=_ambiguous(what)) if found else given

    def with_those_of(self, other: "Named") -> "Named":
        """These and others."""
        return Named({**self._known, **other._known})

    def moved(self, one: Deferred, given: Input) -> Deferred:
        """What was deferred under a code, under the id of the case that has it by now."""
        complaint = self.of(given, one.complaint).complaint
        return one if complaint in (None, one.complaint) else replace(one, complaint=complaint)

    def followed(self, complaint: PublicComplaint | None) -> UUID | None:
        """The earlier complaint that this one says it follows, as far as one case has its code."""
        earlier = earlier_of(complaint)
        return self.only(earlier) if isinstance(earlier, str) else earlier

    def only(self, code: str) -> UUID | None:
        """The one case that has this code."""
        found = self._known.get(code, ())
        return next(iter(found)) if len(found) == 1 else None


async def named(
    transaction: CaseTransaction, inputs: Iterable[Input], begun: Mapping[UUID, str]
) -> Named:
    """The codes that these inputs name. ``begun``: those of cases that begin with this batch."""
    codes = {code for one in inputs for code in _codes(one)}
    return await named_by(transaction, codes, begun) if codes else Named()


async def named_by(
    transaction: CaseTransaction, codes: Collection[str], begun: Mapping[UUID, str]
) -> Named:
    """These codes."""
    known = {code: set(ids) for code, ids in (await transaction.named(codes)).items()}
    for complaint, code in begun.items():
        if code in codes:
            known.setdefault(code, set()).add(complaint)
    return Named(known)


def _codes(given: Input) -> Iterator[str]:
    what = given.what
    if isinstance(what, Routing):
        earlier = earlier_of(what.data.complaint)
        if isinstance(earlier, str):
            yield earlier
        return
    if what.complaint_id is None and what.tracking is not None:
        yield what.tracking
    if isinstance(what, Update) and isinstance(what.into, str):
        yield what.into


def _ambiguous(what: Update | BadUpdate) -> BadUpdate:
    if isinstance(what, BadUpdate):
        return what
    return BadUpdate(
        "bad-subject",
        _TWO,
        what.who,
        what.name,
        what.verb,
        id=what.id,
        source=what.source,
        tracking=what.tracking,
    )
