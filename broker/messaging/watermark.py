"""The type of a watermark, and the probe that is disguised as one.

A watermark is a small message in the queue ``cases`` by which the case consumer knows up to when
it has read everything (consumers/cases/watermark.py). One of a foreign instance is ignored, by
every version of this program: that makes it a message which may be published just to see whether
anything can be.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from schemas.envelope import CASES, envelope

WATERMARK: Final = "pintu.marker.v1"

_PROBE: Final = "probe"
"""The instance that no case consumer is: theirs are UUIDs."""
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""It speaks for no moment."""


def watermark(event_id: str, instance: str, number: int, moment: datetime) -> Outgoing:
    """The ``number``-th of an instance; it speaks for all that was published before ``moment``."""
    return Outgoing(
        exchange=names.DEFAULT_EXCHANGE,
        routing_key=names.CASES_QUEUE,
        body=envelope(
            id=event_id,
            type=WATERMARK,
            source=CASES,
            subject=None,
            time=moment,
            data={"instance": instance, "number": number},
        ),
        message_id=event_id,
        type=WATERMARK,
    )


def probe() -> Outgoing:
    """A message that changes nothing, into the quorum queue ``cases``."""
    return watermark(_PROBE, _PROBE, 0, _NEVER)


@dataclass(frozen=True, slots=True)
class Probe:
    """A message by which somebody finds out whether he could publish, and the quorum queue that it
    goes into."""

    message: Outgoing
    queue: str


OF_CASES: Final = Probe(probe(), names.CASES_QUEUE)
"""Through the default exchange."""
OF_INTAKE: Final = Probe(
    replace(probe(), exchange=names.INTAKE, routing_key=_PROBE), names.ROUTER_QUEUE
)
"""For whoever publishes complaints, and may not publish on the default exchange: by that, anything
could be put into any queue."""


def is_probe(message: Incoming) -> bool:
    """Whether that is the probe of the intake, to the letter: it says nothing, and is ignored."""
    return message.properties.type == WATERMARK and message.body == OF_INTAKE.message.body
