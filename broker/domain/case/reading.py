"""A message of the queue ``cases``: an event of ours, an update, or neither."""

from dataclasses import replace

from broker.messaging import names
from broker.messaging.messages import Incoming, trace_of
from schemas.events import BadEvent, Routing, read_routing
from schemas.updates import BadUpdate, Update, read_update


def read(message: Incoming) -> Routing | Update | BadUpdate:
    """What the message is. The exchange says who may have published it.

    A ``routed`` or ``triaged`` that cannot be read has nobody to be told: its ``who`` is None.
    """
    if message.exchange == names.EVENTS:
        try:
            return read_routing(message.body)
        except BadEvent as why:
            return BadUpdate("bad-event", str(why), id=message.properties.message_id)
    found = read_update(message.body, message.properties, message.routing_key)
    if isinstance(found, Update):
        return replace(found, trace=trace_of(message.properties))
    return found
