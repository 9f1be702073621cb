"""A form of a case: checked, held against what others did meanwhile, said as the agency."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from fastapi import Request, Response

from broker.domain.case import Case
from config.language import gettext, language, marked
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.staff.inbox.actions import possible
from gateway.staff.inbox.listing import tab_named
from gateway.staff.inbox.pages import Asked, Tried, missing, own_case, redirect, show
from gateway.staff.inbox.saying import (
    Objection,
    action_named,
    data_of,
    handed_back,
    happened_told,
    meanwhile,
    objection,
    words_of,
)
from gateway.staff.layout import speak
from gateway.staff.speaking import say_as_agency
from gateway.staff.visits import visit_form
from gateway.web.pages import first, told
from schemas.identifiers import normalise_tracking
from schemas.verbs import RETURNED

_REFUSED: Final = {
    "lead-only": marked("Only the agency that leads can do this."),
    "closed": marked("This report is closed."),
    "impossible": marked("That is not possible in the present state of this report."),
    "follows-another": marked(
        "This report was joined with another: answer that one, and the answer reaches this one too."
    ),
    "too-many-updates": marked("The history of this report is too long: give the final answer."),
    "not-your-case": marked("This report is not in your inbox."),
}
"""By the code of a refusal; of any other its own sentence is shown."""
_QUICKER: Final = marked(
    "Not sent yet: somebody else did something meanwhile. Look at it, and send once more if your"
    " words still fit."
)
_OF_FILES: Final = ("file-", "files-", "too-many-files", "scanner-")


async def say(world: Gateway, request: Request, code: str, tracking: str, name: str) -> Response:
    """To the case's page where it was taken in; else that page with all that was typed, and why.

    Raises:
        Problem: not signed in, not of that agency, no form of theirs, no such action.
    """
    async with visit_form(request, world, agency=code) as (visit, sent):
        speak(request, visit)
        action, words = action_named(name), words_of(sent.fields)
        asked = Asked(code, tracking, tab_named(first(sent.fields, "tab", 20)))
        rules = world.config.rules

        async def refuse(why: Objection, happened: Sequence[tuple[datetime, str]] = ()) -> Response:
            tried = Tried(action.name, words, why, happened, had_files=sent.had_files)
            return await show(world, request, visit, asked, tried)

        case = await own_case(world, code, tracking)
        if case is None:
            known = await _case_named(world, tracking) if action.name == RETURNED else None
            if known is not None and await handed_back(world, known, code, words):
                return redirect(f"/opd/{code}/dikembalikan/{known.tracking}")
            gone = Objection(gettext("This report is not in your inbox."), status=409)
            return missing(world, request, visit, code, Tried(action.name, words, gone))
        if sent.refused is not None:
            return await refuse(
                Objection(told(sent.refused, language()), "files", sent.refused.status)
            )
        since = await meanwhile(world, case, code, action, words)
        if not since.repeat:
            with_files = bool(sent.uploads)
            if (why := objection(action, words, rules, code, with_files=with_files)) is not None:
                return await refuse(why)
            if since.happened:
                quicker = Objection(gettext(_QUICKER), status=409)
                return await refuse(quicker, happened_told(since.happened, code, rules))
            if action not in possible(case, code):
                return await refuse(
                    Objection(
                        gettext("That is not possible in the present state of this report."),
                        status=409,
                    )
                )
        try:
            receipt = await say_as_agency(
                world,
                visit,
                code,
                action.verb,
                str(case.complaint_id),
                data_of(action, words, rules),
                f"{words.id}.{action.name}",
                sent.uploads,
            )
        except Problem as problem:
            if problem.code in ("not-for-you", "not-found"):
                raise
            return await refuse(refusal(problem))
        if action.name == RETURNED and receipt.outcome in ("accepted", "repeated"):
            return redirect(f"/opd/{code}/dikembalikan/{case.tracking}")
        query = {"kabar": f"{action.name}.{receipt.outcome}"}
        if asked.tab is not None:
            query["tab"] = asked.tab.value
        return redirect(f"/opd/{code}/kasus/{case.tracking}?{urlencode(query)}")


def refusal(problem: Problem) -> Objection:
    """Why it was not taken in, for somebody who knows no broker."""
    if problem.code == "broker-away":
        sentence = gettext("Not sent: the queue is away. Your words are kept; send them again.")
        return Objection(sentence, status=503)
    field = "files" if problem.code.startswith(_OF_FILES) else None
    sentence = told(problem, language())
    if problem.code == "refused" and (why := _REFUSED.get(str(problem.more.get("reason")))):
        sentence = gettext(why)
    return Objection(sentence, field, problem.status)


async def _case_named(world: Gateway, tracking: str) -> Case | None:
    known = normalise_tracking(tracking)
    return await world.cases.find_tracking(known) if known else None
