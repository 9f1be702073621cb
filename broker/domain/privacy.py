"""Anonymity: what of a complaint may leave the router. It fails closed.

Of an anonymous complaint the reporter, ``extra`` and the adapter's id stay behind; telephone
numbers, NIK and e-mail addresses inside title, text and address are masked; attachments are
marked ``sensitive``; ``follows`` and ``external_id`` are carried. What its channel says later on
(``replied``, ``withdrawn``) is treated alike.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from broker.domain.masking import PHONE_MASK, masked
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

_REGION = re.compile(r"\d\d(?:\.\d\d(?:\.\d\d(?:\.\d{4})?)?)?")
"""A Kemendagri code: it has ten digits and is nobody's telephone number."""
_LONG_NUMBER = re.compile(r"(?:\d[\s().-]*){9}")
"""As many digits as the shortest telephone number that reaches one person has."""
_NO_NUMBER: Final = 10**30
"""No telephone number and no NIK has as many digits."""
_PERSONAL: Final = frozenset({"reporter", "extra", *Reporter.model_fields})


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
    if data.follows is not None:
        complaint["follows"] = data.follows
    if data.external_id is not None:
        told = str(data.external_id)
        complaint["external_id"] = _hidden_id(told) if anonymous else told
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
        return _hidden_number(value)
    return value


def _hidden_number(number: int) -> int | str:
    """A telephone number may be written as a number; thousands of digits are not spelt out."""
    if abs(number) >= _NO_NUMBER:
        return PHONE_MASK
    shown = masked(str(number))
    return number if shown == str(number) else shown


def _hidden_id(text: str) -> str:
    """An id in another system, by its meaning no telephone number; hidden where it looks like a
    whole one, a NIK or an address of e-mail."""
    return masked(text) if "@" in text or _LONG_NUMBER.search(text) else text


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
