"""A refusal of RabbitMQ, in words: which object, which argument, what to do."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from broker.amqp.topology.difference import APPLY, Difference, Kind
from broker.messaging.topology import LEADER_LOCATOR, Argument, Arguments, Exchange, Queue
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
    {LEADER_LOCATOR, "x-quorum-initial-group-size", "x-initial-cluster-size"}
)
"""Where members begin is the operator's business, and they may move at any time."""
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
    wanted, is_ = _without_placement(queue.arguments), _without_placement(found)
    if is_ == wanted:
        return []
    if any(is_ == _without_placement(arguments) for arguments in queue.tolerated):
        return [_from_older_broker(queue)]
    changed = [
        (name, wanted.get(name), is_.get(name))
        for name in sorted({*wanted, *is_})
        if wanted.get(name) != is_.get(name)
    ]
    says = "; ".join(_is_and_should_be(name, found, wanted) for name, wanted, found in changed)
    serious = any(_endangers(name, wanted, found) for name, wanted, found in changed)
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


def most_telling(queue: Queue, refusals: Sequence[tuple[Arguments, str]]) -> str:
    """Of refusals of a queue's own and its tolerated arguments, the one to be explained.

    RabbitMQ names the first difference only; behind one in where its leader is to be there may
    stand one that endangers messages.
    """
    own = _without_placement(queue.arguments)
    same = [refusal for arguments, refusal in refusals if _without_placement(arguments) == own]
    return next((refusal for refusal in same if not _about_placement(refusal)), same[0])


def _about_placement(refusal: str) -> bool:
    found = _INEQUIVALENT.search(refusal)
    return found is not None and found["name"] in _PLACEMENT


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


def tolerated(queue: Queue, arguments: Arguments) -> Difference | None:
    """What is to be said of a queue that stands under these of its tolerated arguments.

    Nothing where they leave open where its leader is to be: that spreads by a command.
    """
    if _without_placement(arguments) == _without_placement(queue.arguments):
        return None
    return _from_older_broker(queue)


def _without_placement(arguments: Arguments) -> dict[str, Argument]:
    return {name: value for name, value in arguments.items() if name not in _PLACEMENT}


def _from_older_broker(queue: Queue) -> Difference:
    """It was declared for an older RabbitMQ and is as good as it was there."""
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
