"""Validation that leaves a bad optional field out, and names it, instead of refusing the whole."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from schemas.complaint import ComplaintData

_MOST_WARNINGS = 20
_DEEPEST = 190
"""Levels of ``extra``. JSON is read to 200, and the event that carries it on is nested deeper
than what came in: what could be routed and not be read again would have no clock."""
_MAY_BE_INFINITE = (float, dict, list)


class InvalidData(ValueError):
    """The data holds no usable text; ``reason`` is a fixed code."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def validate_data(raw: Mapping[str, object]) -> tuple[ComplaintData, tuple[str, ...]]:
    """The complaint's data and a warning for each field that had to be left out.

    Raises:
        InvalidData: there is no text, or only blanks (reason ``no-text``).
    """
    text = raw.get("text")
    if not isinstance(text, str):
        raise InvalidData("no-text", "text: required, a string")
    if not text.replace("\0", "").strip():
        raise InvalidData("no-text", "text: empty")
    data: dict[str, Any] = dict(raw)
    warnings: list[str] = []
    if "\0" in text:
        data["text"] = text.replace("\0", "")
        warnings.append("text: NUL characters taken out")
    if not _finite(data.get("extra")):
        del data["extra"]
        warnings.append("extra: a number that JSON cannot carry; left out")
    elif not _shallow(data.get("extra")):
        del data["extra"]
        warnings.append(f"extra: nested more than {_DEEPEST} levels deep; left out")
    while True:
        try:
            return ComplaintData.model_validate(data), _capped(warnings)
        except ValidationError as why:
            warnings += _leave_out(data, why.errors(include_url=False, include_input=False))


def _leave_out(data: dict[str, Any], errors: Sequence[ErrorDetails]) -> list[str]:
    """Take every field that an error names out of ``data``, copying what is changed."""
    named: dict[str, str] = {}
    emptied: set[str] = set()
    for error in errors:
        top = str(error["loc"][0])
        if top not in data:
            continue
        path, required = _existing_path(data, error["loc"])
        named.setdefault(".".join(map(str, path)), error["msg"])
        if len(path) == 1:
            del data[top]
            continue
        if top not in emptied:
            data[top] = (
                [dict(i) if isinstance(i, dict) else i for i in data[top]]
                if isinstance(data[top], list)
                else dict(data[top])
            )
            emptied.add(top)
        _remove(data, path[:-1] if required else path)
    for top in emptied:
        if isinstance(data.get(top), list):
            data[top] = [item for item in data[top] if item is not None]
    return [
        f"{path}: {message[0].lower()}{message[1:]}; left out" for path, message in named.items()
    ]


def _existing_path(
    data: Mapping[str, object], loc: Sequence[int | str]
) -> tuple[tuple[int | str, ...], bool]:
    """The part of an error's location that exists, and whether it is a required part of an item."""
    value: Any = data
    path: list[int | str] = []
    for step in loc:
        inside = (
            step in value
            if isinstance(value, dict)
            else isinstance(value, list) and isinstance(step, int)
        )
        if not inside:
            break
        container: Any = value
        value = container[step]
        path.append(step)
    inside_an_item = len(path) >= 2 and isinstance(path[1], int)
    return tuple(path), inside_an_item and (path[-1] == "url")


def _remove(data: Any, path: Sequence[int | str]) -> None:
    for step in path[:-1]:
        data = data[step]
        if data is None:
            return
    if isinstance(data, list):
        data[int(path[-1])] = None
    else:
        data.pop(path[-1], None)


def _finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return True
    return all([_finite(part) for part in value if isinstance(part, _MAY_BE_INFINITE)])


def _shallow(value: Any) -> bool:
    """Whether nothing in it lies deeper than ``_DEEPEST``; level by level, so no recursion."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            part
            for item in level
            if isinstance(item, dict | list)
            for part in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return True
    return not any(isinstance(item, dict | list) for item in level)


def _capped(warnings: list[str]) -> tuple[str, ...]:
    rest = len(warnings) - _MOST_WARNINGS
    if rest > 0:
        return (*warnings[:_MOST_WARNINGS], f"{rest} more fields were left out")
    return tuple(warnings)
