"""JSON Schemas (2020-12) of everything that crosses the wire, from the models it is read with.

https://json-schema.org/draft/2020-12
"""

from collections.abc import Iterable, Mapping
from inspect import cleandoc
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema

from pintu.contract.beyond import sentences_of
from schemas.catalogue import MESSAGES, Kind, Message
from schemas.directories import DIRECTORIES
from schemas.report import ReportData

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_COMPONENTS: Final = "#/components/schemas/{model}"
_FOLDERS: Final[Mapping[Kind, str]] = {
    Kind.SUBMISSION: "submissions",
    Kind.UPDATE: "updates",
    Kind.EVENT: "events",
    Kind.RECEIPT: "receipts",
}


class _Plain(GenerateJsonSchema):
    """Without what only repeats a field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def file_of(message: Message) -> str:
    """Where its schema lies, below ``schemas/``: ``events/complaint.held.v1.json``."""
    return f"{_FOLDERS[message.kind]}/{message.wire_type}.json"


def published_schemas() -> dict[str, JsonSchemaValue]:
    """Every schema by the name of its file below ``schemas/``."""
    made = {file_of(message): message_schema(message) for message in MESSAGES}
    for name in DIRECTORIES:
        made[f"directories/{name}.json"] = directory_schema(name)
    made["report.json"] = _document(ReportData, "report")
    return made


def directory_schema(name: str) -> JsonSchemaValue:
    """One of the directories, by its name."""
    return _document(DIRECTORIES[name], f"directory:{name}")


def message_schema(message: Message) -> JsonSchemaValue:
    """One message, envelope and data, complete in itself."""
    schema = _document(message.model(), f"{message.kind}:{message.wire_type}")
    if beyond := sentences_of(message.kind):
        schema["$comment"] = "The reader takes more than this: " + " ".join(beyond)
    return schema


def component_schemas(
    messages: Iterable[Message],
) -> tuple[dict[str, JsonSchemaValue], dict[str, str]]:
    """Schemas that refer to each other as components of one document.

    Gives them by name, and the name of each message's own by the message's name.
    """
    models = {message.name: message.model() for message in messages}
    references, made = models_json_schema(
        [(model, "validation") for model in models.values()],
        ref_template=_COMPONENTS,
        schema_generator=_Plain,
    )
    names = {
        name: references[model, "validation"]["$ref"].rpartition("/")[2]
        for name, model in models.items()
    }
    return {name: _tidied(schema) for name, schema in made["$defs"].items()}, names


def _document(model: type[BaseModel], name: str) -> JsonSchemaValue:
    schema = _tidied(model.model_json_schema(schema_generator=_Plain))
    return {"$schema": DIALECT, "$id": f"urn:pintu:contract:{name}", **schema}


def _tidied(value: Any) -> Any:
    """Descriptions as plain text; without what says nothing to a reader of JSON.

    A default stands for what is absent: null says no more than that it may be.
    """
    if isinstance(value, list):
        return [_tidied(item) for item in value]
    if not isinstance(value, dict):
        return value
    tidy = {}
    for name, inner in value.items():
        if name == "additionalProperties" and inner is True:
            continue
        if name == "default" and inner is None:
            continue
        is_text = name == "description" and isinstance(inner, str)
        tidy[name] = _first_paragraph(inner) if is_text else _tidied(inner)
    return tidy


def _first_paragraph(text: str) -> str:
    return " ".join(cleandoc(text).split("\n\n")[0].split()).replace("``", "`")
