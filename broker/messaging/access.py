"""Who may do what on RabbitMQ, as data: a user for each that speaks AMQP
(docs/how-to/give-access.md).

RabbitMQ authorises names of exchanges and queues (permissions), and on a topic exchange the routing
key (topic permissions). A user without a topic permission for an exchange may use every key there:
so each has one for every topic exchange that it may write to. Nothing here talks to a broker.
"""

from collections.abc import Iterable
from typing import Final

from broker.messaging import names
from broker.messaging.permissions import ANY_KEY, Access, Keys
from schemas import verbs

AMQ_DEFAULT: Final = "amq.default"
"""What permissions call the default exchange. Who may write there may write to any queue."""

ROUTER: Final = "router"
CASES: Final = "cases"
ESCALATIONS: Final = "escalations"
GATEWAY: Final = "gateway"
MAIL: Final = "mail"
WEBHOOKS: Final = "webhooks"
ALL: Final = "all"
DESK: Final = "desk"
OPERATOR: Final = "operator"
MONITOR: Final = "monitor"
AUDITOR: Final = "auditor"
NOTIFIER: Final = "notifier"

_FIXED: Final = frozenset(
    (
        *(ROUTER, CASES, ESCALATIONS, GATEWAY, MAIL, WEBHOOKS, ALL),
        *(DESK, OPERATOR, MONITOR, AUDITOR, NOTIFIER),
    )
)
_MONITORING: Final = "monitoring"
_ROUTER_SAYS: Final = (verbs.ROUTED, verbs.TRIAGED, verbs.REJECTED)
_ANY_CHANNEL: Final = "^[a-z][a-z0-9-]*$"
_GATEWAY_SPEAKS: Final = r"^(agency|channel|desk)\."
"""For whoever has shown a key of theirs, or has signed in."""
_GATEWAY_SAYS: Final = (verbs.DISCARDED,)
"""Of what people of the desk did with parked messages."""
_CASES_SAY: Final = (*verbs.EVENTS, verbs.JOINED)
_ESCALATIONS_SAY: Final = (verbs.ESCALATED, verbs.OVERDUE, verbs.RESUMED, verbs.CLOSED)
_OBJECTS: Final = (
    names.INTAKE,
    names.UPDATES,
    names.EVENTS,
    names.PARKED_EXCHANGE,
    names.ROUTER_QUEUE,
    names.CASES_QUEUE,
    names.TRIAGE_QUEUE,
    names.ESCALATIONS_QUEUE,
    names.MAIL_QUEUE,
    names.AUDIT_STREAM,
    names.PARKED_QUEUE,
)
_ALL_READ: Final = (
    names.ROUTER_QUEUE,
    names.CASES_QUEUE,
    names.AUDIT_STREAM,
    names.PARKED_QUEUE,
)
_FAMILIES: Final = (names.agency_queue(""), names.channel_queue(""))
"""What the names of queues begin with of which there is one for each agency or channel."""


def accesses(
    agencies: Iterable[str],
    channels: Iterable[str],
    *,
    persons: Iterable[str] = (),
    mailed: Iterable[str] = (),
    in_one_process: bool = False,
) -> tuple[Access, ...]:
    """Every user, those of this system first.

    Args:
        agencies, channels: codes.
        persons: of the desk who get a user of their own; codes, as in `desk.<name>.<verb>`.
        mailed: queues that the mails are made of, by the contacts (``mail_queues``).
        in_one_process: for `pintu run all`, one user instead of one for each part.
    """
    queues = tuple(mailed)
    return (
        *((_all(queues),) if in_one_process else _parts(queues)),
        _operator(),
        _desk(DESK, "the desk, whichever person speaks", r"^desk\."),
        *(_desk(_person(name), f"{name} of the desk", rf"^desk\.{name}\.") for name in persons),
        Access(MONITOR, "monitoring; sees, and changes nothing", tags=(_MONITORING,)),
        Access(AUDITOR, "reads the audit trail", read=exactly(names.AUDIT_STREAM)),
        Access(NOTIFIER, "notifies people of rungs", read=exactly(names.ESCALATIONS_QUEUE)),
        *(_adapter(code) for code in dict.fromkeys(channels)),
        *(_agency(code) for code in dict.fromkeys(agencies)),
    )


def is_ours(user: str) -> bool:
    """Whether a user of this name is one of ours, of whatever agency, channel or person."""
    family, _, code = user.partition(".")
    if not code:
        return user in _FIXED
    return family in ("agency", "channel", "desk") and names.is_code(code)


def exactly(*names: str) -> str:
    """The regular expression that matches these names and no other."""
    return f"^({'|'.join(map(_escaped, names))})$" if len(names) > 1 else f"^{_escaped(*names)}$"


def _parts(mailed: tuple[str, ...]) -> tuple[Access, ...]:
    return (_router(), _cases(), _escalations(), _gateway(), _webhooks(), _mail(mailed))


def _router() -> Access:
    return Access(
        ROUTER,
        "pintu run router",
        # A complaint without an id goes to the intake once more, under a fresh one.
        write=exactly(names.EVENTS, names.INTAKE, names.PARKED_EXCHANGE, AMQ_DEFAULT),
        read=exactly(names.ROUTER_QUEUE),
        keys=(Keys(names.EVENTS, _saying(_ROUTER_SAYS)), Keys(names.INTAKE, ANY_KEY)),
        tags=(_MONITORING,),
        limits=None,
    )


def _cases() -> Access:
    return Access(
        CASES,
        "pintu run cases",
        write=exactly(names.EVENTS, names.PARKED_EXCHANGE, AMQ_DEFAULT),
        # Of the audit trail it reads the end, to see whether its store is older.
        read=exactly(names.CASES_QUEUE, names.AUDIT_STREAM),
        keys=(Keys(names.EVENTS, _saying(_CASES_SAY)),),
        tags=(_MONITORING,),
        limits=None,
    )


def _escalations() -> Access:
    return Access(
        ESCALATIONS,
        "pintu run escalations",
        write=exactly(names.EVENTS, AMQ_DEFAULT),
        keys=(Keys(names.EVENTS, _saying(_ESCALATIONS_SAY)),),
        tags=(_MONITORING,),
        limits=None,
    )


def _gateway() -> Access:
    return Access(
        GATEWAY,
        "pintu run gateway",
        # What is parked goes back to where it came from: to the intake under the key that it had,
        # or straight to the queue that it was taken from.
        write=exactly(names.INTAKE, names.UPDATES, names.EVENTS, AMQ_DEFAULT),
        read=exactly(names.PARKED_QUEUE),
        keys=(
            Keys(names.INTAKE, ANY_KEY),
            Keys(names.UPDATES, _GATEWAY_SPEAKS),
            Keys(names.EVENTS, _saying(_GATEWAY_SAYS)),
        ),
        tags=(_MONITORING,),
        limits=None,
    )


def _mail(queues: tuple[str, ...]) -> Access:
    return Access(
        MAIL,
        "pintu run mail",
        # What it cannot read is parked.
        write=exactly(names.PARKED_EXCHANGE),
        read=exactly(*dict.fromkeys((names.MAIL_QUEUE, *queues))),
        tags=(_MONITORING,),
        limits=None,
    )


def _webhooks() -> Access:
    return Access(
        WEBHOOKS,
        "pintu run webhooks",
        # The default exchange for its probe alone.
        write=exactly(names.PARKED_EXCHANGE, AMQ_DEFAULT),
        read=f"^({_anybodys()})$",
        tags=(_MONITORING,),
        limits=None,
    )


def _anybodys() -> str:
    """Queues of agencies and channels: for which of them there is an endpoint is not known here."""
    return "|".join(f"{_escaped(each)}[a-z0-9-]+" for each in _FAMILIES)


def _all(mailed: tuple[str, ...]) -> Access:
    read = dict.fromkeys((*_ALL_READ, *mailed))
    exchanges = (names.EVENTS, names.INTAKE, names.UPDATES, names.PARKED_EXCHANGE)
    return Access(
        ALL,
        "pintu run all",
        write=exactly(*exchanges, AMQ_DEFAULT),
        read=f"^({'|'.join(map(_escaped, read))}|{_anybodys()})$",
        keys=(
            Keys(names.EVENTS, _saying((*_CASES_SAY, *_GATEWAY_SAYS))),
            Keys(names.INTAKE, ANY_KEY),
            Keys(names.UPDATES, _GATEWAY_SPEAKS),
        ),
        tags=(_MONITORING,),
        limits=None,
    )


def _operator() -> Access:
    """Declares the topology, replays what is parked, sends complaints again. To bind takes write
    on the queue and read on the exchange; to name a dead-letter exchange, write on that."""
    objects = "|".join((*map(_escaped, _OBJECTS), *(f"{_escaped(each)}.+" for each in _FAMILIES)))
    return Access(
        OPERATOR,
        "operators: pintu topology, pintu parked, pintu case resend",
        configure=f"^({objects})$",
        write=f"^({objects}|{_escaped(AMQ_DEFAULT)})$",
        read=f"^({objects})$",
        keys=tuple(Keys(name, ANY_KEY) for name in (names.INTAKE, names.UPDATES, names.EVENTS)),
        tags=(_MONITORING,),
    )


def _desk(user: str, who: str, keys: str) -> Access:
    return Access(
        user,
        who,
        write=exactly(names.UPDATES),
        read=exactly(names.TRIAGE_QUEUE),
        keys=(Keys(names.UPDATES, keys),),
    )


def _person(name: str) -> str:
    if not names.is_code(name):
        raise ValueError(
            f"{name!r} has not the form of a name: lower-case letters, digits and hyphens, a letter"
            " first"
        )
    return f"{DESK}.{name}"


def _adapter(channel: str) -> Access:
    return Access(
        names.channel_queue(channel),
        f"the adapter of channel {channel}",
        write=exactly(names.INTAKE, names.UPDATES),
        read=exactly(names.channel_queue(channel)),
        keys=(
            Keys(names.INTAKE, rf"^{channel}(\..*)?$"),
            Keys(names.UPDATES, rf"^channel\.{channel}\."),
        ),
    )


def _agency(code: str) -> Access:
    return Access(
        names.agency_queue(code),
        f"the system of agency {code}",
        write=exactly(names.UPDATES),
        read=exactly(names.agency_queue(code)),
        keys=(Keys(names.UPDATES, rf"^agency\.{code}\."),),
    )


def _saying(said: Iterable[str]) -> str:
    return rf"^({'|'.join(said)})\."


def _escaped(name: str) -> str:
    """Of the signs that our names have, the dot alone means something else in a pattern."""
    return name.replace(".", r"\.")
