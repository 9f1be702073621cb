"""The fields of a message, as lines of a table: from its JSON Schema."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from pydantic.json_schema import JsonSchemaValue

_OR_NULL: Final = " or null"


@dataclass(frozen=True, slots=True)
class Field:
    """``name``: with dots where it lies inside of another, ``[]`` for each item of a list."""

    name: str
    kind: str
    required: bool
    says: str


def fields_of(schema: JsonSchemaValue, *, null: bool = True) -> list[Field]:
    """The fields of the ``data`` of a message whose schema this is.

    ``null`` False: that a field may be null as well is not said; it is the same as absent.
    """
    found = list(_below(schema["properties"]["data"], schema.get("$defs", {}), ""))
    return found if null else [_without_null(one) for one in found]


def envelope_of(schema: JsonSchemaValue) -> list[Field]:
    """The fields around ``data``."""
    fields = {name: one for name, one in schema["properties"].items() if name != "data"}
    around = {**schema, "properties": fields}
    return [_without_null(one) for one in _below(around, schema.get("$defs", {}), "")]


def _without_null(field: Field) -> Field:
    return replace(field, kind=field.kind.removesuffix(_OR_NULL))


def _below(schema: JsonSchemaValue, known: JsonSchemaValue, before: str) -> Iterator[Field]:
    whole = resolved(schema, known)
    for name, inner in whole.get("properties", {}).items():
        one = resolved(inner, known)
        says = inner.get("description") or one.get("description", "")
        required = name in whole.get("required", ())
        yield Field(before + name, kind_of(one, known), required, says)
        for branch in branches_of(one, known):
            item = resolved(branch["items"], known) if "items" in branch else branch
            inside = f"{before}{name}{'[]' if 'items' in branch else ''}."
            yield from _below(item, known, inside)


def branches_of(schema: JsonSchemaValue, known: JsonSchemaValue) -> list[JsonSchemaValue]:
    """What a value may be, null left out."""
    some = [resolved(one, known) for one in schema.get("anyOf", (schema,))]
    return [one for one in some if one.get("type") != "null"]


def kind_of(schema: JsonSchemaValue, known: JsonSchemaValue) -> str:
    """In words: ``string, at most 200 characters, or null``."""
    words = [_word(one, known) for one in branches_of(schema, known)]
    if any(one.get("type") == "null" for one in schema.get("anyOf", ())):
        words.append("null")
    return " or ".join(words)


def _word(schema: JsonSchemaValue, known: JsonSchemaValue) -> str:
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        most = f", at most {schema['maxItems']:,}" if "maxItems" in schema else ""
        return f"list of {kind_of(resolved(schema['items'], known), known)}{most}"
    word = str(schema.get("format", schema.get("type", "anything")))
    if "maxLength" in schema:
        word += f" of at most {schema['maxLength']:,} characters"
    if "minimum" in schema and "maximum" in schema:
        word += f" from {schema['minimum']:,} to {schema['maximum']:,}"
    return word


def resolved(schema: JsonSchemaValue, known: JsonSchemaValue) -> JsonSchemaValue:
    name = schema.get("$ref")
    return schema if name is None else known[name.rpartition("/")[2]]
