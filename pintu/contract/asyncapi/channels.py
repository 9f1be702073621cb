"""Channels: where messages go in by a routing key, and the queues that they are read from.

Made from the topology: which messages lie in a queue is what its bindings let in.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic.json_schema import JsonSchemaValue

from broker.domain.routing.rules import Rules
from broker.messaging import names
from broker.messaging.topology import Topology, topology
from schemas import verbs
from schemas.catalogue import MESSAGES, Kind

_AGENCY: Final = "{agency}"
_CHANNEL: Final = "{channel}"
_BROKER: Final = (4, 0)
"""Versions differ in arguments of queues, which clients do not declare."""
RECEIPTS: Final = "receipts"


@dataclass(frozen=True, slots=True)
class Place:
    """One channel of the document.

    ``exchange``: where messages go in, the address being the routing key; None for a queue, whose
    name is the address. ``parameters``: what stands in the address in braces, with its values.
    """

    name: str
    address: str | None
    says: str
    messages: tuple[str, ...]
    exchange: str | None = None
    parameters: dict[str, JsonSchemaValue] = field(default_factory=dict)


def places(rules: Rules) -> tuple[Place, ...]:
    """Every channel of an installation with these rules."""
    made = topology(["code"], ["code"], broker_version=_BROKER)
    agency = {"agency": _parameter("code of an agency", rules.agencies)}
    channel = {"channel": _parameter("code of a channel", rules.channels)}
    return (
        Place(
            "intake",
            _CHANNEL,
            "Complaints go in here, from every channel.",
            _named(Kind.SUBMISSION),
            names.INTAKE,
            channel,
        ),
        _updates("agency", _AGENCY, agency, verbs.AGENCY_UPDATES, "What an agency says."),
        _updates(
            "desk",
            "{name}",
            {"name": {"description": "who speaks at the desk"}},
            verbs.DESK_UPDATES,
            "What the desk says.",
        ),
        _updates(
            "channel",
            _CHANNEL,
            channel,
            verbs.CHANNEL_UPDATES,
            "What a channel says on behalf of a reporter, in its own cases.",
        ),
        _queue(
            made,
            "agency-queue",
            names.agency_queue,
            _AGENCY,
            agency,
            "An agency's complaints and what becomes of them, in order.",
        ),
        _queue(
            made,
            "channel-queue",
            names.channel_queue,
            _CHANNEL,
            channel,
            "What becomes of a channel's complaints: for telling the reporter.",
        ),
        _one_queue(
            made, names.TRIAGE_QUEUE, "Complaints that wait for the desk to name an agency."
        ),
        _one_queue(made, names.ESCALATIONS_QUEUE, "Deadlines that come near or have passed."),
        _one_queue(made, names.AUDIT_STREAM, "Every event and every update: a stream."),
        Place(RECEIPTS, None, "What became of an update, for its sender.", _named(Kind.RECEIPT)),
    )


def channel_of(place: Place, by_name: Sequence[str]) -> JsonSchemaValue:
    """A place as AsyncAPI has it; ``by_name``: names of the messages that the document holds."""
    made: JsonSchemaValue = {
        "address": place.address,
        "description": place.says,
        "messages": {
            name: {"$ref": f"#/components/messages/{name}"}
            for name in place.messages
            if name in by_name
        },
    }
    if place.parameters:
        made["parameters"] = place.parameters
    if place.address is not None:
        made["bindings"] = {"amqp": _binding(place)}
    return made


def _binding(place: Place) -> JsonSchemaValue:
    durable = {"durable": True, "autoDelete": False, "vhost": "/"}
    if place.exchange is None:
        queue = {"name": place.address, "exclusive": False, **durable}
        return {"is": "queue", "queue": queue, "bindingVersion": "0.3.0"}
    exchange = {"name": place.exchange, "type": "topic", **durable}
    return {"is": "routingKey", "exchange": exchange, "bindingVersion": "0.3.0"}


def _updates(
    who: str,
    name: str,
    parameters: dict[str, JsonSchemaValue],
    said: Iterable[str],
    says: str,
) -> Place:
    verb = _parameter("what is said; the type of the event is complaint.<verb>.v1", said)
    return Place(
        f"{who}-updates",
        names.update_key(who, name, "{verb}"),
        f"{says} RabbitMQ makes sure that nobody else uses the key.",
        tuple(f"{Kind.UPDATE}.{one}" for one in said),
        names.UPDATES,
        {**parameters, "verb": verb},
    )


def _queue(
    made: Topology,
    name: str,
    named: Callable[[str], str],
    word: str,
    parameters: dict[str, JsonSchemaValue],
    says: str,
) -> Place:
    return Place(
        name, named(word), says, tuple(_lets_in(made, named("code"))), parameters=parameters
    )


def _one_queue(made: Topology, queue: str, says: str) -> Place:
    return Place(f"{queue}-queue", queue, says, tuple(_lets_in(made, queue)))


def _lets_in(made: Topology, queue: str) -> Iterable[str]:
    """Names of the messages that the bindings of a queue let in."""
    for binding in made.bindings_of(queue):
        verb = binding.routing_key.split(".")[0]
        if binding.exchange == names.UPDATES:
            yield from _named(Kind.UPDATE)
        elif verb == "#":
            yield from _named(Kind.EVENT)
        else:
            yield f"{Kind.EVENT}.{verb}"


def _named(kind: Kind) -> tuple[str, ...]:
    return tuple(message.name for message in MESSAGES if message.kind is kind)


def _parameter(says: str, values: Iterable[str]) -> JsonSchemaValue:
    known = sorted(values)
    return {"description": says, **({"enum": known} if known else {})}
