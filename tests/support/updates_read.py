"""What holds of every update that was read, whatever its sender wrote."""

import json
import re
from typing import Final

from schemas.identifiers import normalise_tracking
from schemas.limits import ATTACHMENT_CHARACTERS, ATTACHMENTS, NOTE_CHARACTERS, WARNINGS
from schemas.meaning import CODES
from schemas.updates import Update

_TEXTS: Final = ("note", "internal_note", "reason", "suggest", "agency", "category", "title")
_CONTROLS: Final = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_MOST_RATING: Final = 5


def assert_sound(update: Update) -> None:
    """It names one complaint, its words can be shown, and nothing internal goes on with it."""
    assert (update.complaint_id is None) is not (update.tracking is None)
    assert update.tracking is None or normalise_tracking(update.tracking) == update.tracking
    for name in _TEXTS:
        text = getattr(update, name)
        if text is not None:
            assert text == text.strip() != ""
            assert len(text) <= NOTE_CHARACTERS
            assert not _CONTROLS.search(text)
    assert '"internal_note":' not in json.dumps(update.data)
    assert update.who != "channel" or update.internal_note is None
    assert update.data.get("note") in (update.note, None, "")
    assert list(update.attachments) == update.data.get("attachments", [])
    assert len(update.attachments) <= ATTACHMENTS
    assert all(0 < len(one["url"]) <= ATTACHMENT_CHARACTERS for one in update.attachments)
    assert update.rating is None or 1 <= update.rating <= _MOST_RATING
    assert (update.code in CODES) is (update.verb == "dismissed")
    assert (update.duplicate_of is None) is (update.code != "duplicate")
    assert update.verb != "resolved" or update.note
    assert len(update.warnings) <= WARNINGS + 1
    assert update.data.get("warnings", []) == list(update.warnings)
    json.dumps(update.data, allow_nan=False)
