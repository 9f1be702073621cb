"""The properties of a message as one line of JSON, and back.

JSON has fewer types than AMQP. What it lacks is written as an object with one key that starts
with ``$``: ``$bytes`` (base64), ``$time`` (RFC 3339), ``$decimal``, ``$float`` (not a number,
infinite), ``$text`` (the text of something else). Keys that start with ``$`` themselves have it
doubled.
"""

import base64
import binascii
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from schemas.limits import HEADERS_KEPT
from schemas.properties import Properties

CAP: Final = 16 * 1024
"""Bytes. The headers of a message have to fit into one frame, 128 KiB by default."""
LEFT_OUT: Final = "$left-out"
"""How many properties and headers were too large to be kept."""

_DEEPEST: Final = 16
_RESERVED: Final = len(f',"{LEFT_OUT}":1000000,"headers":{{}}')
_NAMES: Final = tuple(f.name for f in fields(Properties) if f.name != "headers")
_NUMBERS: Final = ("delivery_mode", "priority", "timestamp")


def as_json(properties: Properties, *, cap: int = CAP) -> str:
    """JSON in ASCII of at most ``cap`` characters, valid whatever the properties hold.

    A property or header that does not fit any more, or is one too many, is left out, and counted
    in ``$left-out``.
    Never raises.
    """
    members: list[str] = []
    headers: list[str] = []
    room = cap - _RESERVED
    left_out = 0
    for number, (name, value, into) in enumerate(_items(properties, members, headers)):
        if number >= HEADERS_KEPT:
            left_out += 1
            continue
        piece = f"{_dumps(_escaped(name))}:{_dumps(_plain(value, _DEEPEST))}"
        if len(piece) < room:
            into.append(piece)
            room -= len(piece) + 1
        else:
            left_out += 1
    if headers:
        members.append(f'"headers":{{{",".join(headers)}}}')
    if left_out:
        members.append(f'"{LEFT_OUT}":{left_out}')
    return f"{{{','.join(members)}}}"


def _items(
    properties: Properties, members: list[str], headers: list[str]
) -> Iterator[tuple[object, object, list[str]]]:
    """Name and value of all that is set, and where it goes; the small properties come first."""
    for name in _NAMES:
        if (value := getattr(properties, name)) is not None:
            yield name, value, members
    for key, value in properties.headers.items():
        yield key, value, headers


def from_json(text: str) -> tuple[Properties, int]:
    """What ``as_json`` wrote, and how many properties and headers it had not written.

    Raises:
        ValueError: the text is something else.
    """
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("no JSON object")
    headers = found.get("headers", {})
    if not isinstance(headers, dict):
        raise ValueError("headers: no JSON object")
    plain = {name: value for name, value in _of_the_right_type(found)}
    missing = found.get(LEFT_OUT)
    return (
        Properties(**plain, headers={_key(key): _back(value) for key, value in headers.items()}),
        missing if isinstance(missing, int) else 0,
    )


def _of_the_right_type(found: Mapping[str, object]) -> Iterator[tuple[str, Any]]:
    for name in _NAMES:
        value = found.get(name)
        if isinstance(value, int if name in _NUMBERS else str) and not isinstance(value, bool):
            yield name, value


def _dumps(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _plain(value: object, depth: int) -> Any:
    """The value in types that JSON has."""
    match value:
        case None | bool():
            return value
        case int():
            # Python refuses to write longer ones out; nothing in AMQP has more than 64 bits.
            return int(value) if abs(value) < 1 << 64 else {"$text": "a number beyond 64 bits"}
        case str():
            return _text(value)
        case float():
            return float(value) if math.isfinite(value) else {"$float": repr(float(value))}
        case bytes() | bytearray() | memoryview():
            return {"$bytes": base64.b64encode(bytes(value)).decode()}
        case datetime():
            return {"$time": value.isoformat()}
        case Decimal():
            return {"$decimal": str(value)}
    if depth == 0:
        return {"$text": "nested too deeply"}
    if isinstance(value, Mapping):
        return {_escaped(key): _plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, depth - 1) for item in value]
    return {"$text": type(value).__name__}


def _back(value: Any) -> Any:
    if isinstance(value, list):
        return [_back(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((key, item),) = value.items()
        if key in _READERS and isinstance(item, str):
            try:
                return _READERS[key](item)
            except (ValueError, binascii.Error, InvalidOperation):
                return item
    return {_key(key): _back(item) for key, item in value.items()}


_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "$bytes": lambda text: base64.b64decode(text, validate=True),
    "$time": datetime.fromisoformat,
    "$decimal": Decimal,
    "$float": float,
    "$text": str,
}


def _text(text: str) -> str:
    """Lone surrogates, which UTF-8 cannot carry, become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escaped(key: object) -> str:
    text = _text(key if isinstance(key, str) else str(key))
    return f"${text}" if text.startswith("$") else text


def _key(text: str) -> str:
    return text[1:] if text.startswith("$$") else text
