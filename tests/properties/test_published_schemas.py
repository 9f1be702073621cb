"""Whatever fits a published schema is taken as it is: nothing refused, nothing left out."""

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pintu.contract.json_schemas import message_schema
from schemas import verbs
from schemas.catalogue import MESSAGES, Kind, Message
from schemas.identifiers import complaint_id, tracking
from schemas.properties import Properties
from schemas.submission import Submission, read_submission
from schemas.updates import Update, read_update

ENVELOPED: Final = Properties(content_type="application/cloudevents+json")
CASE: Final = str(complaint_id("/channels/web", "1"))
OTHER: Final = tracking(complaint_id("/channels/web", "2"))
MEANT: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    # What no schema can say: a tracking code that is one, of another complaint.
    "duplicate_of": st.just(OTHER),
    "follows": st.sampled_from([OTHER, CASE]),
    "into": st.sampled_from([OTHER, str(complaint_id("/channels/web", "2"))]),
}
PRINTABLE: Final = st.characters(exclude_categories=["C", "Z"])
SENT: Final = [one for one in MESSAGES if one.kind in (Kind.SUBMISSION, Kind.UPDATE)]


def fitting(schema: Any, known: Any, name: str = "") -> st.SearchStrategy[Any]:
    """Values that fit a schema, of the keywords that the published ones use."""
    if "$ref" in schema:
        return fitting(known[schema["$ref"].rpartition("/")[2]], known, name)
    if name in MEANT:
        return MEANT[name]
    if "anyOf" in schema:
        return st.one_of(*(fitting(one, known, name) for one in schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    match schema.get("type"):
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema.get("minimum"), schema.get("maximum"))
        case "number":
            return st.floats(schema.get("minimum"), schema.get("maximum"), allow_nan=False)
        case "array":
            most = min(schema.get("maxItems", 3), 3)
            return st.lists(fitting(schema["items"], known), max_size=most)
        case "object" if "properties" in schema:
            return fitting_object(schema, known)
        case "object":
            return st.dictionaries(st.text(PRINTABLE, max_size=5), st.integers(), max_size=3)
        case "string" if schema.get("format") == "date-time":
            return st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat()[:19] + "Z")
        case "string":
            longest = min(schema.get("maxLength", 30), 30)
            return st.text(PRINTABLE, min_size=schema.get("minLength", 0), max_size=longest)
        case other:
            raise AssertionError(f"{name}: {other} is not known here")


def fitting_object(schema: Any, known: Any) -> st.SearchStrategy[Any]:
    fields = {name: fitting(one, known, name) for name, one in schema["properties"].items()}
    required = {name: fields.pop(name) for name in schema.get("required", ())}
    made = st.fixed_dictionaries(required, optional=fields)
    if "then" not in schema:
        return made
    return made.map(_with_what_then_requires)


def _with_what_then_requires(data: Any) -> Any:
    if data.get("code") == "duplicate":
        return {**data, "duplicate_of": OTHER}
    return {name: value for name, value in data.items() if name != "duplicate_of"}


def data_of(message: Message) -> st.SearchStrategy[Any]:
    schema = message_schema(message)
    return fitting(schema["properties"]["data"], schema["$defs"])


@pytest.mark.parametrize("message", SENT, ids=[one.name for one in SENT])
@settings(max_examples=30, deadline=None)
@given(given_data=st.data())
def test_what_fits_is_taken_as_it_is(message: Message, given_data: st.DataObject) -> None:
    data = given_data.draw(data_of(message))
    event = {"specversion": "1.0", "id": "1", "type": message.wire_type, "data": data}
    read: object
    if message.kind is Kind.SUBMISSION:
        body = json.dumps({**event, "source": "/channels/web"}).encode()
        read = read_submission(body, ENVELOPED, channel="web")
        assert isinstance(read, Submission), read
    else:
        body = json.dumps({**event, "source": "/somebody", "subject": CASE}).encode()
        read = read_update(body, ENVELOPED, speaker(message.verb))
        assert isinstance(read, Update), read
    assert read.warnings == ()


def speaker(verb: str) -> str:
    if verb in verbs.AGENCY_UPDATES:
        return f"agency.dlh.{verb}"
    return f"desk.sri.{verb}" if verb in verbs.DESK_UPDATES else f"channel.web.{verb}"
