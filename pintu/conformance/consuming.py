"""Rules on how anybody reads its queue: what adapters and agencies have in common."""

from collections import Counter
from collections.abc import Callable
from typing import Final

from config.language import gettext, worded
from pintu.conformance.record import Record
from pintu.conformance.rule import Found, all_of, failed, not_seen, passed

MOST_PREFETCH: Final = 1000
_TOO_OFTEN: Final = 3
"""Times that a message is given back (basic.nack with requeue) and not acknowledged later."""


def reads_its_queue(record: Record) -> Found:
    """Its own queue, and no other."""
    queues = {one.queue for one in record.consumptions}
    if others := sorted(queues - {record.queue}):
        return failed(worded("it reads {others}", others=", ".join(others)))
    if record.queue not in queues:
        return not_seen(worded("it did not read {queue}", queue=record.queue))
    return passed(worded("it reads {queue}, and no other queue", queue=record.queue))


def manual_acks(record: Record) -> Found:
    wrong = [
        worded("no_ack on {queue}", queue=one.queue) for one in record.consumptions if one.no_ack
    ]
    return all_of(
        wrong, len(record.consumptions), gettext("manual acknowledgements"), _no_reading(record)
    )


def bounded_prefetch(record: Record) -> Found:
    wrong = [
        worded(
            "prefetch {value} on {queue}",
            value=one.prefetch or gettext("without a bound"),
            queue=one.queue,
        )
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
        worded("no answer: {routing_key}", routing_key=one.routing_key)
        for one in record.unanswered()
        if one.properties.message_id not in taken
    ]
    # Given back once in a while, as when an answer is refused, it comes again.
    wrong += [
        worded("given back {times} times and never acknowledged", times=times)
        for id, times in given_back.items()
        if id not in taken and times >= _TOO_OFTEN
    ]
    return all_of(
        wrong,
        len(got),
        worded("all {got} were acknowledged", got=len(got)),
        gettext("it got no message"),
    )


def takes(purpose: str, what: str) -> Callable[[Record], Found]:
    """The judgement of an event that the check gave: it is acknowledged."""

    def judge(record: Record) -> Found:
        given = record.deliveries_of(purpose)
        if not given:
            return not_seen(gettext("the check gave it none, or it did not take it from its queue"))
        answers = [one.answer for one in given]
        if bad := [one for one in answers if one in ("reject", "requeue")]:
            return failed(worded("{what}: it answered {bad}", what=gettext(what), bad=bad[0]))
        if "ack" in answers or any(one.no_ack for one in given):
            return passed(worded("{what}: acknowledged", what=gettext(what)))
        return failed(worded("{what}: not acknowledged", what=gettext(what)))

    return judge


def redelivered(record: Record) -> Found:
    """A message that was in its hands when the connection was lost comes again, and is taken."""
    given = record.deliveries_of("redelivered")
    if not any(one.cut for one in given):
        return not_seen(gettext("no message was in its hands when the connection was lost"))
    again = [one for one in given if not one.cut]
    if any(one.no_ack for one in given):
        return failed(
            gettext("it reads without acknowledgements: the message was lost with the connection")
        )
    if not again:
        return failed(gettext("it did not come back for it"))
    if any(one.answer == "ack" for one in again):
        return passed(gettext("it came again with redelivered set, and was acknowledged"))
    return failed(
        worded(
            "it came again, and the answer was {value}", value=again[-1].answer or gettext("none")
        )
    )


def _no_reading(record: Record) -> str:
    return worded("it did not read {queue}", queue=record.queue)
