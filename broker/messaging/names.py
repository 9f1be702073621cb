"""Names of exchanges, queues and routing keys: the one module that builds them.

The names are the public face of the program (docs/reference/contract/rabbitmq.md): changing one
breaks every adapter and agency system that is connected.
"""

import re
from functools import lru_cache
from typing import Final

INTAKE: Final = "complaints.intake"
UPDATES: Final = "complaints.updates"
EVENTS: Final = "complaints.events"
PARKED_EXCHANGE: Final = "complaints.parked"
DEFAULT_EXCHANGE: Final = ""
"""RabbitMQ's own: the routing key is the name of a queue. Nobody from outside may publish there."""

ROUTER_QUEUE: Final = "router.intake"
CASES_QUEUE: Final = "cases"
TRIAGE_QUEUE: Final = "triage"
ESCALATIONS_QUEUE: Final = "escalations"
MAIL_QUEUE: Final = "mail"
AUDIT_STREAM: Final = "audit"
PARKED_QUEUE: Final = "parked"

TRIAGE: Final = "triage"
"""The agency word of a routing key while there is no agency yet."""
NOBODY: Final = "-"
"""The agency word of a routing key where there can be no agency."""
OTHER_CHANNEL: Final = "other"
"""The channel of a routing key from which no channel code can be made."""

_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")
_NOT_CODE = re.compile(r"[^a-z0-9]+")


def is_code(word: str) -> bool:
    """Whether ``word`` has the form of an agency's or a channel's code."""
    return _CODE.fullmatch(word) is not None


def agency_queue(agency: str) -> str:
    return f"agency.{agency}"


def channel_queue(channel: str) -> str:
    return f"channel.{channel}"


def event_key(verb: str, agency: str | None, channel: str) -> str:
    """The routing key of an event: ``<verb>.<agency>.<channel>``; no agency is ``triage``."""
    return f"{verb}.{agency or TRIAGE}.{channel}"


def update_key(who: str, name: str, verb: str) -> str:
    """The routing key of an update: who is ``agency``, ``desk`` or ``channel``."""
    return f"{who}.{name}.{verb}"


@lru_cache(maxsize=1024)
def channel_of(routing_key: str) -> tuple[str, bool]:
    """The channel that an intake routing key names, and whether it was well formed.

    Further words of the key are ignored. A word that is no code is made one
    (lower case, other characters to hyphens); one that cannot be is ``other``.
    """
    word = routing_key.split(".", 1)[0]
    if is_code(word):
        return word, True
    return nearest_code(word) or OTHER_CHANNEL, False


def nearest_code(word: str) -> str | None:
    """The code that a word comes closest to: lower case, hyphens for other characters, 40 of them;
    None where that is none either."""
    made = _NOT_CODE.sub("-", word.lower()).strip("-")[:40].rstrip("-")
    return made if is_code(made) else None
