"""What the desk does with one case: it assigns, closes, asks, goes on, sends again."""

from collections.abc import Callable, Mapping
from typing import Final

from broker.domain.case import Case, State
from broker.errors import BrokerUnavailable, Unroutable
from config.language import gettext, marked
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.desk.commands import send_again
from gateway.desk.naming import NotAnAgency
from gateway.desk.session import DeskSession
from gateway.desk.words import KINDS, REASONS
from gateway.staff.cases.asked import agency_meant, no_agency, topic_meant
from gateway.staff.speaking import say_as_desk
from gateway.staff.visits import Visit
from gateway.web.forms import Form, form_id
from gateway.web.pages import first
from schemas import verbs
from schemas.identifiers import normalise_tracking

RESEND: Final = "kirim-ulang"
_LONGEST: Final = 10_000
_FIELDS: Final = (
    *("id", "agency", "oversight", "classification", "category", "title"),
    *("code", "duplicate_of", "reason", "note", "internal_note", "into"),
)
_TOLD: Final = {
    verbs.ASSIGNED: marked("Assigned. The agency and the reporter's channel hear of it."),
    verbs.DISMISSED: marked("Archived. The reporter's channel hears of it, with the reason."),
    verbs.HELD: marked("Asked. The deadlines stand still until the reporter answers."),
    verbs.RESUMED: marked("The hold has ended; the deadlines go on."),
    verbs.MERGED: marked("Joined. What is answered in the other report reaches this one too."),
    verbs.SEPARATED: marked("Separated. The deadlines of this report go on."),
    RESEND: marked("Sent again, under the id that it had: whoever has it sees a repeat."),
    "waiting": marked("It is on its way; look again in a moment."),
    "unchanged": marked("It was so already; nothing has changed."),
}


class Refusal(Exception):
    """It was not done; the text says why, in the language in use."""

    def __init__(self, why: str, status: int = 422) -> None:
        super().__init__(why)
        self.status = status


def possible(case: Case) -> tuple[str, ...]:
    """What the desk may do with a case as it is."""
    if not case.open:
        return ()
    if case.merged_into is not None:
        return (verbs.SEPARATED, verbs.DISMISSED, RESEND)
    joins = (verbs.MERGED,) if case.state is not State.RESOLVED else ()
    asks: tuple[str, ...] = ()
    if case.agency is None:
        asks = (verbs.RESUMED,) if case.state is State.HELD else (verbs.HELD,)
    return (verbs.ASSIGNED, *asks, *joins, verbs.DISMISSED, RESEND)


def told(done: str) -> str | None:
    """What is said of what was done."""
    return gettext(_TOLD[done]) if done in _TOLD else None


def fields_of(form: Form) -> dict[str, str]:
    """Of a form what it may say."""
    found = ((name, first(form, name, _LONGEST)) for name in _FIELDS)
    return {name: text for name, text in found if text}


async def acted(
    world: Gateway, visit: Visit, case: Case, verb: str, fields: Mapping[str, str]
) -> str:
    """Say it as the desk; what to tell (``told``). Raises Refusal, Problem."""
    making = _MAKING.get(verb)
    if making is None:
        raise Problem("no-such-page")
    if verb not in possible(case):
        raise Refusal(gettext("This is not possible with the case as it is now."), 409)
    data = making(fields, world.desk())
    data |= {name: fields[name] for name in ("note", "internal_note") if name in fields}
    id = form_id({"id": [fields.get("id", "")]})
    try:
        receipt = await say_as_desk(world, visit, verb, str(case.complaint_id), data, id)
    except Problem as problem:
        if problem.code != "refused":
            raise
        raise Refusal(str(problem.values.get("detail", "")), 409) from problem
    return receipt.outcome if receipt.outcome in ("waiting", "unchanged") else verb


async def sent_again(world: Gateway, case: Case) -> str:
    """Its complaint once more to whoever has it. Raises Problem."""
    try:
        sent = await send_again(world.desk(), case)
    except (BrokerUnavailable, Unroutable) as why:
        raise Problem("broker-away") from why
    return RESEND if sent is not None else "unchanged"


def _assigned(fields: Mapping[str, str], office: DeskSession) -> dict[str, object]:
    written = fields.get("agency")
    if written is None:
        raise Refusal(gettext("Choose the agency."))
    try:
        data: dict[str, object] = {"agency": agency_meant(written, office)}
    except NotAnAgency as why:
        raise Refusal(no_agency(written)) from why
    if fields.get("oversight") in ("0", "1"):
        data["oversight"] = fields["oversight"] == "1"
    if fields.get("classification") in KINDS:
        data["classification"] = fields["classification"]
    if (topic := topic_meant(fields.get("category"), office)) is not None:
        data["category"] = topic
    return data | ({"title": fields["title"]} if "title" in fields else {})


def _dismissed(fields: Mapping[str, str], _: DeskSession) -> dict[str, object]:
    code, other = fields.get("code"), fields.get("duplicate_of")
    if code not in REASONS:
        raise Refusal(gettext("Choose the kind of reason."))
    if "reason" not in fields:
        raise Refusal(gettext("Write the reason: the reporter reads it."))
    data: dict[str, object] = {"code": code, "reason": fields["reason"]}
    if code != "duplicate":
        return data
    tracked = normalise_tracking(other or "")
    if tracked is None:
        raise Refusal(gettext("Give the tracking code of the report that says the same."))
    return {**data, "duplicate_of": tracked}


def _held(fields: Mapping[str, str], _: DeskSession) -> dict[str, object]:
    if "note" not in fields:
        raise Refusal(gettext("Write the question: the reporter reads it."))
    return {}


def _merged(fields: Mapping[str, str], _: DeskSession) -> dict[str, object]:
    tracked = normalise_tracking(fields.get("into", ""))
    if tracked is None:
        raise Refusal(gettext("Give the tracking code of the report that leads."))
    return {"into": tracked}


def _resumed(_: Mapping[str, str], __: DeskSession) -> dict[str, object]:
    return {}


_MAKING: Final[Mapping[str, Callable[[Mapping[str, str], DeskSession], dict[str, object]]]] = {
    verbs.ASSIGNED: _assigned,
    verbs.DISMISSED: _dismissed,
    verbs.HELD: _held,
    verbs.RESUMED: _resumed,
    verbs.MERGED: _merged,
    verbs.SEPARATED: _resumed,
}
