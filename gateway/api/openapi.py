"""The OpenAPI document of the gateway (https://spec.openapis.org/oas/v3.1.0.html)."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from pydantic.json_schema import JsonSchemaValue

LICENSE: Final = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
_TAGS: Final = [
    {"name": "complaints", "description": "File a complaint, look it up, say something in it."},
    {"name": "agencies", "description": "An agency's own cases, and what it says in them."},
    {"name": "attachments", "description": "Files that came with complaints and answers."},
    {"name": "directories", "description": "Codes and names, for anybody."},
    {"name": "open311", "description": "Open311 GeoReport v2, with FixMyStreet's updates."},
]
_SCHEMES: Final = {
    "key": {"type": "http", "scheme": "bearer", "description": "`pintu key add`"},
    "api_key": {
        "type": "apiKey",
        "in": "query",
        "name": "api_key",
        "description": "The same key, as Open311 sends it; in a form it is a field.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "pintu_session",
        "description": "A person of the agency who is signed in at `/masuk`; over https it is"
        " called `__Host-pintu_session`.",
    },
    "form": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Form-Token",
        "description": "What the forms of that session bring along.",
    },
    "pin": {
        "type": "apiKey",
        "in": "query",
        "name": "pin",
        "description": "With the tracking code it shows one complaint.",
    },
}
_IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Its id: the same under one key, however often it is sent, is one.",
    "schema": {"type": "string", "maxLength": 200},
}
_KEY: Final[Mapping[str, list[str]]] = {"key": []}
_PERSON: Final[Mapping[str, list[str]]] = {"session": []}
_SPEAKING_PERSON: Final[Mapping[str, list[str]]] = {"session": [], "form": []}
_PIN: Final[Mapping[str, list[str]]] = {"pin": []}
_API_KEY: Final[Mapping[str, list[str]]] = {"api_key": []}
_LOCAL: Final = "#/$defs/"
_COMPONENTS: Final = "#/components/schemas/"


def openapi(app: FastAPI) -> JsonSchemaValue:
    """The document of an application; the same program gives the same."""
    document = app.openapi()
    document["info"]["license"] = LICENSE
    document["servers"] = [{"url": "/", "description": "where this installation is reached"}]
    document["tags"] = _TAGS
    components = document.setdefault("components", {})
    components["securitySchemes"] = _SCHEMES
    schemas = components.setdefault("schemas", {})
    found: JsonSchemaValue = {}
    document["paths"] = _hoisted(document["paths"], found)
    components["schemas"] = {**found, **schemas}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["security"] = _security(path, method)
            if method == "post" and path.startswith("/v1/"):
                operation["parameters"] = [*operation.get("parameters", ()), _IDEMPOTENCY_KEY]
    return document


def _security(path: str, method: str) -> list[Mapping[str, list[str]]]:
    """Who may: any one of these; none at all is for anybody."""
    match path.strip("/").split("/"):
        case ["v1", "complaints"]:
            return [_KEY]
        case ["v1", "complaints", *_]:
            return [_KEY, _PIN]
        case ["v1", "agencies", _, *_]:
            return [_KEY, _SPEAKING_PERSON if method == "post" else _PERSON]
        case ["v1", "attachments", *_]:
            return [{}, _KEY]
        case ["open311", "v2", what, *_] if what.startswith(
            ("requests", "servicerequest", "tokens")
        ):
            return [_API_KEY, _KEY]
        case _:
            return []


def _hoisted(value: Any, found: JsonSchemaValue) -> Any:
    """Definitions that lie inside a schema become components, as references in OpenAPI start from
    the root of the document."""
    if isinstance(value, list):
        return [_hoisted(item, found) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # a bound of a whole number, of which the library makes a float
    if not isinstance(value, dict):
        return value
    for name, schema in value.get("$defs", {}).items():
        found[name] = _hoisted(schema, found)
    made = {name: _hoisted(inner, found) for name, inner in value.items() if name != "$defs"}
    reference = made.get("$ref")
    if isinstance(reference, str) and reference.startswith(_LOCAL):
        made["$ref"] = _COMPONENTS + reference.removeprefix(_LOCAL)
    return made
