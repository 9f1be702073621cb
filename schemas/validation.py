"""Validation that leaves a bad optional field out, and names it, instead of refusing the whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from schemas.complaint import ComplaintData
from schemas.limits import ATTACHMENTS, DEEPEST, EXTRA_KEYS, EXTRA_VALUES, WARNINGS
from schemas.structure import size_of


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
    if (fault := _fault_of_extra(data.get("extra"))) is not None:
        del data["extra"]
        warnings.append(f"extra: {fault}; left out")
    attachments = data.get("attachments")
    if isinstance(attachments, list) and len(attachments) > ATTACHMENTS:
        data["attachments"] = attachments[:ATTACHMENTS]
        warnings.append(f"attachments: more than {ATTACHMENTS}; the others left out")
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


def _fault_of_extra(extra: object) -> str | None:
    """What is too much about it, before anything in it is validated."""
    if not isinstance(extra, dict):
        return None  # whatever it is, one error says so
    if len(extra) > EXTRA_KEYS:
        return f"more than {EXTRA_KEYS} keys"
    size = size_of(extra, values=EXTRA_VALUES, levels=DEEPEST)
    if not size.finite:
        return "a number that JSON cannot carry"
    if size.levels > DEEPEST:
        return f"nested more than {DEEPEST} levels deep"
    if size.values > EXTRA_VALUES:
        return f"more than {EXTRA_VALUES} values"
    return None


def _capped(warnings: list[str]) -> tuple[str, ...]:
    rest = len(warnings) - WARNINGS
    if rest > 0:
        return (*warnings[:WARNINGS], f"{rest} more fields were left out")
    return tuple(warnings)
