"""What a case store remembers of clocks: how far it was read, and which time was believed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment that was believed, and what a machine had counted of seconds since its start then.

    ``boot``: which start of which machine; on any other the seconds mean nothing.
    """

    boot: str
    seconds: float
    moment: datetime


@dataclass(frozen=True, slots=True)
class Mended:
    """An operator's word that the clocks are right: when by them, by whom and why.

    ``watermark``: where it stood before; it is set back to ``at`` where it lay ahead.
    """

    at: datetime
    by: str
    reason: str
    watermark: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockState:
    """``vouched``: the moment that an operator said last; ``began``: when the fast clock of a
    demonstration did; ``holds_cases``: whether there is any.

    ``database``: what the database server's own clock shows, None where there is no server;
    ``elsewhere``: whether that is another machine than this one, as far as it can be seen.
    """

    watermark: datetime | None = None
    vouched: datetime | None = None
    anchor: Anchor | None = None
    began: datetime | None = None
    holds_cases: bool = False
    database: datetime | None = None
    elsewhere: bool = False
