"""How long and how much is kept where nobody may ever read."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """`[retention]` of rules.toml.

    ``copies``: age after which a message of a copy queue expires, milliseconds on the wire.
    ``audit_age`` (whole seconds), ``audit_bytes``: bounds of the audit stream; it is cut by
    whole segments of ``audit_segment_bytes``. ``journal``: how long a complaint is remembered, so
    that a repeat is known as one. ``closed_cases``: how long a case is kept after its end,
    ``closed_text``: how long its words. ``similar``: how long a complaint's fingerprint, by which
    those about the same thing are found; none is made where it is nought. ``parked``: how long what
    could not be used; None: until somebody replays or discards it.
    """

    copies: timedelta = timedelta(days=90)
    audit_age: timedelta = timedelta(days=90)
    audit_bytes: int = 5_000_000_000
    audit_segment_bytes: int = 20_000_000
    journal: timedelta = timedelta(days=400)
    closed_cases: timedelta = timedelta(days=400)
    closed_text: timedelta = timedelta(days=90)
    similar: timedelta = timedelta(days=30)
    parked: timedelta | None = None
