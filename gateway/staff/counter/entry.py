"""The route ``/meja/loket``: a complaint on paper, or of somebody who came, entered by the desk."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import uuid4

from fastapi import APIRouter, Request, Response

from broker.errors import StoreUnavailable
from broker.ports import PeopleLine
from gateway.api.complaints import Filed, taken_in
from gateway.api.problems import KINDS, Problem
from gateway.api.world import Gateway
from gateway.staff.counter.reading import GIVEN, Wrong, channels_by_hand, data_of, given
from gateway.staff.layout import page, speak, templates
from gateway.staff.visits import Visit, visit, visit_form
from gateway.web.forms import Sent, form_id
from gateway.web.pages import told, with_headers
from gateway.web.villages import villages_by_district

_TEMPLATES: Final = templates("gateway.staff.counter")
PLACE: Final = "/meja/loket"
_VILLAGES: Final = 300
"""More than that make the page too large: the name is written."""


def routes(world: Gateway) -> APIRouter:
    """The form, and what it is sent to."""
    router = APIRouter()

    @router.get(PLACE)
    async def blank(request: Request) -> Response:
        found = await visit(request, world, "desk.act")
        said = {**dict.fromkeys(GIVEN, ""), "kanal": request.query_params.get("kanal", "")[:60]}
        return _form(request, world, found, said, uuid4().hex)

    @router.post(PLACE)
    async def enter(request: Request) -> Response:
        async with visit_form(request, world, "desk.act") as (found, sent):
            said, id = given(sent.fields), form_id(sent.fields)
            speak(request, found)
            calendar = world.config.clocks.calendar
            data = data_of(said, world.config.rules, calendar, world.now())
            if not isinstance(data, dict):
                return _form(request, world, found, said, id, data, 422, again=sent.had_files)
            try:
                filed = await _entered(world, found, said["kanal"], data, id, sent)
            except (Problem, StoreUnavailable) as why:
                # Nothing of what was typed is lost.
                problem = why if isinstance(why, Problem) else Problem("store-away")
                world.metrics.refused(problem.code)
                wrong = [Wrong("", told(problem, speak(request, found)))]
                status = KINDS[problem.code].status
                shown = _form(request, world, found, said, id, wrong, status, again=sent.had_files)
                return with_headers(shown, problem)
        return page(
            _TEMPLATES, "receipt.html", world, request, found,
            filed=filed, said=said, place=PLACE, now=world.now(), public_url=world.public_url,
            channel=dict(channels_by_hand(world.config.rules))[said["kanal"]],
        )  # fmt: skip

    return router


async def _entered(
    world: Gateway,
    found: Visit,
    channel: str,
    data: dict[str, object],
    id: str,
    sent: Sent,
) -> Filed:
    """Taken in as from any adapter. Who entered it is kept beside it, and goes to nobody: an agency
    sees the channel alone."""
    sent.raise_refusal()
    filed = await taken_in(world, channel, data, id, sent.uploads, "counter")
    line = PeopleLine(world.now(), found.person.name, "counter.entered", filed.tracking, channel)
    await world.store.people.write_people_line(line)
    return filed


def _form(
    request: Request,
    world: Gateway,
    found: Visit,
    said: Mapping[str, str],
    id: str,
    wrong: Sequence[Wrong] = (),
    status: int = 200,
    *,
    again: bool = False,
) -> Response:
    rules = world.config.rules
    today = world.config.clocks.calendar.local_day(world.now())
    return page(
        _TEMPLATES, "entry.html", world, request, found, status,
        said=said, id=id, wrong=wrong, again=again, place=PLACE, today=today,
        faults={one.field: one.why for one in wrong},
        channels=channels_by_hand(rules),
        districts=villages_by_district(rules, _VILLAGES),
        most=world.attachments.most,
        topics=sorted((topic.name, topic.id) for topic in rules.topics),
    )  # fmt: skip
