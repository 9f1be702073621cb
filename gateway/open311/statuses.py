"""States of a case in the words of GeoReport and of FixMyStreet.

FixMyStreet's: https://github.com/mysociety/fixmystreet/wiki/Open311-FMS-Additional-states
"""

from collections.abc import Mapping
from typing import Final, Literal

from broker.domain.case import Case, Entry, State
from schemas import verbs

OPEN: Final = "OPEN"
CLOSED: Final = "CLOSED"
FIXED: Final = "FIXED"
ENDS: Final = (CLOSED, FIXED)
"""What a reporter may say to end it."""
_DONE: Final = frozenset((State.RESOLVED, State.CLOSED))

_OF_STATE: Final[Mapping[State, str]] = {
    State.TRIAGE: OPEN,
    State.ROUTED: OPEN,
    State.ACKNOWLEDGED: "INVESTIGATING",
    State.HELD: "INVESTIGATING",
    State.RESPONDED: "IN_PROGRESS",
    State.RESOLVED: FIXED,
}
_OF_CODE: Final[Mapping[str, str]] = {
    "duplicate": "DUPLICATE",
    "not-ours": "NOT_COUNCILS_RESPONSIBILITY",
}
"""Of what the desk dismissed."""


def status_of(case: Case) -> Literal["open", "closed"]:
    """Closed: it has been resolved, as the specification has it."""
    return "closed" if case.state in _DONE else "open"


def status_after(entry: Entry) -> str:
    """FixMyStreet's, after a line of the history."""
    if entry.state_to is not State.CLOSED:
        return _OF_STATE[entry.state_to]
    if entry.what == verbs.WITHDRAWN:
        return CLOSED
    if entry.what == verbs.DISMISSED:
        return _OF_CODE.get(str(entry.detail.get("code")), "NO_FURTHER_ACTION")
    # It was resolved before: its reporter was content, or said nothing more.
    return FIXED
