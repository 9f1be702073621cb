"""What the broker has and the configuration does not say, or the other way round."""

from dataclasses import dataclass
from enum import StrEnum

from broker.messaging.topology import Binding, Exchange, Queue


class Kind(StrEnum):
    """How the broker departs from the configuration."""

    MISSING = "missing"
    DIFFERS = "differs"
    EXTRA = "extra"
    NOTE = "note"
    """Nothing is wrong; but the reader should know."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One departure. ``what`` names the object, ``says`` what is and should be, ``remedy`` what to
    do. ``serious``: messages may be lost or go astray, so the system is not ready."""

    kind: Kind
    what: str
    says: str
    remedy: str = ""
    serious: bool = False

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}: {self.says}" + (
            f" ({self.remedy})" if self.remedy else ""
        )


APPLY = "pintu topology apply"


def named(thing: Exchange | Queue | Binding) -> str:
    """What a difference calls an object."""
    match thing:
        case Exchange():
            return f"exchange {thing.name}"
        case Queue():
            return f"queue {thing.name}"
        case Binding():
            return f"binding {thing.exchange} -> {thing.queue} {thing.routing_key!r}"


def missing(thing: Exchange | Queue | Binding) -> Difference:
    what = named(thing)
    return Difference(Kind.MISSING, what, "does not exist", APPLY, serious=True)
