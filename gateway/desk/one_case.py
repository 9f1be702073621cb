"""One case, whole, for a page: what was written and said, its history, its clocks, its kin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from broker.domain.case import Case, CaseFilter, Entry
from gateway.desk.conversation import Line, lines_of
from gateway.desk.indexing import Indexing
from gateway.desk.ladders import Ladder, ladders
from gateway.desk.searching import search
from gateway.desk.session import DeskSession
from gateway.desk.told_similar import told_similar

ALIKE: Final = 5
"""Cases about the same thing at the same place that are shown."""
_AROUND: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Kin:
    """Another case that this one is linked with. ``how``: ``follows``, ``followed_by``,
    ``duplicate_of``, ``similar`` (as the router saw it) or ``alike``; ``case``: None where it is
    not there any more."""

    how: str
    tracking: str
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class SeenCase:
    """A case with all that there is of it."""

    case: Case
    lines: tuple[Line, ...]
    history: tuple[Entry, ...]
    ladders: tuple[Ladder, ...]
    kin: tuple[Kin, ...]


async def seen(office: DeskSession, text: str, indexing: Indexing | None = None) -> SeenCase | None:
    """The case of a tracking code or complaint_id; None where there is none.

    Raises:
        StoreUnavailable: it cannot be looked up now.
    """
    case = await office.find(text)
    if case is None:
        return None
    store = office.store
    history = await store.history(case.complaint_id)
    said = await store.conversation(case.complaint_id)
    return SeenCase(
        case=case,
        lines=tuple(lines_of(said, history)),
        history=tuple(history),
        ladders=tuple(ladders(case, history, office.clocks, office.now())),
        kin=tuple(await _kin(office, case, indexing)),
    )


async def _kin(office: DeskSession, case: Case, indexing: Indexing | None) -> list[Kin]:
    """Each once, by what is surest of it."""
    told = [Kin("similar", one.tracking, one) for one in await told_similar(office.store, case)]
    found = [*await _linked(office, case), *told, *await _alike(office, case, indexing)]
    known = {one.tracking: one for one in reversed(found)}
    return [one for one in found if known[one.tracking] is one]


async def _linked(office: DeskSession, case: Case) -> list[Kin]:
    named = [("follows", case.follows)] if case.follows else []
    named += [("followed_by", code) for code in case.followed_by]
    if case.closed is not None and case.closed.duplicate_of:
        named.append(("duplicate_of", case.closed.duplicate_of))
    return [Kin(how, code, await office.store.find_tracking(code)) for how, code in named]


async def _alike(office: DeskSession, case: Case, indexing: Indexing | None) -> list[Kin]:
    """Open cases on the same topic in the same village, of the same weeks, the newest first.

    Not those of `gateway.desk.similar`: these look for a duplicate of what waits now among the
    newest cases, by words, since what waits has no topic yet; a case page may be of any age.
    """
    location = case.complaint.get("location") or {} if case.complaint else {}
    place = location.get("village") or location.get("district")
    if indexing is None or case.decision.topic is None or not place:
        return []
    wanted = CaseFilter(
        topic=case.decision.topic,
        place=f'"{place}"',
        since=case.opened_at - _AROUND,
        until=case.opened_at + _AROUND,
        newest_first=True,
    )
    found = await search(office.store, wanted, ALIKE + 1, None, indexing)
    known: Sequence[str] = (case.tracking, case.follows or "", *case.followed_by)
    alike = [Kin("alike", one.tracking, one) for one in found.cases if one.tracking not in known]
    return alike[:ALIKE]
