"""Budgets: how much one message, one file or one case may hold or cost, as numbers in one place.

What goes over a limit is left out with a warning, or parked, with a reason; see docs/limits.md.
"""

from typing import Final

# --- one message ---------------------------------------------------------------------------

# --- one message that goes out -------------------------------------------------------------

SHORT_STRING: Final = 255
"""Bytes of UTF-8 in a type, content type, routing key or id (AMQP 0-9-1, section 4.2.5.3)."""
HEADER_NAME: Final = 128
"""Bytes of UTF-8 in the name of a header (AMQP 0-9-1, section 4.2.5.5)."""
HEADERS: Final = 64 * 1024
"""Bytes of all headers: they have to fit into one frame, 128 KiB by default."""

# --- what is in hand at once ---------------------------------------------------------------

LARGE_MESSAGE: Final = 64 * 1024
"""Bytes of a body from which on a message is handled alone: read, it takes up to 100 times that."""
BATCH_BYTES: Final = 1024 * 1024
"""Bytes of bodies that are taken as one batch."""
ARRIVED_BYTES: Final = 16 * 1024 * 1024
"""Bytes of bodies that have arrived and were not taken; then nothing more is read for a while."""

# --- one case ------------------------------------------------------------------------------

# --- files and rules -----------------------------------------------------------------------

# --- frames from RabbitMQ ------------------------------------------------------------------

FRAME: Final = 8 * 1024 * 1024
"""Bytes of a frame, where RabbitMQ names no smaller ``frame_max`` (its default is 128 KiB)."""
SMALLEST_FRAME_MAX: Final = 4096
"""Bytes that every ``frame_max`` allows (AMQP 0-9-1, section 4.2.3)."""
ANNOUNCED_BODY: Final = 512 * 1024 * 1024
"""Bytes of a body that a content header may announce: RabbitMQ's largest ``max_message_size``."""
ARRIVED_MESSAGES: Final = 20_000
"""Messages that have arrived and were not taken: many more than any consumer asks for ahead."""
