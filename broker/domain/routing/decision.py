"""What goes into a decision and what comes out: values, no behaviour."""

from dataclasses import dataclass
from typing import NamedTuple

from schemas.decision import Alternative


class Place(NamedTuple):
    """Where, as the complaint's fields say. `region` is a Kemendagri code."""

    region: str | None = None
    district: str | None = None
    village: str | None = None
    address: str | None = None
    latitude: float | None = None
    longitude: float | None = None


_ANYWHERE = Place()


@dataclass(frozen=True, slots=True)
class Query:
    """What of a complaint a decision looks at."""

    text: str
    title: str | None = None
    category: str | None = None
    agency: str | None = None
    place: Place = _ANYWHERE
    oversight: bool = False

    @property
    def whole(self) -> str:
        """Title and text as one."""
        return f"{self.title} . {self.text}" if self.title else self.text


@dataclass(frozen=True, slots=True)
class Decision:
    """`agency` None is triage. `table` is the version of the rules, `region` a Kemendagri code."""

    agency: str | None
    supporting: tuple[str, ...]
    rule: str
    because: str
    table: str
    topic: str | None
    region: str | None
    oversight: bool
    confidence: float
    alternatives: tuple[Alternative, ...]
    warnings: tuple[str, ...]


class Answer(NamedTuple):
    """Who is answerable for a topic at a place.

    `agency`: a code, `TRIAGE` (broker.domain.routing.tables), or None where the place that would
    tell is not known.
    """

    agency: str | None
    supporting: tuple[str, ...] = ()
    case: int = 0  # the `when` that held, counted from 1; 0: the topic itself
    reasons: tuple[str, ...] = ()
    lacking: str | None = None  # "village" or "district": what the place would have to say
    above: bool = False  # the district answers because the village is not known
