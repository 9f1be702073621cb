"""How the routes stand in the OpenAPI document: parameters and forms are read by hand, so that
every refusal has GeoReport's shape."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

from gateway.open311.models import Error

Schema = Mapping[str, object]

_STRING: Final[Schema] = {"type": "string"}
_DATE_TIME: Final[Schema] = {"type": "string", "format": "date-time"}
_WHOLE: Final[Schema] = {"type": "integer", "minimum": 1}
FORM: Final[Schema] = {
    "name": "form",
    "in": "path",
    "required": True,
    "description": "without it, and its dot, `Accept` decides",
    "schema": {"type": "string", "enum": ["json", "xml"]},
}


def in_path(name: str, says: str) -> Schema:
    """A parameter of the path."""
    return {"name": name, "in": "path", "required": True, "description": says, "schema": _STRING}


def in_query(name: str, says: str, schema: Schema = _STRING) -> Schema:
    """A parameter that may be left out."""
    return {"name": name, "in": "query", "description": says, "schema": schema}


API_KEY: Final = in_query("api_key", "the channel's key; `Authorization` does as well")
JURISDICTION: Final = in_query("jurisdiction_id", "taken, and ignored: there is one jurisdiction")
SPAN: Final = (
    in_query("start_date", "at most 90 days before end_date", _DATE_TIME),
    in_query("end_date", "now, where it is left out", _DATE_TIME),
)
PAGE: Final = (
    in_query("page", "from 1", _WHOLE),
    in_query("page_size", "at most 1000", {**_WHOLE, "maximum": 1000}),
)
LIST: Final = (
    in_query("service_request_id", "comma-delimited; overrides all others"),
    in_query("service_code", "comma-delimited"),
    in_query("status", "`open`, `closed`, or both, comma-delimited"),
    *SPAN,
    *PAGE,
)

_FILES: Final[Schema] = {
    "type": "array",
    "items": {"type": "string", "format": "binary"},
    "description": "files, under whatever name; in a form in parts",
}
_PERSON: Final = ("first_name", "last_name", "email", "phone")
REQUEST: Final[Schema] = {
    "type": "object",
    "required": ["service_code"],
    "properties": {
        "api_key": _STRING,
        "service_code": {"type": "string", "description": "a topic, or an id of SP4N-LAPOR!"},
        "lat": {"type": "number", "minimum": -90, "maximum": 90},
        "long": {"type": "number", "minimum": -180, "maximum": 180},
        "address_string": {"type": "string", "description": "where lat and long are left out"},
        "address_id": _STRING,
        "description": _STRING,
        "media_url": {"type": "array", "items": _STRING},
        "media": _FILES,
        **dict.fromkeys((*_PERSON, "device_id", "account_id", "jurisdiction_id"), _STRING),
    },
    "additionalProperties": {"type": "string", "description": "attribute[code]"},
}
UPDATE: Final[Schema] = {
    "type": "object",
    "required": ["service_request_id"],
    "properties": {
        "api_key": _STRING,
        "service_request_id": _STRING,
        "update_id": {"type": "string", "description": "under one it is one update"},
        "status": {
            "type": "string",
            "description": "FIXED and CLOSED end it; OPEN speaks, and opens again what is resolved",
        },
        "description": _STRING,
        "media_url": {"type": "array", "items": _STRING},
        "media": _FILES,
        **dict.fromkeys((*_PERSON, "updated_datetime", "jurisdiction_id"), _STRING),
    },
    "additionalProperties": _STRING,
}


def extra(*parameters: Schema, body: Schema | None = None) -> dict[str, object]:
    """``openapi_extra`` of a route."""
    made: dict[str, object] = {"parameters": list(parameters)}
    if body is not None:
        media = {"schema": body}
        kinds = ("application/x-www-form-urlencoded", "multipart/form-data")
        made["requestBody"] = {"required": True, "content": dict.fromkeys(kinds, media)}
    return made


def responses(model: type[BaseModel] | None = None) -> dict[int | str, dict[str, object]]:
    """Both forms of the answer, and that of a refusal."""
    xml: Schema = {"text/xml": {"schema": _STRING}}
    return {
        200: {"description": "the same in both forms", "content": xml},
        "default": {
            "description": "a refusal, in both forms",
            "model": list[Error],
            "content": xml,
        },
    }
