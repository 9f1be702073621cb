"""The document as a whole."""

from typing import Final

from pydantic.json_schema import JsonSchemaValue

from broker.domain.routing.rules import Rules
from broker.messaging.messages import TRACE_HEADERS
from pintu.contract.asyncapi.channels import channel_of, places
from pintu.contract.asyncapi.operations import OPERATIONS, SIDES, operation_of
from pintu.contract.beyond import sentences_of
from pintu.contract.examples import examples
from pintu.contract.json_schemas import component_schemas
from schemas.catalogue import MESSAGES, Kind, Message
from schemas.envelope import CONTENT_TYPE

VERSION: Final = "3.0.0"
_ABOUT: Final = (
    "What channel adapters, agencies' systems and the desk's system build against. Seen from"
    " outside: `send` is what they publish, `receive` what they read. Nothing is to be declared:"
    " exchanges and queues are there. Publish persistent and `mandatory`, with publisher confirms;"
    " acknowledge a message when you have stored it, and know repeats by the event's id."
)


def asyncapi(rules: Rules, version: str) -> JsonSchemaValue:
    """The contract of an installation with these rules; ``version``: of this program."""
    where = {place.name: place for place in places(rules)}
    schemas, payloads = component_schemas(MESSAGES)
    return {
        "asyncapi": VERSION,
        "info": {
            "title": f"Pintu, {rules.name}",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
            "tags": [{"name": side.name, "description": side.says} for side in SIDES],
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {"rabbitmq": _server("amqps", "5671"), "private": _server("amqp", "5672")},
        "channels": {place.name: channel_of(place, [*payloads]) for place in where.values()},
        "operations": {one.name: operation_of(one, where[one.place]) for one in OPERATIONS},
        "components": {
            "messages": {
                message.name: _message(message, payloads[message.name]) for message in MESSAGES
            },
            "schemas": schemas,
            "securitySchemes": {
                "user": {
                    "type": "userPassword",
                    "description": "A RabbitMQ user of its own for each adapter and agency.",
                },
                "certificate": {
                    "type": "X509",
                    "description": "A client certificate (SASL EXTERNAL), where it is set up.",
                },
            },
        },
    }


def _server(protocol: str, port: str) -> JsonSchemaValue:
    says = "over TLS" if protocol == "amqps" else "without TLS: on one machine only"
    return {
        "host": "{host}:{port}",
        "protocol": protocol,
        "protocolVersion": "0-9-1",
        "description": f"RabbitMQ 3.10 or later, {says}",
        "variables": {
            "host": {"description": "as the operators tell you", "default": "localhost"},
            "port": {"description": "of AMQP", "default": port},
        },
        "security": [
            {"$ref": "#/components/securitySchemes/user"},
            {"$ref": "#/components/securitySchemes/certificate"},
        ],
    }


def _message(message: Message, payload: str) -> JsonSchemaValue:
    trace = {"type": "string", "description": "W3C Trace Context; passed on"}
    made: JsonSchemaValue = {
        "name": message.wire_type,
        "title": f"{message.wire_type} ({message.kind})",
        "contentType": CONTENT_TYPE,
        "payload": {"$ref": f"#/components/schemas/{payload}"},
        "headers": {"type": "object", "properties": dict.fromkeys(TRACE_HEADERS, trace)},
        "bindings": {"amqp": {"messageType": message.wire_type, "bindingVersion": "0.3.0"}},
        "examples": [
            {"name": one.name, "payload": one.payload} for one in examples()[message.name]
        ],
    }
    if beyond := sentences_of(message.kind):
        made["description"] = "The reader takes more than the schema says: " + " ".join(beyond)
    if message.kind in (Kind.UPDATE, Kind.RECEIPT):
        made["correlationId"] = {
            "description": "The AMQP property correlation_id: of the update, and of its receipt.",
            "location": "$message.header#/correlation_id",
        }
    return made
