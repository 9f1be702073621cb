"""Anonymity: what of a complaint may leave the router. It fails closed.

Of an anonymous complaint the reporter, ``extra`` and the adapter's id stay behind; telephone
numbers, NIK and e-mail addresses inside title, text and address are masked; attachments are
marked ``sensitive``. What its channel says later on (``replied``, ``withdrawn``) is treated alike.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from schemas.complaint import (
    Attachment,
    AttachmentFields,
    ComplaintData,
    Location,
    LocationFields,
    PublicComplaint,
    Reporter,
    ReporterFields,
)

PHONE_MASK: Final = "[telepon]"
NIK_MASK: Final = "[NIK]"
EMAIL_MASK: Final = "[surel]"

_UNSEEN: Final = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
"""Characters that nobody sees: address books and messengers put them into what is copied."""
_AT = re.compile(r"\s?(?:@|\uff20|\((?:at|et)\)|\[at\]|\{at\})\s?", re.IGNORECASE)
_BEFORE_AT = re.compile(r"[^\s@<>()\[\],;:\"']+$")
_LABEL = rf"[{_UNSEEN}]{{0,4}}[^\W_][\w{_UNSEEN}-]{{0,62}}"
# Blanks after a dot only where there is one before it too, or at the first dot: after a domain
# that is complete, they begin the next sentence.
_AFTER_AT = re.compile(
    rf"{_LABEL}\s?(?:\.|\(dot\)|\[dot\])\s?{_LABEL}"
    rf"(?:(?:\.|\s\.\s?|\s?(?:\(dot\)|\[dot\])\s?){_LABEL}){{0,3}}",
    re.IGNORECASE,
)
_LONGEST_LOCAL_PART: Final = 64
"""Characters before the @ (RFC 5321, section 4.5.3.1.1); also what bounds the time taken."""
# Digits of any script with whatever people put between them; at least seven digits. No
# separator is a digit, so the time is linear on hostile text.
_NUMBER = re.compile(
    rf"[+(]?\d(?:(?:[{_UNSEEN}]{{0,4}}[\s.\-\u2010-\u2015\u2212/()_*,]){{0,3}}[{_UNSEEN}]{{0,4}}\d){{6,}}"
)
_SEPARATORS = re.compile(r"\D+")
_DATE = re.compile(
    r"[0-3]?\d\s?[./-]\s?[01]?\d\s?[./-]\s?(?:19|20)\d\d|(?:19|20)\d\d-[01]\d-[0-3]\d"
)
_MONEY = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3}){2,4}")
_SPOKEN = re.compile(
    r"\b(?:(?:kosong|nol|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|\d{1,3})"
    r"[\s,.-]{1,3}){6,}"
    r"(?:kosong|nol|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|\d{1,3})\b",
    re.IGNORECASE,
)
_REGION = re.compile(r"\d\d(?:\.\d\d(?:\.\d\d(?:\.\d{4})?)?)?")
"""A Kemendagri code: it has ten digits and is nobody's telephone number."""
_NIK_DIGITS: Final = 16
_PERSONAL: Final = frozenset({"reporter", "extra", *Reporter.model_fields})


def masked(text: str) -> str:
    """``text`` with telephone numbers, NIK and e-mail addresses masked.

    Seven digits or more, however they are separated or spoken, are taken for a number that
    identifies somebody, unless they are plainly a date or an amount of money.
    """
    text = _without_addresses(text)
    text = _SPOKEN.sub(_spoken_mask, text)
    return _NUMBER.sub(_number_mask, text)


def _without_addresses(text: str) -> str:
    """Looks outwards from each @: a pattern that looks for one from the left is quadratic."""
    parts, done = [], 0
    for at in _AT.finditer(text):
        before = _BEFORE_AT.search(text, max(done, at.start() - _LONGEST_LOCAL_PART), at.start())
        after = _AFTER_AT.match(text, at.end())
        if before and after:
            parts += [text[done : before.start()], EMAIL_MASK]
            done = after.end()
    parts.append(text[done:])
    return "".join(parts)


def _number_mask(match: re.Match[str]) -> str:
    found = match[0]
    if _DATE.fullmatch(found) or _MONEY.fullmatch(found):
        return found
    digits = _SEPARATORS.sub("", found)
    return NIK_MASK if len(digits) == _NIK_DIGITS and digits[0] != "0" else PHONE_MASK


def _spoken_mask(match: re.Match[str]) -> str:
    return match[0] if match[0].replace(" ", "").isdigit() else PHONE_MASK


def public_complaint(
    data: ComplaintData, *, anonymous: bool, confidential: bool
) -> PublicComplaint:
    """The complaint as it goes on: the fields of the contract, as far as anonymity allows."""
    hide = masked if anonymous else _as_it_is
    complaint: PublicComplaint = {
        "text": hide(data.text),
        "classification": data.classification or "complaint",
        "anonymous": anonymous,
        "confidential": confidential,
    }
    if data.title is not None:
        complaint["title"] = hide(data.title)
    if data.occurred_at is not None:
        complaint["occurred_at"] = data.occurred_at.isoformat()
    if data.oversight is not None:
        complaint["oversight"] = data.oversight
    # Codes by their meaning, but any text by their form: fail closed.
    if data.category is not None:
        complaint["category"] = hide(str(data.category))
    if data.agency is not None:
        complaint["agency"] = hide(data.agency)
    if data.location is not None:
        complaint["location"] = _location(data.location, anonymous)
    if data.attachments is not None:
        complaint["attachments"] = [
            cast(AttachmentFields, _given(item) | ({"sensitive": True} if anonymous else {}))
            for item in data.attachments
        ]
    if not anonymous:
        if data.reporter is not None:
            complaint["reporter"] = cast(ReporterFields, _given(data.reporter))
        if data.extra is not None:
            complaint["extra"] = data.extra
    return complaint


def public_update(data: Mapping[str, object]) -> dict[str, object]:
    """What a channel says about an anonymous complaint, as it goes on to its agencies.

    The data of an update is an open object, so the reporter's fields stay behind at every depth
    and every text is masked; attachments are marked ``sensitive``, their addresses left alone.
    """
    return {
        name: _sensitive(value) if name == "attachments" else _hidden(value)
        for name, value in data.items()
        if name not in _PERSONAL
    }


def _sensitive(attachments: object) -> object:
    if not isinstance(attachments, list):
        return _hidden(attachments)
    return [_file(item) if isinstance(item, dict) else _hidden(item) for item in attachments]


def _file(attachment: dict[str, object]) -> dict[str, object]:
    url = attachment.get("url")
    where = {"url": url} if isinstance(url, str) else {}
    return public_update(attachment) | where | {"sensitive": True}


def _hidden(value: object) -> object:
    if isinstance(value, dict):
        return public_update(value)
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, int) and not isinstance(value, bool):
        shown = masked(str(value))  # a telephone number may be written as a number
        return value if shown == str(value) else shown
    return value


def _location(location: Location, anonymous: bool) -> LocationFields:
    fields = _given(location)
    if anonymous:
        for name in ("district", "village", "address"):
            if name in fields:
                fields[name] = masked(fields[name])
        if not _REGION.fullmatch(fields.get("region", "")):
            fields.pop("region", None)
    return cast(LocationFields, fields)


def _given(part: Location | Reporter | Attachment) -> dict[str, Any]:
    """The fields that have a value. All are plain: no model lies in a part of a complaint."""
    return {name: value for name, value in vars(part).items() if value is not None}


def _as_it_is(text: str) -> str:
    return text
