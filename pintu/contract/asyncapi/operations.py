"""Operations: what adapters, agencies and the desk do, each from its own side."""

from dataclasses import dataclass
from typing import Final

from pydantic.json_schema import JsonSchemaValue

from pintu.contract.asyncapi.channels import RECEIPTS, Place
from schemas.catalogue import Kind

_PERSISTENT: Final = 2


@dataclass(frozen=True, slots=True)
class Side:
    """Somebody outside of this system, and why one would be it."""

    name: str
    says: str


ADAPTER: Final = Side("adapter", "Puts a channel's complaints in, and tells reporters the rest.")
AGENCY: Final = Side("agency", "An agency's own system: gets its complaints, and answers them.")
DESK: Final = Side("desk", "The desk's own system: decides where nobody could be named.")
NOTIFIER: Final = Side("notifier", "Tells people that a deadline comes near or has passed.")
AUDITOR: Final = Side("auditor", "Follows all that happens.")
SIDES: Final = (ADAPTER, AGENCY, DESK, NOTIFIER, AUDITOR)


@dataclass(frozen=True, slots=True)
class Operation:
    """What one side does at one place; ``sends``, or reads."""

    side: Side
    verb: str
    place: str
    sends: bool
    says: str

    @property
    def name(self) -> str:
        return f"{self.side.name}.{self.verb}"


OPERATIONS: Final = (
    Operation(ADAPTER, "submit", "intake", True, "Hand a complaint over."),
    Operation(ADAPTER, "speak", "channel-updates", True, "Say what a reporter says in a case."),
    Operation(ADAPTER, "read", "channel-queue", False, "Hear what becomes of its complaints."),
    Operation(AGENCY, "read", "agency-queue", False, "Get complaints, and what becomes of them."),
    Operation(AGENCY, "speak", "agency-updates", True, "Answer, ask, or hand back."),
    Operation(DESK, "read", "triage-queue", False, "Get what waits for a decision."),
    Operation(DESK, "speak", "desk-updates", True, "Assign, ask, or dismiss."),
    Operation(NOTIFIER, "read", "escalations-queue", False, "Hear of every rung."),
    Operation(AUDITOR, "read", "audit-queue", False, "Read the trail."),
)


def operation_of(operation: Operation, place: Place) -> JsonSchemaValue:
    """An operation as AsyncAPI has it."""
    made: JsonSchemaValue = {
        "action": "send" if operation.sends else "receive",
        "channel": {"$ref": f"#/channels/{place.name}"},
        "summary": operation.says,
        "tags": [{"name": operation.side.name}],
        "bindings": {"amqp": _binding(operation.sends)},
        "messages": [{"$ref": f"#/channels/{place.name}/messages/{m}"} for m in place.messages],
    }
    if operation.sends and all(name.startswith(Kind.UPDATE) for name in place.messages):
        made["reply"] = {
            "address": {
                "location": "$message.header#/reply_to",
                "description": "The AMQP property reply_to, a name of RabbitMQ's direct reply-to;"
                " without it there is no receipt.",
            },
            "channel": {"$ref": f"#/channels/{RECEIPTS}"},
        }
    return made


def _binding(sends: bool) -> JsonSchemaValue:
    if sends:
        return {"deliveryMode": _PERSISTENT, "mandatory": True, "bindingVersion": "0.3.0"}
    return {"ack": True, "bindingVersion": "0.3.0"}
