"""Pages of the inbox: one case, with what was typed, and the page in place of one that is not
there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import Request, Response

from broker.domain.case import Case
from broker.domain.case.inbox import Tab, place_in, role_in, tabs_of
from config.language import gettext, marked
from gateway.api.world import Gateway
from gateway.desk.merging import group_of
from gateway.staff.inbox.actions import BY_NAME, possible
from gateway.staff.inbox.saying import Objection, Words, verb_told
from gateway.staff.inbox.viewing import shown
from gateway.staff.layout import HEADERS, page, templates
from gateway.staff.visits import Visit
from schemas.identifiers import normalise_tracking
from schemas.limits import NOTE_CHARACTERS

TEMPLATES: Final = templates("gateway.staff.inbox")
_DONE: Final = {
    "accepted": marked("Done: {what}."),
    "unchanged": marked("Done: {what}. The state of the report is as it was."),
    "repeated": marked("This was sent before, and counts once: {what}."),
    "waiting": marked("Sent: {what}. It is handled in a moment; look again soon."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which case is asked for, and how; ``news``: what was done just now, ``verb.outcome``."""

    code: str
    tracking: str
    tab: Tab | None = None
    whole: bool = False
    news: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was not sent on: of which action, with which words, and why."""

    action: str
    words: Words
    objection: Objection
    happened: Sequence[tuple[datetime, str]] = ()
    had_files: bool = False


async def own_case(world: Gateway, code: str, tracking: str) -> Case | None:
    """The case, where the agency has a part in it; None for any other, be it there or not."""
    known = normalise_tracking(tracking)
    case = await world.cases.find_tracking(known) if known else None
    return case if case is not None and role_in(case, code) is not None else None


async def show(
    world: Gateway, request: Request, visit: Visit, asked: Asked, tried: Tried | None = None
) -> Response:
    """The page of a case; with a form that was not sent on, and the reason."""
    case = await own_case(world, asked.code, asked.tracking)
    if case is None:
        return missing(world, request, visit, asked.code, tried)
    found = await shown(world, case, asked.code, whole=asked.whole)
    actions = possible(case, asked.code)
    # What was typed is given back even where its action is not possible any more.
    lost = tried if tried and tried.action not in {one.name for one in actions} else None
    most = world.attachments.most
    return answer(
        "inbox_case.html",
        world,
        request,
        visit,
        200 if tried is None else tried.objection.status,
        code=asked.code,
        agency=world.config.rules.agency_name(asked.code),
        shown=found,
        case=case,
        actions=actions,
        group=(await group_of(world.cases, case)).of(asked.code),
        lines=await world.cases.lines(case.complaint_id),
        words=tried.words if tried else Words(),
        blank=Words(),
        tried=tried,
        lost=lost,
        tab=asked.tab,
        next=await _next(world, asked.code, asked.tab, case),
        news=_news(asked.news),
        most=NOTE_CHARACTERS,
        files=most.files,
        megabytes=f"{most.size / 1e6:g}",
        verb=verb_told,
        now=world.now(),
    )


def missing(
    world: Gateway, request: Request, visit: Visit, code: str, tried: Tried | None = None
) -> Response:
    """One answer for a case that is elsewhere, or was there, or never was; nothing typed is
    lost."""
    return answer(
        "inbox_missing.html",
        world,
        request,
        visit,
        404 if tried is None else 409,
        code=code,
        agency=world.config.rules.agency_name(code),
        words=tried.words if tried else None,
    )


def answer(
    name: str,
    world: Gateway,
    request: Request,
    visit: Visit,
    status: int = 200,
    /,
    **values: object,
) -> Response:
    """A page of this room."""
    return page(TEMPLATES, name, world, request, visit, status, **values)


def redirect(there: str) -> Response:
    """To another page of ours, after a form."""
    return Response(status_code=303, headers={**HEADERS, "Location": there})


async def _next(world: Gateway, code: str, tab: Tab | None, case: Case) -> str | None:
    """The tracking code of the case behind this one in its tab; of one that has left it, the
    first."""
    now = world.now()
    tab = tab or Tab.DUE
    there = tab in tabs_of(case, code, now)
    after = place_in(case, code, tab) if there else None
    found = await world.cases.inbox.page(code, tab, now, 1, after)
    return found[0].tracking if found and found[0].tracking != case.tracking else None


def _news(text: str) -> str | None:
    name, _, outcome = text.partition(".")
    if name not in BY_NAME or outcome not in _DONE:
        return None
    return gettext(_DONE[outcome]).format(what=gettext(BY_NAME[name].label))
