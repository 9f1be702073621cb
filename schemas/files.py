"""The attachments of an update, by the rules of those of a complaint."""

from typing import Final, cast

from schemas.complaint import AttachmentFields
from schemas.limits import ATTACHMENT_CHARACTERS, ATTACHMENTS
from schemas.validation import validate_data

_TEXTS: Final = ("url", "media_type")


def checked_attachments(given: object) -> tuple[tuple[AttachmentFields, ...], tuple[str, ...]]:
    """Those that can be used, and a warning for each part that had to be left out.

    Null is none. What goes on is what a complaint's would: ``url``, ``media_type`` and ``size``.
    Texts of an attachment are bounded and plain, since what is said stays with its case.
    """
    if given is None:
        return (), ()
    if not isinstance(given, list):
        return _validated(given)
    found: list[AttachmentFields] = []
    notes: list[str] = []
    if len(given) > ATTACHMENTS:
        notes.append(f"attachments: more than {ATTACHMENTS}; the others left out")
    for place, item in enumerate(given[:ATTACHMENTS]):
        fault = _fault(item)
        files, warnings = (
            ((), (f"attachments.0.{fault}; left out",)) if fault else _validated([item])
        )
        found += files
        notes += (note.replace("attachments.0", f"attachments.{place}", 1) for note in warnings)
    return tuple(found), tuple(notes)


def _validated(given: object) -> tuple[tuple[AttachmentFields, ...], tuple[str, ...]]:
    data, warnings = validate_data({"text": "-", "attachments": given})
    fields = (
        {name: value for name, value in vars(item).items() if value is not None}
        for item in data.attachments or ()
    )
    return tuple(cast(AttachmentFields, one) for one in fields), warnings


def _fault(item: object) -> str | None:
    """Of a text that is none to keep and to show; what is no text is for the validator."""
    for name in _TEXTS:
        text = item.get(name) if isinstance(item, dict) else None
        if not isinstance(text, str):
            continue
        if len(text) > ATTACHMENT_CHARACTERS:
            return f"{name}: more than {ATTACHMENT_CHARACTERS} characters"
        if not text.isprintable():
            return f"{name}: control characters"
    return None
