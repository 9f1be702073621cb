"""The doors over HTTP as the page shows them, from the OpenAPI document."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic.json_schema import JsonSchemaValue

from pintu.contract.fields import Field, branches_of, kind_of, resolved

Document = JsonSchemaValue
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Route:
    """One of them: what it takes and gives."""

    method: str
    path: str
    summary: str
    says: str
    parameters: list[Field]
    bodies: list[tuple[str, list[Field]]]


@dataclass(frozen=True, slots=True)
class Door:
    """The routes of one kind."""

    name: str
    says: str
    routes: list[Route]


def doors(document: Document) -> list[Door]:
    """In the order of the document's tags."""
    known = document.get("components", {}).get("schemas", {})
    return [
        Door(
            tag["name"],
            tag["description"],
            [
                _route(method, path, operation, known)
                for path, operations in document["paths"].items()
                for method, operation in operations.items()
                if tag["name"] in operation.get("tags", ())
            ],
        )
        for tag in document["tags"]
    ]


def _route(method: str, path: str, operation: Document, known: Document) -> Route:
    return Route(
        method.upper(),
        path,
        operation.get("summary", ""),
        operation.get("description", ""),
        [
            Field(
                one["name"],
                kind_of(one["schema"], known),
                one.get("required", False),
                one.get("description", ""),
            )
            for one in operation.get("parameters", ())
        ],
        list(_bodies(operation, known)),
    )


def _bodies(operation: Document, known: Document) -> Iterator[tuple[str, list[Field]]]:
    content = operation.get("requestBody", {}).get("content", {})
    for media in list(content)[:1]:
        yield f"field you send ({media})", _fields(content[media]["schema"], known)
    for status, answer in operation["responses"].items():
        schema = answer.get("content", {}).get(_JSON, {}).get("schema")
        if schema and status.startswith("2"):
            yield f"field of the answer ({status})", _fields(schema, known)


def _fields(schema: Document, known: Document) -> list[Field]:
    """The first level: what lies deeper stands in the document."""
    schema = resolved(schema, known)
    found: dict[str, Field] = {}
    for branch in branches_of(resolved(schema.get("items", schema), known), known):
        for name, one in branch.get("properties", {}).items():
            required = name in branch.get("required", ())
            kind = kind_of(resolved(one, known), known)
            found.setdefault(name, Field(name, kind, required, one.get("description", "")))
    return list(found.values())
