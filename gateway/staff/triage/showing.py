"""What the page of the desk shows: the list of what waits, and one case with all that decides."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import Request, Response

from broker.domain.clocks import WorkingCalendar
from broker.ports import Presence
from config.language import language, marked
from gateway.api.world import Gateway
from gateway.desk.similar import SimilarCases
from gateway.desk.waiting import (
    ASKED,
    WAITING,
    Group,
    Row,
    after,
    alike,
    before,
    listed,
)
from gateway.staff.layout import HTMX, moment, page, templates
from gateway.staff.triage.deciding import Outcome
from gateway.staff.triage.forms import agency_choices
from gateway.staff.triage.pane import CLASSES, Pane, pane_of, present
from gateway.staff.visits import Visit
from schemas.update_data import DismissalCode

TEMPLATES: Final = templates("gateway.staff.triage")
SHOWN: Final = 25
"""Rows of the list: with the case beside it and its files the page stays under 100 kB."""
_WHOLE: Final = "hx-history-restore-request"
"""Somebody goes back, and htmx wants all of the page."""
CODES: Final[Mapping[DismissalCode, str]] = {
    "not-ours": marked("not ours"),
    "incomplete": marked("incomplete"),
    "duplicate": marked("duplicate"),
    "not-a-complaint": marked("not a complaint"),
    "in-court": marked("before a court"),
    "abuse": marked("abuse"),
    "other": marked("other"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """All of it. ``asked``: the list is of those whose reporter was asked."""

    rows: Sequence[Row]
    total: int
    other: int
    asked: bool
    groups: Sequence[Group]
    at: Mapping[UUID, Sequence[Presence]]
    pane: Pane | None
    next: str | None
    previous: str | None


async def shown(
    world: Gateway,
    visit: Visit,
    alike_of: SimilarCases,
    *,
    code: str | None = None,
    behind: str | None = None,
    asked: bool = False,
) -> Shown:
    """``code``: the case that is wanted; None: the first that waits behind ``behind`` and that
    nobody else has open."""
    office, now = world.desk(), world.now()
    wanted, others = (ASKED, WAITING) if asked else (WAITING, ASKED)
    rows = await listed(office, wanted, SHOWN)
    at = await present(world, visit, [row.case.complaint_id for row in rows], now)
    if code is None:
        taken = [row.case.tracking for row in rows if row.case.complaint_id in at]
        code = after(rows, behind or "", taken)
    case = await office.find(code) if code else None
    pane = await pane_of(world, visit, alike_of, case) if case is not None else None
    if case is not None and visit.may("desk.act"):
        await world.store.presence.here(Presence(case.complaint_id, visit.person.name, now))
    few = len(rows) < SHOWN
    return Shown(
        rows,
        len(rows) if few else await world.cases.how_many(wanted),
        await world.cases.how_many(others),
        asked,
        alike(rows),
        at,
        pane,
        after(rows, code) if code else None,
        before(rows, code) if code else None,
    )


def answer(
    world: Gateway,
    request: Request,
    visit: Visit,
    what: Shown,
    outcome: Outcome | None = None,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    """The page, or the part of it that changes where htmx asks."""
    rules, today = world.config.rules, world.desk().today()
    part = HTMX in request.headers and _WHOLE not in request.headers
    name = "desk_part.html" if part else "desk.html"
    return page(
        TEMPLATES,
        name,
        world,
        request,
        visit,
        outcome.status if outcome is not None else 200,
        shown=what,
        pane=what.pane,
        outcome=outcome,
        part=part,
        typed=defaultdict(str, typed or {}),
        wrong=defaultdict(str, wrong or {}),
        acts=visit.may("desk.act"),
        texts=rules.desk_texts,
        spoken=language(),
        codes=CODES,
        classes=CLASSES,
        agencies_there=agency_choices(rules, today),
        name_of=rules.agency_name,
        topic_of=rules.topic_name,
    )


def when_of(world: Gateway) -> "WhenOf":
    """How the page writes a moment."""
    return WhenOf(world.config.clocks.calendar)


@dataclass(frozen=True, slots=True)
class WhenOf:
    """In the region's zone."""

    calendar: WorkingCalendar

    def __call__(self, at: datetime) -> str:
        return moment(self.calendar.local(at))
