"""The list of cases, and the search in it: ``/meja/kasus``."""

from collections.abc import Mapping
from typing import Final

from fastapi import Request, Response

from broker.domain.case import State
from broker.messaging import names
from config.language import gettext
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.desk.searching import Found, search
from gateway.desk.session import DeskSession
from gateway.desk.words import KINDS, STATES
from gateway.staff.cases.asked import Asked, asked, shown_place
from gateway.staff.cases.rows import case_row
from gateway.staff.layout import HEADERS, page, speak, templates
from gateway.staff.visits import Visit

PAGE: Final = 50
TEMPLATES: Final = templates("gateway.staff.cases")
_CODE: Final = 60
Choice = tuple[str, str]


async def list_page(request: Request, world: Gateway, visit: Visit) -> Response:
    """What is looked for; a tracking code, or an id, leads to its case at once."""
    speak(request, visit)
    office, query = world.desk(), request.query_params
    what = query.get("q", "").strip()
    if 0 < len(what) <= _CODE and (case := await office.find(what)) is not None:
        there = f"/meja/kasus/{case.tracking}"
        return Response(status_code=303, headers={**HEADERS, "Location": there})
    sought = asked(query, office)
    found = Found(())
    if sought.wanted is not None:
        found = await search(office.store, sought.wanted, PAGE, sought.after, world.search)
    status = 422 if sought.problems else 200
    return page(
        TEMPLATES,
        "list.html",
        world,
        request,
        visit,
        status,
        asked=sought,
        rows=[case_row(case, office) for case in found.cases],
        found=found,
        more=_more(sought, found),
        choices=choices(office),
    )


def choices(office: DeskSession) -> Mapping[str, list[Choice]]:
    """Of each short list of the form its codes and names."""
    states = [(str(state), gettext(STATES[state])) for state in State]
    return {
        "status": states,
        "jenis": [(code, gettext(name)) for code, name in KINDS.items()],
        "kanal": sorted((one.code, one.name) for one in office.rules.channels.values()),
    }


def long_list(request: Request, world: Gateway, visit: Visit, what: str) -> Response:
    """The agencies, or the topics, for whoever begins to write one: too many for every page."""
    speak(request, visit)
    office = world.desk()
    if what == "instansi":
        found = [(names.TRIAGE, gettext("the desk")), *agency_choices(office)]
    elif what == "topik":
        found = topic_choices(office)
    else:
        raise Problem("no-such-page")
    return page(TEMPLATES, "options.html", world, request, visit, options=found)


def agency_choices(office: DeskSession) -> list[Choice]:
    """Those that exist today, by name."""
    there = office.agencies.active_agencies(office.today())
    named = [(code, office.agencies.agency_name(code)) for code in there]
    return sorted(named, key=lambda choice: choice[1].casefold())


def topic_choices(office: DeskSession) -> list[Choice]:
    """All topics of the rules, by name."""
    named = [(topic.id, topic.name) for topic in office.rules.topics]
    return sorted(named, key=lambda choice: choice[1].casefold())


def _more(sought: Asked, found: Found) -> str | None:
    return None if found.after is None else sought.path(sesudah=shown_place(found.after))
