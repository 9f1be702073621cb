"""Properties that cannot be decoded become None instead of ending the connection.

RabbitMQ passes on what a publisher sent: strings that are not UTF-8, timestamps of the year
292,277,026, tables nested ten thousand deep. pamqp raises on these, aiormq's reader then ends
the connection, and since the message comes back at once, one hostile publisher would
stop every consumer and drag the neighbours' delivery counts up to the limit.
"""

import struct
from datetime import UTC, datetime
from typing import Final

from pamqp import decode
from pamqp.common import FieldTable, FieldValue

LARGEST_TABLE: Final = 32 * 1024
"""Bytes; pamqp's decoder is quadratic, a larger table of headers is taken as empty."""

_field_table = decode.field_table


def decode_tolerantly() -> None:
    """Put tolerant decoders into pamqp's tables; for the whole process, once is enough."""
    decode.METHODS["shortstr"] = _tolerant_short_str
    decode.METHODS["timestamp"] = _tolerant_timestamp
    decode.METHODS["table"] = _tolerant_table
    decode.TABLE_MAPPING[b"T"] = _tolerant_timestamp


def _tolerant_short_str(value: bytes) -> tuple[int, str]:
    length = value[0]
    return length + 1, value[1 : length + 1].decode("utf-8", "replace")


def _tolerant_timestamp(value: bytes) -> tuple[int, FieldValue]:
    try:
        (seconds,) = struct.unpack_from(">Q", value)
        return 8, datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return 8, None


def _tolerant_table(value: bytes) -> tuple[int, FieldTable]:
    length = int.from_bytes(value[:4], "big")
    if length > LARGEST_TABLE:
        return length + 4, {}
    try:
        return _field_table(value[: length + 4])
    except (ValueError, KeyError, IndexError, struct.error, ArithmeticError, RecursionError):
        # UnicodeDecodeError is a ValueError; decimal's exceptions are ArithmeticErrors.
        return length + 4, {}
