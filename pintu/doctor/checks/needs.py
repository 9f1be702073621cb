"""What a user of this program needs on RabbitMQ, by the parts that run as it."""

from dataclasses import dataclass
from typing import Final

from broker.messaging import names
from schemas import verbs

DEFAULT_EXCHANGE: Final = "amq.default"
"""What permissions call the exchange without a name: watermarks and probes go through it."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Names that it must be able to write and read, the verbs of its events, and whom it speaks
    for on the updates."""

    write: tuple[str, ...]
    read: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    speaks: tuple[str, ...] = ()


_SPEAKS: Final = ("agency.dinas.acknowledged", "channel.web.replied", "desk.rina.assigned")
"""Keys such as those of whoever has shown a key of theirs, or has signed in."""
_FIRED: Final = (verbs.ESCALATED, verbs.OVERDUE, verbs.RESUMED, verbs.CLOSED)
OF_PART: Final = {
    "router": Needs(
        (names.EVENTS, names.INTAKE, names.PARKED_EXCHANGE, DEFAULT_EXCHANGE),
        (names.ROUTER_QUEUE,),
        (verbs.ROUTED, verbs.TRIAGED, verbs.REJECTED),
    ),
    "cases": Needs(
        (names.EVENTS, names.PARKED_EXCHANGE, DEFAULT_EXCHANGE),
        (names.CASES_QUEUE, names.AUDIT_STREAM),
        (*verbs.EVENTS, verbs.JOINED),
    ),
    "escalations": Needs((names.EVENTS, DEFAULT_EXCHANGE), (), _FIRED),
    "gateway": Needs(
        (names.INTAKE, names.UPDATES, names.EVENTS, DEFAULT_EXCHANGE),
        (names.PARKED_QUEUE,),
        (verbs.DISCARDED,),
        _SPEAKS,
    ),
    "mail": Needs((names.PARKED_EXCHANGE,), (names.MAIL_QUEUE,)),
    "webhooks": Needs((names.PARKED_EXCHANGE, DEFAULT_EXCHANGE)),
}
"""Of a user that is called as the part: it is taken for that part's alone."""
OF_ALL: Final = Needs(
    (names.EVENTS, names.INTAKE, names.UPDATES, names.PARKED_EXCHANGE, DEFAULT_EXCHANGE),
    (names.ROUTER_QUEUE, names.CASES_QUEUE, names.AUDIT_STREAM, names.PARKED_QUEUE),
    (*verbs.EVENTS, verbs.JOINED, verbs.DISCARDED),
    _SPEAKS,
)
"""Of a user of any other name: everything may run as it."""
