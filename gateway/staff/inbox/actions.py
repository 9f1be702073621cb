"""What an agency may do in a case, by its role and the case's state. Pure."""

from dataclasses import dataclass
from typing import Final

from broker.domain.case import Case, State
from broker.domain.case.inbox import role_in
from config.language import marked
from schemas.verbs import ACKNOWLEDGED, HELD, RESOLVED, RESPONDED, RESUMED, RETURNED

NOTED: Final = "noted"
"""A note for officers alone: an ``acknowledged`` that carries nothing else."""


@dataclass(frozen=True, slots=True)
class Action:
    """``name``: a verb, or ``noted``; ``key``: on the keyboard; ``sheet``: its word in a
    spreadsheet; ``text``: the field that must be written, None where none must; ``files``: whether
    its form takes some."""

    name: str
    key: str
    label: str
    hint: str
    sheet: str | None = None
    text: str | None = None
    files: bool = False

    @property
    def verb(self) -> str:
        """The verb of the update."""
        return ACKNOWLEDGED if self.name == NOTED else self.name


ACTIONS: Final = (
    Action(
        ACKNOWLEDGED,
        "t",
        marked("Accept"),
        marked("Says that it was read. The deadlines go on."),
        "terima",
    ),
    Action(
        RESPONDED,
        "j",
        marked("First answer"),
        marked("What will be done, by whom and when. The reporter reads it."),
        "jawab",
        "note",
        files=True,
    ),
    Action(
        RESOLVED,
        "s",
        marked("Final answer"),
        marked("What was done, where and when. The reporter reads it, and may rate it."),
        "selesai",
        "note",
        files=True,
    ),
    Action(
        HELD,
        "p",
        marked("Ask who reported it"),
        marked("The question. The deadlines stand still until the reporter answers."),
        "tanya",
        "note",
    ),
    Action(
        RESUMED,
        "l",
        marked("Go on without waiting"),
        marked("The deadlines go on."),
    ),
    Action(
        RETURNED,
        "k",
        marked("Hand back"),
        marked("Not your agency's: say why, and whose it is if you know."),
        "kembalikan",
        "reason",
    ),
    Action(
        NOTED,
        "c",
        marked("Note for officers"),
        marked("Agencies and the desk read it, the reporter does not."),
        None,
        "internal_note",
    ),
)
BY_NAME: Final = {action.name: action for action in ACTIONS}
BY_SHEET: Final = {action.sheet: action for action in ACTIONS if action.sheet}


def possible(case: Case, agency: str) -> tuple[Action, ...]:
    """What the contract lets the agency do now, in the order of the buttons."""
    role = role_in(case, agency)
    if role is None or not case.open:
        return ()
    names = _of_lead(case) if role == "lead" else _of_supporting(case, agency)
    return tuple(action for action in ACTIONS if action.name in names)


def _of_lead(case: Case) -> set[str]:
    if case.state is State.RESOLVED:
        return {NOTED}
    if case.waits_for_lead:  # what is said in the one that it follows reaches it too
        return {NOTED, ACKNOWLEDGED} if case.state is State.ROUTED else {NOTED}
    names = {RESPONDED, RESOLVED, RETURNED, NOTED}
    if case.state is State.ROUTED:
        names.add(ACKNOWLEDGED)
    return names | {RESUMED if case.state is State.HELD else HELD}


def _of_supporting(case: Case, agency: str) -> set[str]:
    part = case.supports(agency)
    names = {RESPONDED, RETURNED, NOTED}
    if part is not None and not part.acknowledged:
        names.add(ACKNOWLEDGED)
    return names
