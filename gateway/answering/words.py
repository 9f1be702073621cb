"""What the page says; the Indonesian stands in the catalogue, under ``answering.<key>``."""

from typing import Final

from config.language import Language, looked_up
from consumers.mail.words import WORDS as OFFICERS
from gateway.web.words import WORDS as CITIZENS

WORDS: Final[dict[str, str]] = {
    "footer_answering": (
        "For officers. Do not share this page's address: whoever holds it can answer."
    ),
    "title": "Report {code}",
    "for": "For {agency}",
    "until": "This link is good until {when}.",
    "text": "What was reported",
    "gone": "The words of the report were removed as retention has it.",
    "reporter": "Reporter",
    "anonymous": "Anonymous",
    "confidential": "Confidential: not to be shown to the public.",
    "place": "Place",
    "because": "Why it came here",
    "internal": "Internal note",
    "reaches": (
        "What you answer reaches {n} reporters of the same thing; names and contact data are hidden"
        " from the others."
    ),
    "follows_lead": (
        "The desk joined this report with {code}, which is about the same thing. Answer that one:"
        " the answer reaches this reporter too."
    ),
    "may_read": "With this link you read; the agency answers.",
    "closed": "This report is closed; there is nothing to answer.",
    "act_acknowledged": "Acknowledge",
    "hint_acknowledged": "Says that it was read. The deadlines go on.",
    "act_responded": "Send a first answer",
    "hint_responded": "What will be done. The reporter reads it.",
    "act_resolved": "Send the final answer",
    "hint_resolved": "What was done. The reporter reads it and may rate it.",
    "act_held": "Ask the reporter",
    "hint_held": "The question. The deadlines stand still meanwhile.",
    "act_resumed": "Go on without waiting",
    "hint_resumed": "The deadlines go on.",
    "act_returned": "Hand back",
    "hint_returned": "Not this agency's: say why.",
    "suggest": "Whose it is, if you know",
    "suggest_none": "Not known",
    "note": "Note (the reporter reads it)",
    "note_optional": "Note, may be empty (the reporter reads it)",
    "reason": "Reason",
    "done": "It was taken in.",
    "done_unchanged": "That is how it was already.",
    "done_waiting": "It is sent and will be handled in a moment. Look again soon.",
    "error_words": "Write the words first.",
    "error_form": "This page was open for long, or came from elsewhere. Send it once more.",
    "no_link": "This link is not good",
    "unknown": "The link is not whole, or not known. Copy all of it from the mail.",
    "expired": "This link has expired. Ask the desk for a new mail.",
    "ended": "This link was taken back. Ask the desk for a new mail.",
    "elsewhere": "Your agency does not have this report any more, so this link does not open it.",
    "soon": "This report is not recorded yet. Look again in a minute.",
}
"""By key, in English."""


def word(key: str, language: Language, **values: object) -> str:
    """One sentence of the page; officers' words are those of the mails, the rest a citizen's."""
    for table, words in (("answering", WORDS), ("mail", OFFICERS), ("web", CITIZENS)):
        if key in words:
            return looked_up(f"{table}.{key}", words[key], language).format(**values)
    raise KeyError(key)
