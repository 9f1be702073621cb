"""The OpenAPI document is valid, and who built against a released one is not broken by this one.

``published_routes/<version>.json`` is the document of that version, written by ``python -m
scripts.released_schemas`` when it was made.
"""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from pintu.app import program_version
from scripts.released_schemas import todays_routes
from tests.unit.pintu.contract.contract import parsed
from tests.unit.pintu.contract.route_changes import route_breaks

DOCUMENT: Final[Any] = parsed("openapi.json")
TODAY: Final[Any] = json.loads(json.dumps(todays_routes()))
PUBLISHED: Final = sorted(Path(__file__).with_name("published_routes").glob("*.json"))


def test_the_document_is_valid() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert DOCUMENT["info"]["version"] == "1.2.3"
    faults = [str(one.message) for one in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()]
    assert faults == []


def test_every_operation_has_a_name_a_summary_and_an_answer_to_what_is_wrong() -> None:
    names = []
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            names.append(operation["operationId"])
            assert operation["summary"], (path, method)
            assert "default" in operation["responses"], (path, method)
            assert "422" not in operation["responses"], (path, method)
    assert len(names) == len(set(names))


def test_bounds_of_whole_numbers_are_whole() -> None:
    def bounds(value: Any) -> Any:
        if isinstance(value, list):
            return [one for item in value for one in bounds(item)]
        if not isinstance(value, dict):
            return []
        own = [value.get(name) for name in ("minimum", "maximum")]
        inside = bounds(list(value.values()))
        return [one for one in own if isinstance(one, float) and one.is_integer()] + inside

    assert bounds(DOCUMENT["paths"]) == []


def test_every_key_that_opens_a_route_is_described() -> None:
    known = set(DOCUMENT["components"]["securitySchemes"])
    for operations in DOCUMENT["paths"].values():
        for operation in operations.values():
            assert all(set(way) <= known for way in operation["security"])


def test_the_document_of_this_version_is_kept() -> None:
    assert program_version() in {file.stem for file in PUBLISHED}, (
        "run: python -m scripts.released_schemas"
    )


@pytest.mark.parametrize("file", PUBLISHED, ids=lambda file: str(file.stem))
def test_what_was_published_holds(file: Path) -> None:
    assert route_breaks(json.loads(file.read_text("utf-8")), TODAY) == []


def operation(document: Any, path: str, method: str) -> Any:
    return document["paths"][path][method]


def parameter(document: Any, path: str, name: str) -> Any:
    return next(
        one for one in operation(document, path, "get")["parameters"] if one["name"] == name
    )


def body(document: Any, path: str) -> Any:
    return operation(document, path, "post")["requestBody"]["content"]["application/json"]["schema"]


def renamed(members: Any, old: str, new: str) -> None:
    members[new] = members.pop(old)


REQUESTS: Final = "/open311/v2/requests.{form}"
CASES: Final = "/v1/agencies/{agency}/cases"
Change = Callable[[Any], Any]
BREAKS: Final[list[tuple[Change, str]]] = [
    (lambda d: d["paths"].pop("/v1/topics"), "GET /v1/topics: is gone"),
    (lambda d: d["paths"][REQUESTS].pop("post"), f"POST {REQUESTS}: is gone"),
    (
        lambda d: parameter(d, CASES, "limit").update(required=True),
        f"GET {CASES}: parameter limit: is required now",
    ),
    (
        lambda d: parameter(d, CASES, "limit")["schema"].update(maximum=10),
        f"GET {CASES}: parameter limit: : maximum is 10 now",
    ),
    (
        lambda d: operation(d, CASES, "get")["parameters"].remove(parameter(d, CASES, "since")),
        f"GET {CASES}: parameter since: is gone",
    ),
    (
        lambda d: d["components"]["schemas"]["AgencyLine"]["properties"].pop("successor"),
        "GET /v1/agencies: answer 200: agencies[].successor: is gone",
    ),
    (
        lambda d: operation(d, REQUESTS, "post")["requestBody"]["content"].popitem(),
        f"POST {REQUESTS}: multipart/form-data is not taken now",
    ),
    (
        lambda d: operation(d, REQUESTS, "get")["responses"]["200"]["content"].pop("text/xml"),
        f"GET {REQUESTS}: answer 200: text/xml is gone",
    ),
    (
        lambda d: operation(d, "/v1/topics", "get").update(security=[{"key": []}]),
        "GET /v1/topics: is not for anybody any more",
    ),
    (
        lambda d: operation(d, "/v1/complaints", "post")["requestBody"]["content"][
            "application/json"
        ]["schema"]["required"].append("title"),
        "POST /v1/complaints: body: title: is required now",
    ),
    (
        lambda d: body(d, "/v1/complaints")["properties"]["text"].update(type="integer"),
        "POST /v1/complaints: body: text: string is not taken now",
    ),
    (
        lambda d: body(d, "/v1/complaints")["properties"].pop("category"),
        "POST /v1/complaints: body: category: is gone",
    ),
    (
        lambda d: d["components"]["schemas"]["Filed"]["properties"]["pin"].update(type="integer"),
        "POST /v1/complaints: answer 202: pin: integer is not taken for old readers",
    ),
    (
        lambda d: d["components"]["schemas"]["Filed"]["properties"].pop("tracking"),
        "POST /v1/complaints: answer 202: tracking: is gone",
    ),
    (
        lambda d: renamed(operation(d, "/v1/complaints", "post")["responses"], "202", "201"),
        "POST /v1/complaints: answer 202: is gone",
    ),
    (
        lambda d: operation(d, "/v1/topics", "get")["responses"].pop("304"),
        "GET /v1/topics: answer 304: is gone",
    ),
    (
        lambda d: operation(d, "/v1/topics", "get")["responses"].pop("default"),
        "GET /v1/topics: answer default: is gone",
    ),
    (
        lambda d: parameter(d, CASES, "overdue")["schema"].update(type="string"),
        f"GET {CASES}: parameter overdue: data: boolean is not taken now",
    ),
    (
        lambda d: operation(d, "/v1/complaints", "post")["parameters"].append(
            {"name": "X-Mood", "in": "header", "required": True, "schema": {"type": "string"}}
        ),
        "POST /v1/complaints: parameter X-Mood: is required now",
    ),
    (
        lambda d: operation(d, "/v1/complaints/{code}/replied", "post")["requestBody"].update(
            required=True
        ),
        "POST /v1/complaints/{code}/replied: a body is required now",
    ),
]


@pytest.mark.parametrize(("change", "told"), BREAKS, ids=[told for _, told in BREAKS])
def test_a_planted_break_is_told_with_its_route(change: Change, told: str) -> None:
    new = copy.deepcopy(TODAY)
    change(new)
    assert told in route_breaks(TODAY, new)


def test_a_new_route_and_a_new_field_are_no_break() -> None:
    new = copy.deepcopy(TODAY)
    new["paths"]["/v1/news"] = copy.deepcopy(new["paths"]["/v1/topics"])
    new["components"]["schemas"]["AgencyLine"]["properties"]["mood"] = {"type": "string"}
    parameter(new, CASES, "limit")["schema"].update(maximum=1000)
    assert route_breaks(TODAY, new) == []
