"""What one side may send, and the other does not take: two JSON Schemas of one message compared.

``widened`` walks both by the path of a field. It knows the keywords that the published schemas
use, and says so where it meets another.
"""

from collections.abc import Iterator
from typing import Any, Final

from schemas.catalogue import Kind

Schema = Any
_SIZES: Final = {
    **{"maxLength": 1, "maximum": 1, "maxItems": 1, "maxProperties": 1},
    **{"minLength": -1, "minimum": -1},
}
"""Bounds: with 1 a smaller one takes less, with -1 a larger one."""
_FIXED: Final = ("pattern", "format", "const", "if", "then")
_KNOWN: Final = {
    *(*_SIZES, *_FIXED, "type", "enum", "anyOf", "properties", "required", "items"),
    *("additionalProperties", "$ref"),
}
_TELLING: Final = {
    *("description", "title", "default", "$defs", "$schema", "$id", "$comment"),
    *("examples", "deprecated"),
}


def breaks(kind: Kind, old: Schema, new: Schema) -> list[str]:
    """What of a published schema does not hold any more, each with the name of its field.

    What comes in (a submission, an update): all that the old schema allows must be allowed. What
    goes out (events, receipts): all that is possible now must be allowed by the old one, and every
    word of a list still be possible, since somebody may wait for it.
    """
    gone = [f"{field}: is gone" for field in _fields(old, old, "") if field not in _all(new)]
    if kind in (Kind.SUBMISSION, Kind.UPDATE):
        return gone + list(widened(old, new, "now"))
    now = dict(_words(new, new, ""))
    gone += [
        f"{field}: {value} is gone"
        for field, values in _words(old, old, "")
        for value in values
        if value not in now.get(field, values)
    ]
    return gone + list(widened(new, old, "for old readers"))


def widened(sent: Schema, taken: Schema, when: str) -> Iterator[str]:
    """Where something that is valid by ``sent`` is not by ``taken``."""
    yield from _compared(sent, taken, sent, taken, "", when)


def _compared(
    sent: Schema, taken: Schema, senders: Schema, takers: Schema, path: str, when: str
) -> Iterator[str]:
    some, others = _branches(sent, senders), _branches(taken, takers)
    for branch in some:
        faults = [list(_one(branch, other, senders, takers, path, when)) for other in others]
        if all(faults):
            # Of the same type, where there is one: that says what is wrong about it.
            alike = [
                found
                for found, other in zip(faults, others, strict=True)
                if other.get("type") == branch.get("type")
            ]
            yield from min(
                alike or [[f"{path or 'data'}: {_shown(branch)} is not taken {when}"]], key=len
            )


def _one(
    sent: Schema, taken: Schema, senders: Schema, takers: Schema, path: str, when: str
) -> Iterator[str]:
    for name in (*sent, *taken):
        assert name in _KNOWN | _TELLING, f"{path}: what does {name} mean for who reads?"
    kind = taken.get("type")
    if (
        kind is not None
        and sent.get("type") != kind
        and (sent.get("type"), kind) != ("integer", "number")
    ):
        yield f"{path or 'data'}: {_shown(sent)} is not taken {when}, but {kind}"
        return
    yield from _bounds(sent, taken, path, when)
    yield from _values(sent, taken, path, when)
    for name in taken.get("required", ()):
        if name not in sent.get("required", ()):
            yield f"{_below(path, name)}: is required {when}"
    inside = sent.get("properties", {})
    for name, field in taken.get("properties", {}).items():
        if name in inside:
            yield from _compared(inside[name], field, senders, takers, _below(path, name), when)
    if "items" in taken and "items" in sent:
        yield from _compared(sent["items"], taken["items"], senders, takers, f"{path}[]", when)
    if taken.get("additionalProperties") is False and sent.get("additionalProperties") is not False:
        yield f"{path or 'data'}: what is unknown is not taken {when}"


def _bounds(sent: Schema, taken: Schema, path: str, when: str) -> Iterator[str]:
    for name, sign in _SIZES.items():
        if name in taken and (name not in sent or sign * sent[name] > sign * taken[name]):
            yield f"{path}: {name} is {taken[name]} {when}"


def _values(sent: Schema, taken: Schema, path: str, when: str) -> Iterator[str]:
    possible = sent.get("enum", [sent["const"]] if "const" in sent else None)
    if "enum" in taken:
        rest = (
            ["another word"]
            if possible is None
            else [v for v in possible if v not in taken["enum"]]
        )
        for value in rest:
            yield f"{path}: {value} is not taken {when}"
    for name in _FIXED:
        if name in taken and sent.get(name) != taken[name]:
            if name == "pattern" and possible is not None:
                continue
            yield f"{path or 'data'}: {name} is {taken[name]!r} {when}"


def _branches(schema: Schema, whole: Schema) -> list[Schema]:
    schema = _resolved(schema, whole)
    return [_resolved(one, whole) for one in schema.get("anyOf", (schema,))]


def _resolved(schema: Schema, whole: Schema) -> Schema:
    name = schema.get("$ref")
    return schema if name is None else whole["$defs"][name.rpartition("/")[2]]


def _fields(schema: Schema, whole: Schema, path: str) -> Iterator[str]:
    for branch in _branches(schema, whole):
        for name, inner in branch.get("properties", {}).items():
            yield _below(path, name)
            yield from _fields(inner, whole, _below(path, name))
        if "items" in branch:
            yield from _fields(branch["items"], whole, f"{path}[]")


def _words(schema: Schema, whole: Schema, path: str) -> Iterator[tuple[str, list[Any]]]:
    for branch in _branches(schema, whole):
        if "enum" in branch:
            yield path, branch["enum"]
        for name, inner in branch.get("properties", {}).items():
            yield from _words(inner, whole, _below(path, name))
        if "items" in branch:
            yield from _words(branch["items"], whole, f"{path}[]")


def _all(schema: Schema) -> set[str]:
    return set(_fields(schema, schema, ""))


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(schema: Schema) -> str:
    return str(schema.get("const", schema.get("type", "anything")))
