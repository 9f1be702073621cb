"""Rules on how anybody reads its queue: what adapters and agencies have in common."""

from collections import Counter
from collections.abc import Callable
from typing import Final

from pintu.conformance.record import Record
from pintu.conformance.rule import Found, all_of, failed, not_seen, passed

MOST_PREFETCH: Final = 1000
_TOO_OFTEN: Final = 3
"""Times that a message is given back (basic.nack with requeue) and not acknowledged later."""


def reads_its_queue(record: Record) -> Found:
    """Its own queue, and no other."""
    queues = {one.queue for one in record.consumptions}
    if others := sorted(queues - {record.queue}):
        return failed(f"it reads {', '.join(others)}")
    if record.queue not in queues:
        return not_seen(f"it did not read {record.queue}")
    return passed(f"it reads {record.queue}, and no other queue")


def manual_acks(record: Record) -> Found:
    wrong = [f"no_ack on {one.queue}" for one in record.consumptions if one.no_ack]
    return all_of(wrong, len(record.consumptions), "manual acknowledgements", _no_reading(record))


def bounded_prefetch(record: Record) -> Found:
    wrong = [
        f"prefetch {one.prefetch or 'without a bound'} on {one.queue}"
        for one in record.consumptions
        if not one.no_ack and not 0 < one.prefetch <= MOST_PREFETCH
    ]
    looked_at = [one for one in record.consumptions if not one.no_ack]
    found = sorted({one.prefetch for one in looked_at})
    good = f"prefetch {', '.join(map(str, found))}"
    return all_of(wrong, len(looked_at), good, _no_reading(record))


def acknowledges(record: Record) -> Found:
    """Everything that it got and could answer is answered, well."""
    got = [one for one in record.delivered if not one.no_ack]
    taken = {one.properties.message_id for one in got if one.answer == "ack"}
    given_back = Counter(one.properties.message_id for one in got if one.answer == "requeue")
    wrong = [f"reject: {one.routing_key}" for one in got if one.answer == "reject"]
    wrong += [
        f"no answer: {one.routing_key}"
        for one in record.unanswered()
        if one.properties.message_id not in taken
    ]
    # Given back once in a while, as when an answer is refused, it comes again.
    wrong += [
        f"given back {times} times and never acknowledged"
        for id, times in given_back.items()
        if id not in taken and times >= _TOO_OFTEN
    ]
    return all_of(wrong, len(got), f"all {len(got)} were acknowledged", "it got no message")


def takes(purpose: str, what: str) -> Callable[[Record], Found]:
    """The judgement of an event that the check gave: it is acknowledged."""

    def judge(record: Record) -> Found:
        given = record.deliveries_of(purpose)
        if not given:
            return not_seen("the check gave it none, or it did not take it from its queue")
        answers = [one.answer for one in given]
        if bad := [one for one in answers if one in ("reject", "requeue")]:
            return failed(f"{what}: it answered {bad[0]}")
        if "ack" in answers or any(one.no_ack for one in given):
            return passed(f"{what}: acknowledged")
        return failed(f"{what}: not acknowledged")

    return judge


def redelivered(record: Record) -> Found:
    """A message that was in its hands when the connection was lost comes again, and is taken."""
    given = record.deliveries_of("redelivered")
    if not any(one.cut for one in given):
        return not_seen("no message was in its hands when the connection was lost")
    again = [one for one in given if not one.cut]
    if any(one.no_ack for one in given):
        return failed("it reads without acknowledgements: the message was lost with the connection")
    if not again:
        return failed("it did not come back for it")
    if any(one.answer == "ack" for one in again):
        return passed("it came again with redelivered set, and was acknowledged")
    return failed(f"it came again, and the answer was {again[-1].answer or 'none'}")


def _no_reading(record: Record) -> str:
    return f"it did not read {record.queue}"
