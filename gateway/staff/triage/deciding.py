"""A decision of the desk on its way: told what became of it, whatever that is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from broker.domain.case import Case, Entry, State
from broker.domain.routing.directory import AgencyDirectory
from config.language import gettext, language, marked
from gateway.api.problems import KINDS, Problem
from gateway.api.world import Gateway
from gateway.desk.meanwhile import look_again, said_already
from gateway.staff.speaking import say_as_desk
from gateway.staff.triage.forms import Decided
from gateway.staff.visits import Visit
from gateway.web.pages import told as told_of
from schemas import verbs

CLAIMED_FOR: Final = timedelta(seconds=30)
"""For so long nobody else decides on a case whose decision nobody has answered for."""
_WAITING: Final = 202
_CONFLICT: Final = 409
_WRONG: Final = 422


@dataclass(frozen=True, slots=True)
class Outcome:
    """``sentence``: what became of it, for the officer. ``kind`` apart from ``done``: the case is
    as it was, and what was typed is shown again."""

    kind: Literal["done", "wrong", "conflict", "refused", "waiting"]
    sentence: str
    tracking: str
    status: int = 200
    verb: str = ""

    @property
    def done(self) -> bool:
        return self.kind == "done"


async def decide_on(
    world: Gateway,
    visit: Visit,
    case: Case,
    wanted: Decided,
    form: str,
    seen: int | None,
    when: Callable[[datetime], str],
) -> Outcome:
    """Say it as the desk.

    Args:
        form: the form's id; sent twice it is one update.
        seen: how many lines its history had when the officer looked at it.
        when: a moment, as the page writes it.
    """
    code, office = case.tracking, world.desk()
    if wanted.wrong:
        return Outcome("wrong", " ".join(wanted.wrong.values()), code, _WRONG)
    looked = await look_again(case, seen, office)
    if looked.last is not None:
        speaker = f"desk.{visit.person.name}"
        if said_already(looked.last, speaker, wanted.verb, wanted.agency):
            return Outcome("done", done(looked.last, code, office.agencies), code, verb=wanted.verb)
        return Outcome("conflict", _meanwhile(looked.last, world, when), code, _CONFLICT)
    presence, now = world.store.presence, world.now()
    holder = await presence.claim(
        case.complaint_id, visit.person.name, form, now, now - CLAIMED_FOR
    )
    if holder is not None:
        sentence = gettext("{who} is deciding on this complaint right now.").format(who=holder)
        return Outcome("conflict", sentence, code, _CONFLICT)
    outcome = await _said(world, visit, case, wanted, form)
    if outcome.kind != "waiting":  # what is on the queue may still be taken in
        await presence.release(case.complaint_id, form)
    return outcome


async def _said(world: Gateway, visit: Visit, case: Case, wanted: Decided, form: str) -> Outcome:
    code = case.tracking
    try:
        receipt = await say_as_desk(
            world, visit, wanted.verb, str(case.complaint_id), wanted.data, form
        )
    except Problem as problem:
        return Outcome("refused", refusal(problem), code, KINDS[problem.code].status)
    if receipt.outcome == "waiting":
        sentence = gettext(
            "It is on the queue and nobody has answered yet; look again in a moment."
        )
        return Outcome("waiting", sentence, code, _WAITING)
    agency = world.config.rules.agency_name(wanted.agency) if wanted.agency else ""
    return Outcome(
        "done", gettext(DONE[wanted.verb]).format(code=code, agency=agency), code, verb=wanted.verb
    )


def done(entry: Entry, code: str, agencies: AgencyDirectory) -> str:
    """What a line of a case's history says was done, for whoever did it."""
    agency = agencies.agency_name(entry.agency_to) if entry.agency_to else ""
    return gettext(DONE[entry.what]).format(code=code, agency=agency)


DONE: Final[Mapping[str, str]] = {
    verbs.ASSIGNED: marked("{code} was assigned to {agency}."),
    verbs.HELD: marked("{code}: the reporter was asked."),
    verbs.DISMISSED: marked("{code} was closed."),
    verbs.RESUMED: marked("{code} waits for the desk again."),
}
"""By what the desk said."""
_MEANWHILE: Final[Mapping[str, str]] = {
    verbs.ASSIGNED: marked("Meanwhile {who} assigned it to {agency} ({when})."),
    verbs.HELD: marked("Meanwhile {who} asked the reporter ({when})."),
    verbs.DISMISSED: marked("Meanwhile {who} closed it ({when})."),
    verbs.RESUMED: marked("Meanwhile {who} ended the hold ({when})."),
    verbs.REPLIED: marked("Meanwhile the reporter replied ({when})."),
    verbs.WITHDRAWN: marked("Meanwhile the reporter withdrew it ({when})."),
}
_OTHERWISE: Final = marked("Meanwhile {who} said something in it ({when}).")
_REFUSED: Final[Mapping[str, str]] = {
    "broker-away": marked("Not sent: the message queue is away. Send it again in a moment."),
    "unknown-agency": marked("Refused: no agency has this code."),
    "inactive-agency": marked("Refused: this agency is not active any more."),
    "impossible": marked("Refused: this cannot be done to the complaint as it stands now."),
    "unknown-case": marked("Refused: this complaint is not known."),
    "follows-another": marked("Refused: it was joined with another report; decide that one."),
}


def _meanwhile(entry: Entry, world: Gateway, when: Callable[[datetime], str]) -> str:
    agency = entry.agency_to
    sentence = gettext(_MEANWHILE.get(entry.what, _OTHERWISE)).format(
        who=person_of(entry.who),
        agency=world.config.rules.agency_name(agency) if agency else "",
        when=when(entry.at),
    )
    kept = gettext("What you wrote is still here; nothing of it was sent.")
    return f"{sentence} {kept}"


def person_of(who: str) -> str:
    """Of a line of history, for the desk: the person of the desk, else the office."""
    return who.partition(".")[2] if who.startswith("desk.") else who


def refusal(problem: Problem) -> str:
    """A refusal for officers: they send a form again, and know no header."""
    reason = problem.more.get("reason")
    sentence = _REFUSED.get(str(reason)) or _REFUSED.get(problem.code)
    if sentence is not None:
        return gettext(sentence)
    return told_of(problem, language())


def still_at_desk(case: Case) -> bool:
    """Whether the desk has to do something about it, or waits for its reporter."""
    return case.agency is None and case.state in (State.TRIAGE, State.HELD)
