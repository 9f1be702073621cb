"""One case: ``/meja/kasus/{code}``, and what the desk does with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from fastapi import APIRouter, Request, Response

from broker.domain.case import Case, State
from config.language import gettext
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.desk.merging import Group, candidates, group_of
from gateway.desk.one_case import SeenCase, seen
from gateway.desk.session import DeskSession
from gateway.desk.similar import SimilarCases
from gateway.desk.words import KINDS, REASONS, state_word, word
from gateway.staff.cases import acting
from gateway.staff.cases.listing import TEMPLATES
from gateway.staff.cases.picture import picture
from gateway.staff.cases.rows import agency_name, title_of
from gateway.staff.cases.telling import files_of, history_view, kin_view, said_view
from gateway.staff.layout import HEADERS, page, speak
from gateway.staff.visits import Visit, visit, visit_form
from schemas import verbs

TALK: Final = 30
"""Of what was said and of the history the newest so many, unless all is wanted."""
_CODE: Final = 60


@dataclass(frozen=True, slots=True)
class Joining:
    """Those that a case is merged with, and those that it may be merged into."""

    group: Group
    candidates: Sequence[Case]


def routes(world: Gateway) -> APIRouter:
    """The page, and a form for each thing that the desk does."""
    router = APIRouter(prefix="/meja/kasus/{code}")
    alike = SimilarCases()

    async def shown(there: SeenCase) -> Joining:
        return await joining_of(world.desk(), there, alike)

    @router.get("")
    async def look(request: Request, code: str) -> Response:
        found = await visit(request, world, "desk.read")
        speak(request, found)
        there = await _seen(world, code)
        if there.case.tracking != code:
            return _to(there.case)
        return case_page(request, world, found, there, await shown(there))

    @router.post("/kirim-ulang")
    async def send_again(request: Request, code: str) -> Response:
        async with visit_form(request, world, "desk.act") as (found, _):
            speak(request, found)
            case = (await _seen(world, code)).case
            return _to(case, await acting.sent_again(world, case))

    @router.post("/{verb}")
    async def act(request: Request, code: str, verb: str) -> Response:
        async with visit_form(request, world, "desk.act") as (found, sent):
            speak(request, found)
            there, fields = await _seen(world, code), acting.fields_of(sent.fields)
            try:
                done = await acting.acted(world, found, there.case, verb, fields)
            except acting.Refusal as why:
                refused = (verb, fields, str(why))
                joining = await shown(there)
                return case_page(request, world, found, there, joining, why.status, refused)
            return _to(there.case, done)

    return router


def case_page(
    request: Request,
    world: Gateway,
    found: Visit,
    there: SeenCase,
    joining: Joining,
    status: int = 200,
    refused: tuple[str, Mapping[str, str], str] | None = None,
) -> Response:
    """``refused``: the verb of a form that came to nothing, its fields, and why."""
    office, query = world.desk(), request.query_params
    whole, to_print = "semua" in query or "cetak" in query, "cetak" in query
    case, most = there.case, None if whole else -TALK
    sent = case.complaint.get("attachments") if case.complaint is not None else None
    files, elsewhere = files_of(case, sent, world)
    verb, fields, error = refused or ("", {}, None)
    return page(
        TEMPLATES,
        "case_print.html" if to_print else "case.html",
        world,
        request,
        found,
        status,
        case=case,
        title=title_of(case),
        state=state_word(case),
        agency=agency_name(case.agency, office),
        supporting=[agency_name(other.agency, office) for other in case.supporting],
        previous=[agency_name(code, office) for code in case.previous],
        classification=word(KINDS, case.classification),
        topic=_topic(case, office),
        files=files,
        elsewhere=elsewhere,
        pictures=[picture(ladder, office) for ladder in there.ladders],
        talk=[said_view(line, case, world, office) for line in there.lines[most:]],
        more_talk=len(there.lines) - len(there.lines[most:]),
        history=[history_view(entry, office) for entry in there.history[most:]],
        more_history=len(there.history) - len(there.history[most:]),
        kin=[kin_view(one) for one in there.kin],
        may=acting.possible(case) if found.may("desk.act") and not to_print else (),
        verb=verb,
        fields=fields,
        error=error,
        candidates=[
            f"{other.agency} ({other.confidence:.0%})"
            for other in case.decision.alternatives
            if other.agency not in case.previous
        ][:3],
        done=acting.told(query.get("hasil", "")),
        group=joining.group,
        joinable=[(one, title_of(one), state_word(one)) for one in joining.candidates],
        into=query.get("gabung", "")[:_CODE],
        title_of=title_of,
        state_of=state_word,
        id=uuid4().hex,
        choices={
            "classification": [(code, gettext(name)) for code, name in KINDS.items()],
            "code": [(code, gettext(name)) for code, name in REASONS.items()],
            "oversight": [("1", gettext("yes")), ("0", gettext("no"))],
        },
        end=word(REASONS, case.closed.code) if case.closed and case.closed.code else None,
        closed_state=State.CLOSED,
    )


async def joining_of(office: DeskSession, there: SeenCase, alike: SimilarCases) -> Joining:
    """Of the case on a page. Raises StoreUnavailable."""
    case = there.case
    group = await group_of(office.store, case)
    if verbs.MERGED not in acting.possible(case) or group.open:
        return Joining(group, ())
    near = [one.case for one in await alike.like(case, office)]
    near += [one.case for one in there.kin if one.case is not None]
    return Joining(group, await candidates(office, case, near))


async def _seen(world: Gateway, code: str) -> SeenCase:
    """Raises Problem where there is no such case."""
    found = await seen(world.desk(), code, world.search) if len(code) <= _CODE else None
    if found is None:
        raise Problem("no-such-page")
    return found


def _topic(case: Case, office: DeskSession) -> str | None:
    name = office.rules.topic_name(case.decision.topic)
    return name or case.decision.topic


def _to(case: Case, done: str | None = None) -> Response:
    way = f"/meja/kasus/{case.tracking}" + (f"?hasil={done}" if done else "")
    return Response(status_code=303, headers={**HEADERS, "Location": way})
