"""A refusal of RabbitMQ, in words: which object, which argument, what to do."""

import re
from collections.abc import Iterable
from typing import Final

from broker.amqp.topology.difference import APPLY, Difference, Kind
from broker.messaging.topology import Argument, Arguments, Exchange, Queue
from broker.messaging.topology import Kind as QueueKind

_RETENTION: Final = frozenset(
    {
        "x-message-ttl",
        "x-max-age",
        "x-max-length-bytes",
        "x-stream-max-segment-size-bytes",
    }
)
"""A queue that keeps more or less than the configuration now says is no danger; except that
a limit that was not asked for at all is one."""
_PLACEMENT: Final = frozenset(
    {"x-queue-leader-locator", "x-quorum-initial-group-size", "x-initial-cluster-size"}
)
_INEQUIVALENT = re.compile(
    r"inequivalent arg '(?P<name>[^']*)' for (?:queue|exchange) '.*' in vhost '.*': received "
    r"(?:the value )?(?P<wanted>'.*?'|none)(?: of type '\w+')? but current is "
    r"(?:the value )?(?P<found>'.*?'|none)(?: of type '\w+')?",
    re.DOTALL,
)


def of_queue(queue: Queue, found: Arguments) -> list[Difference]:
    """The arguments that a queue has and should not, or the other way round.

    Args:
        found: all arguments that the queue was declared with.
    """
    if any(dict(found) == dict(arguments) for arguments in queue.tolerated):
        return [tolerated(queue)]
    changed = [
        (name, queue.arguments.get(name), found.get(name))
        for name in sorted({*queue.arguments, *found} - _PLACEMENT)
        if queue.arguments.get(name) != found.get(name)
    ]
    if not changed:
        return []
    says = "; ".join(_is_and_should_be(name, is_, wanted) for name, wanted, is_ in changed)
    serious = any(_endangers(name, wanted, is_) for name, wanted, is_ in changed)
    return [Difference(Kind.DIFFERS, f"queue {queue.name}", says, _remedy(queue), serious)]


def refused_queue(queue: Queue, refusal: str) -> Difference:
    """Why RabbitMQ refused to declare a queue (AMQP 406): it names the first difference only."""
    found = _INEQUIVALENT.search(refusal)
    if found is None:
        return Difference(Kind.DIFFERS, f"queue {queue.name}", refusal, _remedy(queue), True)
    name, wanted, is_ = (_unquoted(found[group]) for group in ("name", "wanted", "found"))
    says = _is_and_should_be(name or "?", is_, wanted)
    serious = _endangers(name or "?", wanted, is_)
    return Difference(Kind.DIFFERS, f"queue {queue.name}", says, _remedy(queue), serious)


def refused_exchange(exchange: Exchange, refusal: str) -> Difference:
    """Why RabbitMQ refused to declare an exchange (AMQP 406)."""
    found = _INEQUIVALENT.search(refusal)
    says = refusal
    if found is not None:
        name, wanted, is_ = (_unquoted(found[group]) for group in ("name", "wanted", "found"))
        says = _is_and_should_be(name or "?", is_, wanted)
    return exchange_differs(exchange, [says])


def exchange_differs(exchange: Exchange, says: Iterable[str]) -> Difference:
    remedy = (
        "an exchange cannot be changed: stop the publishers, delete the exchange"
        f" (rabbitmqadmin delete exchange name={exchange.name}), then {APPLY}"
    )
    return Difference(
        Kind.DIFFERS, f"exchange {exchange.name}", "; ".join(says), remedy, serious=True
    )


def tolerated(queue: Queue) -> Difference:
    """A queue that was declared for an older RabbitMQ and is as good as it was there."""
    says = (
        "was declared for an older RabbitMQ and dead-letters at-most-once: good, but a message"
        " that is dead-lettered while the queue parked is away is lost"
    )
    return Difference(
        Kind.NOTE,
        f"queue {queue.name}",
        says,
        f"to have at-least-once: let it run empty, delete it, {APPLY}",
    )


def forbidden(what: str, refusal: str, *, exists: bool) -> Difference:
    """The user may not declare (AMQP 403)."""
    if exists:
        says = "exists; this user may not declare it, so its arguments could not be compared"
        return Difference(Kind.NOTE, what, says)
    remedy = f"{APPLY} as a user with the configure, write and read permissions"
    return Difference(Kind.MISSING, what, f"does not exist; {refusal}", remedy, serious=True)


def _endangers(name: str, wanted: Argument | None, found: Argument | None) -> bool:
    return name not in _PLACEMENT and (name not in _RETENTION or wanted is None or found is None)


def _is_and_should_be(name: str, found: object, wanted: object) -> str:
    is_ = "not set" if found is None else found
    should = "not set" if wanted is None else wanted
    return f"{name} is {is_}, should be {should}"


def _unquoted(text: str) -> str | None:
    return None if text == "none" else text.strip("'")


def _remedy(queue: Queue) -> str:
    change = "the arguments of a queue cannot be changed"
    match queue.kind:
        case QueueKind.STREAM:
            return (
                f"{change}, and deleting a stream deletes its history: set the configuration back,"
                f" or keep a copy, delete it (rabbitmqctl delete_queue {queue.name}), {APPLY}"
            )
        case QueueKind.COPY:
            return (
                f"{change}: let its reader empty it, rabbitmqctl delete_queue {queue.name}, {APPLY}"
            )
        case _:
            return (
                f"{change}: stop what feeds it, let its reader empty it,"
                f" rabbitmqctl delete_queue {queue.name} --if-empty, {APPLY}"
            )
