"""Names of states, clocks, rungs and the like, as officers say them, in the language in use.

For pages and files. At a terminal people type the codes themselves, so there they read those, in
their language: `gateway.desk.code_words`.
"""

from collections.abc import Mapping
from typing import Final

from broker.domain.case import Case, State
from config.language import gettext, marked

STATES: Final[Mapping[State, str]] = {
    State.TRIAGE: marked("Not yet verified"),
    State.ROUTED: marked("Assigned, not followed up"),
    State.ACKNOWLEDGED: marked("Acknowledged, not followed up"),
    State.RESPONDED: marked("In process"),
    State.HELD: marked("On hold"),
    State.RESOLVED: marked("Followed up, waiting for the reporter"),
    State.CLOSED: marked("Done"),
}
_ENDS: Final = {"dismissed": marked("Archived"), "withdrawn": marked("Withdrawn")}
CLOCKS: Final = {
    "verification": marked("Verification"),
    "response": marked("First answer"),
    "resolution": marked("Final answer"),
    "waiting": marked("Waiting for the reporter"),
    "closing": marked("Closing"),
}
RUNGS: Final = {
    "reminder": marked("Reminder"),
    "breach": marked("Deadline passed"),
    "coordinator": marked("Escalated to the desk"),
    "secretary": marked("Escalated to the regional secretary"),
    "inspectorate": marked("Escalated to the inspectorate"),
}
ROLES: Final = {
    "agency": marked("the agency"),
    "head": marked("the head of the agency"),
    "coordinator": marked("the desk"),
    "secretary": marked("the regional secretary"),
    "inspectorate": marked("the inspectorate"),
}
KINDS: Final = {
    "complaint": marked("Complaint"),
    "aspiration": marked("Aspiration"),
    "information_request": marked("Information request"),
}
REASONS: Final = {
    "not-ours": marked("Not ours"),
    "incomplete": marked("Incomplete"),
    "duplicate": marked("Duplicate"),
    "not-a-complaint": marked("Not a complaint"),
    "in-court": marked("Before a court"),
    "abuse": marked("Abuse"),
    "other": marked("Another reason"),
}
_HAPPENED: Final = {
    "routed": marked("Assigned"),
    "triaged": marked("To be verified by the desk"),
    "acknowledged": marked("Acknowledged"),
    "responded": marked("Answered"),
    "resolved": marked("Final answer given"),
    "held": marked("Put on hold, asked"),
    "resumed": marked("Hold ended"),
    "returned": marked("Handed back"),
    "assigned": marked("Assigned by the desk"),
    "dismissed": marked("Archived by the desk"),
    "replied": marked("The reporter answered"),
    "accepted": marked("The reporter is content"),
    "withdrawn": marked("Withdrawn by the reporter"),
    "closed": marked("Closed"),
    "escalated": marked("Escalated"),
    "deadline": marked("Deadline moved with the calendar"),
    "linked": marked("Linked with another report"),
    "forgotten": marked("Personal data removed"),
    "merged": marked("Joined with another report"),
    "separated": marked("Separated from another report"),
}
PARTED: Final = {
    "desk": marked("by the desk"),
    "lead-ended": marked("the leading report ended without an answer"),
    "reopened": marked("its reporter goes on after the answer"),
    "unlike": marked("the two are not of one kind any more"),
    "moved": marked("the leading report went to another agency"),
}
"""Why two reports came apart."""
_SPEAKERS: Final = {
    "router": marked("the rules"),
    "calendar": marked("the calendar"),
    "clock": marked("the clock"),
}


def state_word(case: Case) -> str:
    """Where a case stands; of a closed one how it ended."""
    if case.closed is not None:
        return gettext(_ENDS.get(case.closed.how, STATES[State.CLOSED]))
    return gettext(STATES[case.state])


def word(names: Mapping[str, str], code: str) -> str:
    """The name of a code; the code itself where nobody has named it."""
    return gettext(names[code]) if code in names else code


def happened_word(what: str) -> str:
    """What a line of the history, or something that was said, is about."""
    return word(_HAPPENED, what)


def speaker_word(who: str) -> str:
    """Who did it, apart from offices and people: ``clock.response``, ``router``."""
    return word(_SPEAKERS, who.partition(".")[0])
