"""What the pages say; the Indonesian stands in the catalogue, under ``web.<key>``."""

from typing import Final

from config.language import Language, looked_up

WORDS: Final[dict[str, str]] = {
    "lang_other": "Bahasa Indonesia",
    "skip": "Skip to content",
    "home_title": "Report to {region}",
    "home_lead": (
        "One door for complaints, suggestions and requests for information. You need not know which"
        " office is responsible: we find it."
    ),
    "go_report": "File a report",
    "go_track": "Track a report",
    "report_title": "File a report",
    "text": "What happened?",
    "text_hint": "Write what, where, and since when. Required.",
    "place": "Where?",
    "village": "Village",
    "village_none": "Not known, or elsewhere",
    "address": "Street, landmark",
    "locate": "Use my position",
    "located": "Your position is used.",
    "not_located": "Your position is not available. Write a street or a landmark.",
    "kind": "Kind of report",
    "complaint": "Complaint",
    "aspiration": "Suggestion",
    "information_request": "Request for information",
    "category": "Topic (may be left empty)",
    "category_none": "Let us choose",
    "photos": "Pictures (may be left empty)",
    "photos_hint": (
        "JPEG, PNG, WebP or PDF; at most {files}, each of {megabytes} MB. Place and time that a"
        " picture tells of are removed; a PDF is sent as it is."
    ),
    "photos_again": "Choose the pictures again: the browser does not keep them.",
    "photos_yours": "Your pictures",
    "photo_n": "Picture {n}",
    "document_n": "Document {n} (PDF)",
    "attached_n": "Attachment {n}",
    "who": "Who are you?",
    "anonymous": "Anonymous",
    "anonymous_hint": (
        "Your name and contacts are passed on to nobody; telephone numbers and e-mail addresses in"
        " the text are hidden too."
    ),
    "confidential": "Confidential",
    "confidential_hint": (
        "The report is not shown to the public; only officers who work on it read it."
    ),
    "name": "Name (may be left empty)",
    "phone": "Telephone (may be left empty)",
    "email": "E-mail (may be left empty)",
    "send": "Send",
    "filed_title": "Your report is taken in",
    "filed_lead": "Write down this code and PIN. With both you see the answer and reply.",
    "code": "Tracking code",
    "pin": "PIN",
    "pin_hint": "Six digits.",
    "filed_next": (
        "Your report goes to the office that is responsible. It answers within five working days."
    ),
    "track_title": "Track a report",
    "track_lead": "Enter the tracking code and the PIN that you got when you reported.",
    "look": "Look up",
    "case_title": "Report {code}",
    "state": "State",
    "agency": "Office",
    "desk": "The desk",
    "received": "Received",
    "respond_by": "First answer by",
    "resolve_by": "Final answer by",
    "state_triage": "An officer is choosing the office for it.",
    "state_routed": "It was passed to the office.",
    "state_acknowledged": "The office has read it.",
    "state_responded": "It is being worked on.",
    "state_held": "Waiting for your answer.",
    "state_resolved": "It was answered. It is closed by itself if you do not reply.",
    "state_closed": "Done and closed.",
    "question": "A question for you",
    "reply_by": "Answer before {when}",
    "said": "What was said",
    "nothing_said": "Nothing yet.",
    "merged": (
        "Your report is handled together with other reports about the same thing: what is answered"
        " to them is shown here too."
    ),
    "reply": "Reply",
    "reply_text": "Your answer or remark",
    "reply_send": "Send reply",
    "accept": "I am content; close the report",
    "accept_title": "Rate the answer",
    "stars": "{n} of 5",
    "withdraw": "Withdraw the report",
    "withdraw_title": "Withdraw",
    "withdraw_hint": "The report is closed and not worked on any more.",
    "done_replied": "Your reply was taken in.",
    "done_accepted": "Thank you. The report is closed.",
    "done_withdrawn": "The report is withdrawn.",
    "done_waiting": "It is sent and will be handled in a moment. Look again soon.",
    "error": "Not sent yet",
    "error_text": "Write what happened.",
    "error_note": "Write your reply, or choose a picture.",
    "error_title": "Not sent yet: {title}",
    "problem_title": "Sorry, that did not work",
    "problem_id": "Its number, if you ask about it:",
    "nav": "Pages",
    "footer": (
        "Complaints are handled under UU 25/2009 and Perpres 76/2013. Your data is protected by UU"
        " 27/2022."
    ),
    "new_case": "A report that was just sent shows within a minute.",
}
"""By key, in English."""


def word(key: str, language: Language, **values: object) -> str:
    """One sentence of the pages."""
    return looked_up(f"web.{key}", WORDS[key], language).format(**values)
