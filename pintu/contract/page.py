"""index.html: the contract to read, on a desk or a telephone, without a network.

What it looks like stands in ``templates/contract.html``; here is what it shows.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic.json_schema import JsonSchemaValue

from broker.domain.routing.rules import Rules
from gateway.api.application import openapi_document
from gateway.text.pages import templates
from pintu.contract.asyncapi.channels import Place, places
from pintu.contract.asyncapi.operations import OPERATIONS, SIDES, Operation, Side
from pintu.contract.beyond import sentences_of
from pintu.contract.doors import doors
from pintu.contract.examples import PROGRAMS, examples, program
from pintu.contract.fields import Field, envelope_of, fields_of
from pintu.contract.json_schemas import file_of, message_schema
from schemas.catalogue import MESSAGES, Kind, Message
from schemas.identifiers import complaint_id, tracking
from schemas.verbs import AGENCY_UPDATES, CHANNEL_UPDATES, DESK_UPDATES

_HEADINGS = {
    Kind.SUBMISSION: "A complaint",
    Kind.UPDATE: "Updates: what is said in a case",
    Kind.EVENT: "Events: what this system tells",
    Kind.RECEIPT: "The receipt of an update",
}
_UPDATE = next(one for one in MESSAGES if one.kind is Kind.UPDATE)
_EVENT = next(one for one in MESSAGES if one.kind is Kind.EVENT)
_VECTORS = (("/channels/web", "42"), ("/channels/web", "web-116"), ("/channels/whatsapp", "é"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on the page: ``who`` sends it or reads it, with its example."""

    name: str
    type: str
    says: str
    who: str
    key: str
    fields: list[Field]
    schema_file: str
    example: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a side does, where."""

    operation: Operation
    place: Place


def page(rules: Rules, version: str, lists: Mapping[str, JsonSchemaValue]) -> str:
    """The whole page; ``lists``: the directories by their names."""
    where = {place.name: place for place in places(rules)}
    steps: dict[Side, list[Step]] = {side: [] for side in SIDES}
    for operation in OPERATIONS:
        steps[operation.side].append(Step(operation, where[operation.place]))
    return (
        templates("pintu.contract")
        .get_template("contract.html")
        .render(
            installation=rules.name,
            version=version,
            rules=rules.version,
            steps=steps,
            chapters=[
                (heading, [_shown(one, where) for one in MESSAGES if one.kind is kind])
                for kind, heading in _HEADINGS.items()
            ],
            beyond=[(_HEADINGS[kind], sentences_of(kind)) for kind in Kind if sentences_of(kind)],
            vectors=[
                (source, id, complaint_id(source, id), tracking(complaint_id(source, id)))
                for source, id in _VECTORS
            ],
            lists=lists,
            envelopes=[
                ("what you publish", envelope_of(message_schema(_UPDATE))),
                ("what you read", envelope_of(message_schema(_EVENT))),
            ],
            programs={name: program(name) for name in PROGRAMS},
            doors=doors(openapi_document(version)),
        )
    )


def _shown(message: Message, where: Mapping[str, Place]) -> Shown:
    schema = message_schema(message)
    example = examples()[message.name][0]
    return Shown(
        name=message.name.replace(".", "-"),
        type=message.wire_type,
        says=schema.get("description", ""),
        who=_who(message, where),
        key=example.key,
        fields=fields_of(schema, null=message.kind in (Kind.EVENT, Kind.RECEIPT)),
        schema_file=f"schemas/{file_of(message)}",
        example=json.dumps(example.payload, ensure_ascii=False, indent=2),
    )


def _who(message: Message, where: Mapping[str, Place]) -> str:
    match message.kind:
        case Kind.SUBMISSION:
            return "sent by adapters"
        case Kind.UPDATE:
            said = {"agency": AGENCY_UPDATES, "desk": DESK_UPDATES, "channel": CHANNEL_UPDATES}
            return "said by " + " or ".join(w for w, verbs in said.items() if message.verb in verbs)
        case Kind.RECEIPT:
            return "read by the sender of an update"
        case _:
            queues = [
                str(place.address)
                for place in where.values()
                if place.exchange is None and place.address and message.name in place.messages
            ]
            return "read in " + ", ".join(queues)
