"""From the bytes and properties of a message to the event's attributes and its data."""

import base64
import binascii
import codecs
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple, NoReturn

from pydantic_core import from_json

from schemas.limits import CONTAINERS
from schemas.properties import Properties
from schemas.structure import has_more_containers, size_of

_ENCODINGS = {"", "identity", "utf-8", "utf8"}
_BINARY_PREFIXES = ("cloudevents_", "cloudevents:")
_LEVELS: Final = 200
"""As deep as JSON is read."""
_BEGINNING: Final = 16 * 1024
"""Bytes of a body with too many values that are looked into."""
_HIGH: Final = r"\\u[dD][89abAB][0-9a-fA-F]{2}"
_LOW: Final = r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_LONE: Final = re.compile(rf"{_HIGH}(?!{_LOW})|(?<!{_HIGH}){_LOW}")
BAD_TIME: Final = "time: not an RFC 3339 timestamp; left out"
_BACKSLASH: Final = "\x01"
"""Stands for an escaped backslash; no JSON has the character itself."""


class UnusableBody(ValueError):
    """The body is no complaint in any accepted form; ``reason`` is a fixed code."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Unpacked(NamedTuple):
    """The event's attributes, where there are any, and its data."""

    data: Mapping[str, object]
    type: str | None = None
    source: str | None = None
    id: str | None = None
    subject: str | None = None
    time: datetime | None = None
    warnings: tuple[str, ...] = ()


def unpack(body: bytes, properties: Properties) -> Unpacked:
    """Recognise the form of a message (CloudEvents AMQP binding 1.0.2, sections 3.1 and 3.2).

    Raises:
        UnusableBody: broken JSON, not UTF-8, a batch, a foreign content encoding.
    """
    encoding = properties.content_encoding
    if encoding and encoding.strip().lower() not in _ENCODINGS:
        raise UnusableBody("content-encoding", "only none, identity or utf-8 can be read")
    media_type = media_type_of(properties.content_type or "")
    if media_type.startswith("application/cloudevents-batch"):
        raise UnusableBody("batch", "one message holds one complaint")
    attributes = binary_attributes(properties.headers) if properties.headers else None
    if attributes:
        return _event(attributes, _payload(body, media_type))
    if media_type.startswith("application/cloudevents"):
        return _structured(json_object(body), declared=True)
    payload = _payload(body, media_type)
    return _structured(payload, declared=False)


def said_beside(properties: Properties) -> Unpacked:
    """What the headers of binary mode say, for a body that cannot be read; its data is empty."""
    return _event(binary_attributes(properties.headers), {})


@lru_cache(maxsize=256)
def media_type_of(content_type: str) -> str:
    """The media type of a content type: without parameters, in lower case.

    RabbitMQ lets a content type have 255 bytes at most.
    """
    return content_type.partition(";")[0].strip().lower()


def _payload(body: bytes, media_type: str) -> Mapping[str, object]:
    """The data itself: a JSON object where it is or must be one, else text."""
    if media_type.endswith(("/json", "+json")):
        return json_object(body)
    if media_type != "text/plain" or _wants_anonymity(body):
        # No content type, or one that says nothing: JSON if it parses as an object.
        try:
            return json_object(body)
        except UnusableBody as why:
            if why.reason == "not-utf8" or _wants_anonymity(body):
                raise
            if why.reason == "too-many-values" and _is_object(body):
                raise
    return {"text": _utf8(body)}


def _wants_anonymity(body: bytes) -> bool:
    """Whether it was meant as JSON that asks for anonymity: taken as a text, it would show all."""
    return b'"anonym' in body.lower() and _is_object(body)


def _is_object(body: bytes) -> bool:
    """Whether it begins like an object of JSON."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _structured(payload: Mapping[str, object], *, declared: bool) -> Unpacked:
    if "specversion" not in payload and not (declared and "text" not in payload):
        return Unpacked(data=payload)
    data = payload.get("data")
    encoded = payload.get("data_base64")
    if data is None and isinstance(encoded, str):
        data = _base64_data(encoded, _text(payload.get("datacontenttype")) or "")
    if isinstance(data, str):
        data = _payload(data.encode(), "text/plain")
    if not isinstance(data, dict):
        data = {}
    return _event(payload, data)


def _base64_data(encoded: str, media_type: str) -> Mapping[str, object]:
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise UnusableBody("broken-json", "data_base64 is not base64") from None
    return _payload(raw, media_type.partition(";")[0].strip().lower())


def _event(attributes: Mapping[str, object], data: Mapping[str, object]) -> Unpacked:
    event_id = attributes.get("id")
    if isinstance(event_id, int) and not isinstance(event_id, bool):
        event_id = str(event_id)
    if not isinstance(event_id, str) or not event_id.strip():
        event_id = None
    time = attributes.get("time")
    moment = moment_of(time)
    bad_time = moment is None and time is not None
    kind = attributes.get("type")
    return Unpacked(
        data=data,
        type=kind if isinstance(kind, str) else ("" if kind is not None else None),
        source=_text(attributes.get("source")),
        id=event_id,
        subject=_text(attributes.get("subject")),
        time=moment,
        warnings=(BAD_TIME,) if bad_time else (),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def moment_of(value: object) -> datetime | None:
    """A timestamp of RFC 3339 in UTC; None for what is none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def binary_attributes(headers: Mapping[str, object]) -> dict[str, object]:
    """The attributes of an event that headers carry, by their names."""
    found = {}
    for name, value in headers.items():
        lowered = name.lower()
        if lowered.startswith(_BINARY_PREFIXES):
            found[lowered[len(_BINARY_PREFIXES[0]) :]] = value
    return found


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        raise UnusableBody("not-utf8", f"byte {why.start} is not UTF-8") from None


def json_object(body: bytes) -> Mapping[str, object]:
    """One JSON object in UTF-8, bounded. Raises UnusableBody."""
    if has_more_containers(body, CONTAINERS):
        raise _too_many(body)
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError:
        value = _second_reading(body)
    if isinstance(value, list):
        raise UnusableBody("batch", "one message holds one complaint, not a list")
    if not isinstance(value, dict):
        raise UnusableBody("not-an-object", "the JSON is no object")
    return value


def _too_many(body: bytes) -> UnusableBody:
    """Which fault a body has that is not read, by its beginning."""
    try:
        from_json(body[:_BEGINNING], allow_partial=True)
    except ValueError as why:
        if "recursion limit" in str(why):
            return UnusableBody("broken-json", "nested too deeply")
    return UnusableBody("too-many-values", f"more than {CONTAINERS} objects and lists")


def _second_reading(body: bytes) -> Any:
    """What is JSON though the fast parser refuses it: lone surrogates, a byte order mark.

    RFC 8259 section 8.2 allows lone surrogates in JSON; they cannot be written out as UTF-8,
    so each becomes U+FFFD. The standard library says best what is wrong with the rest.
    """
    written = _utf8(body)
    text = _without_surrogates(written)
    if text is not written or body.startswith(codecs.BOM_UTF8):
        with suppress(ValueError):
            return from_json(text, allow_inf_nan=False)
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise UnusableBody("broken-json", "nested too deeply") from None
    except json.JSONDecodeError as why:
        raise UnusableBody(
            "broken-json", f"{why.msg}: line {why.lineno} column {why.colno}"
        ) from None
    except ValueError:
        raise UnusableBody("broken-json", "a number that cannot be read") from None
    if size_of(value, values=len(text), levels=_LEVELS).levels > _LEVELS:
        raise UnusableBody("broken-json", "nested too deeply")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _without_surrogates(text: str) -> str:
    """JSON with U+FFFD in place of each surrogate that is escaped and has no other half."""
    if _BACKSLASH in text or not ("\\ud" in text or "\\uD" in text):
        return text
    # Backslashes come in pairs from the left; with the pairs away, each begins an escape.
    held = text.replace("\\\\", _BACKSLASH)
    return _LONE.sub(r"\\ufffd", held).replace(_BACKSLASH, "\\\\")
