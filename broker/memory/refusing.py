"""What no frame can carry (AMQP 0-9-1, section 4.2.5), as RabbitMQ's client finds it."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from broker.messaging.messages import Outgoing
from schemas import limits

_LARGEST: Final = 1 << 63
_PLAIN: Final = (str, float, bool, datetime, Decimal, bytearray, type(None))


def unpublishable(message: Outgoing) -> str | None:
    """Why a message cannot be published; None for one that can.

    Routing key, id, type, content type and names of headers fit as they are made.
    """
    if len(message.exchange.encode("utf-8", "replace")) > limits.SHORT_STRING:
        return "the exchange's name is longer than 255 bytes"
    return _unfit(message.headers)


def _unfit(value: Any) -> str | None:
    if isinstance(value, Mapping):
        return next((why for item in value.values() if (why := _unfit(item))), None)
    if isinstance(value, list):
        return next((why for item in value if (why := _unfit(item))), None)
    if isinstance(value, _PLAIN):
        return None
    if isinstance(value, int):
        return None if -_LARGEST <= value < _LARGEST else "a header beyond 64 bits"
    return f"a header of {type(value).__name__}"
