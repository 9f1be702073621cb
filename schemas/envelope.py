"""CloudEvents 1.0, JSON structured mode: what this system sends."""

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from pydantic_core import from_json

CONTENT_TYPE: Final = "application/cloudevents+json"

ROUTER: Final = "/pintu/router"
CASES: Final = "/pintu/cases"
ESCALATIONS: Final = "/pintu/escalations"


def event_type(verb: str) -> str:
    """The CloudEvents type of a verb: ``complaint.<verb>.v1``."""
    return f"complaint.{verb}.v1"


def envelope(
    *,
    id: str,
    type: str,
    source: str,
    subject: str | None,
    time: datetime,
    data: Mapping[str, object],
) -> bytes:
    """One event as bytes (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).

    ``time`` is aware; ``data`` holds what JSON can carry, and aware datetimes and UUIDs.
    """
    event: dict[str, object] = {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": type,
        "time": time,
        "datacontenttype": "application/json",
        "data": data,
    }
    if subject is not None:
        event["subject"] = subject
    return dumps(event)


def dumps(value: Any) -> bytes:
    """JSON as UTF-8; integers of any size (orjson stops at 64 bits)."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, default=_plain, ensure_ascii=False, allow_nan=False).encode()


def loads(raw: bytes | str) -> Any:
    """What ``dumps`` wrote, integers of any size too (orjson reads those as floats).

    Raises:
        ValueError: it is no JSON.
    """
    try:
        return from_json(raw, allow_inf_nan=False)
    except ValueError:
        pass
    try:
        # That stops at 200 levels; the standard library reads a few more.
        return json.loads(raw)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
