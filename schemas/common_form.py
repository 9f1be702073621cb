"""A quick reader for the form in which nearly all complaints come: JSON without a fault.

The body is read and validated in one pass, by the models of the generous reader; the event itself
or its bare data. Whatever is odd is not for this one: ``common_form`` gives None, and the
generous reader says what it is. What both can read they read alike
(tests/properties/test_common_form.py).
"""

from typing import Any, Final, Literal, NamedTuple, NotRequired

from pydantic import ConfigDict, TypeAdapter, ValidationError
from typing_extensions import TypedDict  # see schemas.complaint

from schemas.complaint import SUBMITTED, ComplaintData
from schemas.limits import ATTACHMENTS, DEEPEST, EXTRA_KEYS, EXTRA_VALUES
from schemas.properties import Properties
from schemas.structure import size_of
from schemas.unpacking import binary_attributes, media_type_of

_LONGEST: Final = 16 * 1024
"""Bytes of a body that is tried here: a longer one gains little, and a wrong one is read twice."""
_STRUCTURED: Final = frozenset({"application/cloudevents+json", "application/json"})
_BARE: Final = "application/json"


class _Event(TypedDict):
    """CloudEvents in structured mode; ``time`` is looked at by who takes it."""

    __pydantic_config__ = ConfigDict(strict=True, extra="ignore")  # type: ignore[misc]  # -- pydantic's own way

    specversion: str
    id: str
    type: Literal["complaint.submitted.v1"]
    source: NotRequired[str]
    time: NotRequired[str]
    data: ComplaintData


class Common(NamedTuple):
    """What such a message says; the attributes are None for bare data."""

    data: ComplaintData
    type: str | None = None
    id: str | None = None
    source: str | None = None
    time: str | None = None


_event: Final = TypeAdapter(_Event).validator.validate_json
_data: Final = TypeAdapter(ComplaintData).validator.validate_json


def common_form(body: bytes, properties: Properties) -> Common | None:
    """The complaint of a message in the common form; None for any other.

    Everything in it has its type and stays below the limits, so that nothing is to be warned of.
    """
    # JSON has no such numbers, yet where they are of no use they would be read.
    if len(body) > _LONGEST or b"NaN" in body or b"Infinity" in body:
        return None
    kind = media_type_of(properties.content_type or "")
    if kind not in _STRUCTURED or properties.content_encoding:
        return None
    if properties.headers and binary_attributes(properties.headers):
        return None
    try:
        found = _read(body, kind)
    except ValidationError:
        return None
    return found if found is not None and _is_plain(found.data) else None


def _read(body: bytes, kind: str) -> Common | None:
    if b'"specversion"' in body:
        event: Any = _event(body)
        if not event["id"].strip():
            return None
        return Common(event["data"], SUBMITTED, event["id"], event.get("source"), event.get("time"))
    # A name may be written with escapes: then it may yet be an event.
    return Common(_data(body)) if kind == _BARE and b"\\u" not in body else None


def _is_plain(data: ComplaintData) -> bool:
    """Whether the generous reader would leave all of it as it is, and say nothing about it."""
    text = data.text
    if "\0" in text or not text.strip():
        return False
    for flag in (data.anonymous, data.confidential):
        if not (flag is None or flag is False or flag is True):
            return False
    if data.attachments is not None and len(data.attachments) > ATTACHMENTS:
        return False
    return data.extra is None or _is_small(data.extra)


def _is_small(extra: dict[str, object]) -> bool:
    if len(extra) > EXTRA_KEYS:
        return False
    for value in extra.values():
        if type(value) is not str:
            size = size_of(extra, values=EXTRA_VALUES, levels=DEEPEST)
            return size.finite and size.levels <= DEEPEST and size.values <= EXTRA_VALUES
    return True
