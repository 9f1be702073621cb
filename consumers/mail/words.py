"""What mails say; the Indonesian stands in the catalogue, under ``mail.<key>``."""

from typing import Final

from config.language import Language, looked_up

WORDS: Final[dict[str, str]] = {
    "routed": "A new report for {agency}",
    "routed_supporting": "A report that {agency} is to support",
    "moved": "The report was moved to {to}",
    "moved_desk": "The report went back to the desk",
    "replied": "The reporter replied",
    "withdrawn": "The reporter withdrew the report",
    "rejected": "What was sent about this report could not be taken in",
    "closed": "The report is closed",
    "merged": "The report was joined with another: one answer reaches both reporters",
    "separated": "The report goes on by itself again",
    "reminder": "Reminder: {clock} is due soon",
    "breach": "Overdue: {clock}",
    "rung": "Escalated to the {role}: {clock} is overdue at {agency}",
    "verification": "verification",
    "response": "the first answer",
    "resolution": "the final answer",
    "waiting": "the wait for the reporter",
    "role_agency": "agency",
    "role_head": "head of the agency",
    "role_coordinator": "coordinator",
    "role_secretary": "regional secretary",
    "role_inspectorate": "inspectorate",
    "desk": "the desk",
    "code": "Tracking code",
    "topic": "Topic",
    "place": "Place",
    "agency": "Agency",
    "state": "State",
    "respond_by": "First answer at the latest",
    "resolve_by": "Final answer at the latest",
    "due": "Deadline",
    "text": "What was reported",
    "reporter": "Reporter",
    "open_answer": "Read and answer",
    "open_read": "Read",
    "until": (
        "The link is good until {when}. Do not pass this mail on: whoever holds the link can open"
        " that report."
    ),
    "digest": "{n} items about citizens' reports",
    "test": "A trial mail",
    "test_lead": "Mail of {region} reaches this address. Nothing needs to be done.",
    "footer": "An automatic mail of {region}. Do not reply to it: answer by the link.",
    "state_triage": "not verified",
    "state_routed": "not followed up",
    "state_acknowledged": "received, not followed up",
    "state_responded": "in process",
    "state_held": "on hold for the reporter",
    "state_resolved": "answered, waiting for the reporter",
    "state_closed": "closed",
}
"""By key, in English."""


def word(key: str, language: Language, **values: object) -> str:
    """One sentence."""
    return looked_up(f"mail.{key}", WORDS[key], language).format(**values)


def code_word(key: str, language: Language) -> str | None:
    """The word for a code that came with an event; None for one that this version does not know."""
    return word(key, language) if key in WORDS else None
