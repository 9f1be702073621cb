"""One case at the desk, with all that decides: its words marked, candidates, what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from broker.domain.case import Case, Said
from broker.domain.clocks import VERIFICATION
from broker.domain.forwarding import query_of
from broker.domain.routing.rules import Rules
from broker.ports import Presence
from config.language import gettext, marked
from gateway.api.world import Gateway
from gateway.attachments.links import ON_PAGES, named_by
from gateway.desk.conversation import Line, lines_of
from gateway.desk.evidence import Evidence, Piece, Thought, evidence_of, pieces
from gateway.desk.similar import Similar, SimilarCases
from gateway.desk.waiting import days_waiting
from gateway.staff.triage.deciding import still_at_desk
from gateway.staff.visits import Visit
from schemas import verbs
from schemas.complaint import LocationFields
from schemas.limits import CONVERSATION_NEWEST

HERE_FOR: Final = timedelta(seconds=40)
"""Who was not heard of for so long is away; a page tells that it is there every ten."""
TEXT: Final = 8_000
"""Characters of a complaint on this page; the page of the case has all of it."""
_NEWEST: Final = 60
_KEYS: Final = 9
_NOWHERE: Final[LocationFields] = {}
CLASSES: Final = {
    "complaint": marked("complaint"),
    "aspiration": marked("aspiration"),
    "information_request": marked("information request"),
}
_SAID: Final = {
    verbs.HELD: marked("asks"),
    verbs.RESUMED: marked("ends the hold"),
    verbs.REPLIED: marked("replies"),
    verbs.RETURNED: marked("hands it back"),
    verbs.ASSIGNED: marked("assigns it"),
    verbs.RESPONDED: marked("answers"),
    verbs.RESOLVED: marked("answers finally"),
    verbs.ACKNOWLEDGED: marked("has seen it"),
    verbs.DISMISSED: marked("closes it"),
    verbs.WITHDRAWN: marked("withdraws it"),
    verbs.MERGED: marked("joins it with another"),
    verbs.SEPARATED: marked("separates it"),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing that was said, as the page shows it."""

    line: Line
    who: str
    what: str
    files: Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Pane:
    """A case with all that decides. ``lines``: of its history, as it is shown; ``decidable``: the
    desk may do something about it."""

    case: Case
    lines: int
    days: int
    due: datetime | None
    evidence: Evidence
    candidates: Sequence[Thought]
    title: Sequence[Piece]
    text: Sequence[Piece]
    cut: bool
    place: Sequence[str]
    files: Sequence[Mapping[str, object]]
    talk: Sequence[Spoken]
    similar: Sequence[Similar]
    earlier: Sequence[str]
    others: Sequence[Presence]
    classification: str

    @property
    def at_desk(self) -> bool:
        return still_at_desk(self.case)

    @property
    def form_id(self) -> str:
        """Another one each time: what is sent from one page is one update."""
        return uuid4().hex


async def pane_of(world: Gateway, visit: Visit, alike_of: SimilarCases, case: Case) -> Pane:
    """A case, with the decision on it made anew."""
    office, now = world.desk(), world.now()
    lines = await office.store.lines(case.complaint_id)
    history = await office.store.history(case.complaint_id, _NEWEST)
    said = await office.store.conversation(case.complaint_id, CONVERSATION_NEWEST)
    complaint = case.complaint or {"text": ""}
    found = evidence_of(world.config.rules, query_of(complaint), office.today(), case.previous)
    text = complaint["text"]
    clock = case.clock(VERIFICATION.name)
    others = await present(world, visit, [case.complaint_id], now)
    return Pane(
        case=case,
        lines=lines,
        days=days_waiting(case, now, office.clocks.calendar),
        due=clock.due_at if clock is not None and clock.open else None,
        evidence=found,
        candidates=_candidates(case, found, world.config.rules)[:_KEYS],
        title=list(pieces(complaint.get("title") or "", found.title)),
        text=list(pieces(text[:TEXT], [sign for sign in found.text if sign.end <= TEXT])),
        cut=len(text) > TEXT,
        place=_place(case, world.config.rules),
        files=_files(world, case, complaint.get("attachments")),
        talk=[_spoken(world, case, line) for line in lines_of(said, history)],
        similar=await alike_of.like(case, office),
        earlier=[code for code in (case.follows, *case.followed_by) if code],
        others=others.get(case.complaint_id, ()),
        classification=gettext(CLASSES[case.classification]),
    )


def _candidates(case: Case, found: Evidence, rules: Rules) -> Sequence[Thought]:
    """Those of the decision on record, with what speaks for them now; where it has none, those of
    today's rules."""
    now = {one.agency: one for one in found.candidates}
    kept = [one for one in case.decision.alternatives if one.agency not in case.previous]
    if not kept:
        return found.candidates
    return [
        Thought(
            one.agency,
            rules.agency_name(one.agency),
            one.confidence,
            because=now[one.agency].because if one.agency in now else "",
        )
        for one in kept
    ]


async def present(
    world: Gateway, visit: Visit, cases: Sequence[UUID], now: datetime
) -> dict[UUID, list[Presence]]:
    """Who else is at these."""
    found: dict[UUID, list[Presence]] = {}
    for one in await world.store.presence.present(cases, now - HERE_FOR):
        if one.person != visit.person.name:
            found.setdefault(one.complaint, []).append(one)
    return found


def _place(case: Case, rules: Rules) -> list[str]:
    """Where, as far as it was said, and the area that the rules took it for."""
    location = (case.complaint or {"text": ""}).get("location") or _NOWHERE
    said = [location.get(name) for name in ("address", "village", "district")]
    latitude, longitude = location.get("latitude"), location.get("longitude")
    if latitude is not None and longitude is not None:
        said.append(f"{latitude}, {longitude}")
    area = rules.gazetteer.areas.get(case.decision.region or location.get("region") or "")
    if area is not None:
        said.append(f"{area.level.capitalize()} {area.name}")
    return list(dict.fromkeys(str(one) for one in said if one))


def _files(world: Gateway, case: Case, attachments: object) -> list[dict[str, object]]:
    """Ours with links that are good for a while; an address elsewhere is shown and not linked, also
    one that begins as ours do (``//elsewhere``)."""
    until = world.now() + ON_PAGES
    links = world.attachments.links
    found = list[dict[str, object]]()
    for file in links.shown(attachments, case.complaint_id, until, whole=False):
        named = named_by(file.get("url"))
        ours = named is not None and named.complaint == case.complaint_id
        found.append({"media_type": None, "size": None, **file, "ours": ours})
    return found


def _spoken(world: Gateway, case: Case, line: Line) -> Spoken:
    said = line.said
    what = gettext(_SAID[said.verb]) if said.verb in _SAID else said.verb
    return Spoken(line, _speaker(world, line, said), what, _files(world, case, said.attachments))


def _speaker(world: Gateway, line: Line, said: Said) -> str:
    who, _, name = said.by.partition(".")
    if who == "channel":
        return gettext("Reporter ({channel})").format(channel=name)
    if who == "agency":
        return world.config.rules.agency_name(name)
    return gettext("Desk ({person})").format(person=line.person) if line.person else gettext("Desk")
