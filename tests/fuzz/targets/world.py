"""The shipped rules, the clocks and a moment, read once."""

from datetime import UTC, date, datetime
from functools import cache

from broker.amqp.protocol import decode
from broker.amqp.protocol.encode import publish_frames
from broker.domain.clocks import SlaCalendar
from broker.domain.routing.decide import Query, decide
from broker.domain.routing.rules import Rules
from broker.messaging.messages import Incoming, Outgoing
from config.loading import load_rules
from config.loading.clocks import load_clocks
from schemas.properties import Properties
from tests.fuzz.parts import split
from tests.fuzz.seeds import SHIPPED

NOW = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)
FRAME_MAX = 131_072


@cache
def rules() -> Rules:
    """With what the first complaint with an unknown word makes, once in the life of a process."""
    loaded = load_rules(SHIPPED)
    decide(Query("jalann berlubangg"), loaded, on=date(2026, 1, 15))
    return loaded


@cache
def clocks() -> SlaCalendar:
    return load_clocks()


def properties_of(header: bytes) -> Properties:
    """As the channel reads them; none where it would end the session."""
    try:
        return decode.content_header(header)[1]
    except decode.BadFrame:
        return Properties()


def message(data: bytes, exchange: str, tag: int = 1) -> Incoming:
    """A delivery of three parts: routing key, content header, body."""
    key, header, body = split(data, 3)[:3]
    properties = properties_of(header)
    return Incoming(body, exchange, key.decode("utf-8", "replace"), properties, False, tag)


def publishable(message: Outgoing) -> None:
    """It can be put into frames."""
    publish_frames(message, 1, FRAME_MAX)
