"""The body of a parked message as people of the desk see it: text, JSON, or bytes that are no text.

Nobody at the desk learns who reports anonymously: of a body that may be an anonymous complaint
those parts stay hidden, and where it cannot be told which they are, the whole of it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from config.printable import json_printable, printable
from schemas.properties import Properties
from schemas.submission import is_set, may_be_anonymous
from schemas.unpacking import UnusableBody, json_object, unpack

SHOWN: Final = 20_000
"""Characters of a body on a page; a longer one is downloaded, and edited elsewhere."""
_BYTES_IN_HEX: Final = 1_024
_ROW: Final = 16
_HIDDEN: Final = ("reporter", "extra")
"""What the router drops of an anonymous complaint."""


class Kind(StrEnum):
    """What a body is."""

    JSON = "json"
    TEXT = "text"
    BYTES = "bytes"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Shown:
    """``text``: fit for a page; ``whole``: it is not cut off; ``hidden``: who reports is left out
    of it; ``value``: the object that it is, where it is one, without what is hidden."""

    kind: Kind
    text: str
    whole: bool = True
    hidden: bool = False
    value: Mapping[str, object] | None = None

    @property
    def editable(self) -> bool:
        """Whether it can be edited on a page."""
        return self.whole and self.kind is not Kind.HIDDEN


def shown(body: bytes, properties: Properties) -> Shown:
    """What somebody of the desk may see of it. Never raises."""
    try:
        value = dict(json_object(body))
    except UnusableBody:
        return _no_object(body)
    anonymous = is_anonymous(value, body, properties)
    if anonymous:
        value = without_reporter(value)
    text = json_printable(json.dumps(value, ensure_ascii=False, indent=2))
    if anonymous and value.get("data_base64") is not None:
        return Shown(Kind.HIDDEN, "")
    return Shown(Kind.JSON, text[:SHOWN], len(text) <= SHOWN, anonymous, value)


def is_anonymous(value: Mapping[str, object], body: bytes, properties: Properties) -> bool:
    """Whether it asks for anonymity, or may: fail closed."""
    try:
        data = unpack(body, properties).data
    except UnusableBody:
        return may_be_anonymous(body)
    inner = value.get("data")
    within = inner.get("anonymous") if isinstance(inner, dict) else None
    return any(is_set(flag) for flag in (data.get("anonymous"), value.get("anonymous"), within))


def without_reporter(value: Mapping[str, object]) -> dict[str, object]:
    """The object without what tells who reports, on the first level and in ``data``."""
    kept = {name: item for name, item in value.items() if name not in _HIDDEN}
    inner = kept.get("data")
    if isinstance(inner, dict):
        kept["data"] = {name: item for name, item in inner.items() if name not in _HIDDEN}
    return kept


def _no_object(body: bytes) -> Shown:
    if may_be_anonymous(body.replace(b"\0", b"")):  # of UTF-16 the letters are there as well
        return Shown(Kind.HIDDEN, "")
    try:
        text = printable(body.decode(), lines=True)
    except UnicodeDecodeError:
        text = None
    if text is None or b"\0" in body:
        return Shown(Kind.BYTES, as_hex(body), len(body) <= _BYTES_IN_HEX)
    return Shown(Kind.TEXT, text[:SHOWN], len(text) <= SHOWN)


def as_hex(body: bytes) -> str:
    """The first bytes in rows of sixteen: place, digits, and the letters among them."""
    rows = list[str]()
    for start in range(0, min(len(body), _BYTES_IN_HEX), _ROW):
        row = body[start : start + _ROW]
        letters = "".join(chr(one) if 0x20 <= one < 0x7F else "." for one in row)
        rows.append(f"{start:06x}  {row.hex(' '):<47}  {letters}")
    return "\n".join(rows)
