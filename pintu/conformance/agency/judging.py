"""What is to be seen of an agency's system, rule by rule."""

from collections import defaultdict
from collections.abc import Callable
from typing import Final
from uuid import UUID

from broker.amqp.relay import Published
from broker.messaging import names
from config.language import gettext, marked, worded
from pintu.conformance.record import ANOTHER_WAY, Record
from pintu.conformance.rule import Found, all_of, failed, not_seen, passed
from schemas import verbs
from schemas.identifiers import tracking
from schemas.updates import BadUpdate, Update

_NOTHING: Final = marked("it said nothing")
_LEAD_ONLY: Final = (verbs.RESOLVED, verbs.HELD, verbs.RESUMED)
_NEEDS: Final = {verbs.RESOLVED: "note", verbs.HELD: "note", verbs.RETURNED: "reason"}


def own_key(record: Record) -> Found:
    found = list(record.updates())
    wrong = [
        worded("routing key {routing_key!r}", routing_key=one.routing_key[:60])
        for one, _ in found
        if not _is_own(record, one.routing_key)
    ]
    good = worded("always agency.{code}.<verb>", code=record.code)
    return all_of(wrong, len(found), good, gettext(_NOTHING))


def _is_own(record: Record, key: str) -> bool:
    who, _, verb = key.rpartition(".")
    return who == f"agency.{record.code}" and verb in verbs.AGENCY_UPDATES


def fits(record: Record) -> Found:
    """Each update can be read, whatever case it is for; its key is judged by itself."""
    found = list(record.updates())
    wrong = []
    for one, read in found:
        if isinstance(read, BadUpdate):
            if read.reason not in ("bad-key", "unknown-verb", "wrong-speaker", "no-id"):
                wrong.append(f"{one.routing_key[:60]}: {read.reason}, {read.detail}")
        elif read.warnings:
            wrong.append(f"{one.routing_key[:60]}: {read.warnings[0]}")
    return all_of(wrong, len(found), gettext("each was understood"), gettext(_NOTHING))


def has_id(record: Record) -> Found:
    found = list(record.updates())
    wrong = [
        worded("none: {routing_key}", routing_key=one.routing_key[:60])
        for one, read in found
        if _no_id(read)
    ]
    return all_of(wrong, len(found), gettext("each has one"), gettext(_NOTHING))


def _no_id(read: Update | BadUpdate) -> bool:
    return isinstance(read, BadUpdate) and (read.reason == "no-id" or read.id is None)


def unique_id(record: Record) -> Found:
    """Two different things said never have one id."""
    meant: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for _, read in record.updates():
        if isinstance(read, Update):
            meant[read.id].add((read.verb, _complaint(read)))
    wrong = [
        worded("one id for {sorted}", sorted=" and ".join(sorted(f"{verb}" for verb, _ in what)))
        for what in meant.values()
        if len(what) > 1
    ]
    return all_of(wrong, len(meant), gettext("each update has its own"), gettext(_NOTHING))


def accepted(record: Record) -> Found:
    """No refusal, save of what may have crossed the end of the case on its way."""
    number = len(list(record.updates()))
    wrong = [
        f"{one.data.get('reason')}: {one.data.get('detail')}"
        for one in record.rejections()
        if one.data.get("complaint_id") not in (record.given.get("withdrawn"), None)
        or one.data.get("reason") in ("bad-key", "unknown-case")
    ]
    return all_of(wrong, number, gettext("each was accepted"), gettext(_NOTHING))


def once(record: Record) -> Found:
    """What came twice is answered once: a second time at most under the same id."""
    came_twice = {
        purpose: record.given[purpose]
        for purpose in ("repeated complaint", "redelivered complaint")
        if purpose in record.given
    }
    wrong = []
    for purpose, complaint in came_twice.items():
        ids: dict[tuple[str, str], set[str]] = defaultdict(set)
        for read in _about(record, complaint):
            ids[read.verb, _words(read)].add(read.id)
        wrong += [
            worded(
                "{verb} on the {purpose} under {found} ids",
                verb=verb,
                purpose=purpose,
                found=len(found),
            )
            for (verb, _), found in ids.items()
            if len(found) > 1
        ]
    answered = sum(1 for one in came_twice.values() if _about(record, one))
    return all_of(
        wrong, answered, gettext("answered once"), gettext("no answer to what came twice")
    )


def _words(read: Update) -> str:
    return f"{read.note}|{read.reason}|{read.internal_note}"


def _about(record: Record, complaint: str) -> list[Update]:
    return [
        read
        for _, read in record.updates()
        if isinstance(read, Update) and _complaint(read) in _names(complaint)
    ]


def _complaint(read: Update) -> str:
    return str(read.complaint_id or read.tracking)


def _names(complaint: str) -> tuple[str, str]:
    return complaint, tracking(UUID(complaint))


def supporting(record: Record) -> Found:
    complaint = record.given.get("supporting complaint")
    if complaint is None or not record.deliveries_of("supporting"):
        return not_seen(gettext("it got no complaint in which it supports another agency"))
    wrong = [one.verb for one in _about(record, complaint) if one.verb in _LEAD_ONLY]
    if wrong:
        return failed(
            worded("it said {wrong}, which only the lead can say", wrong=", ".join(wrong))
        )
    return passed(gettext("it left the final answer to the lead"))


def after_the_end(record: Record) -> Found:
    """Nothing about a case once it has acknowledged that it ended."""
    complaint = record.given.get("withdrawn")
    ended = [
        one.answer_order
        for one in record.delivered
        if one.answer_order is not None
        and one.routing_key.split(".", 1)[0] in (verbs.WITHDRAWN, verbs.CLOSED)
        and complaint is not None
        and complaint.encode() in one.body
    ]
    if not ended or complaint is None:
        return not_seen(gettext("no case ended while it looked on"))
    late = [
        read.verb
        for one, read in record.updates()
        if isinstance(read, Update)
        and _complaint(read) in _names(complaint)
        and one.order > max(ended)
    ]
    return (
        failed(worded("it said {late} afterwards", late=late[0]))
        if late
        else passed(gettext("it said nothing more"))
    )


def works_before_ack(record: Record) -> Found:
    """Acknowledged before its answer was confirmed: that may be its books, or a loss."""
    first = next(iter(record.deliveries_of("routed")), None)
    complaint = record.given.get("complaint")
    answers = [
        one
        for one, read in record.updates()
        if complaint and isinstance(read, Update) and _complaint(read) in _names(complaint)
    ]
    if first is None or first.answer_order is None or not answers:
        return not_seen(gettext("it did not answer the first complaint by itself"))
    if _confirmed_before(answers[0], first.answer_order):
        return passed(gettext("it acknowledged the complaint after its first answer was confirmed"))
    return not_seen(
        gettext(
            "it acknowledged the complaint before its first answer was confirmed: right where the"
            " complaint was in its own books by then, which cannot be seen from outside"
        )
    )


def _confirmed_before(answer: Published, order: int) -> bool:
    if answer.link == ANOTHER_WAY:
        return answer.order < order
    return answer.outcome == "ack" and (answer.outcome_order or order) < order


def says(verb: str) -> Callable[[Record], Found]:
    """The judgement of one verb: said, with what it needs, and accepted."""

    def judge(record: Record) -> Found:
        key = names.update_key("agency", record.code, verb)
        said = [read for one, read in record.updates() if one.routing_key == key]
        if not said:
            return not_seen(gettext("it did not say so while the check waited"))
        need = _NEEDS.get(verb)
        if need and any(isinstance(read, Update) and not read.data.get(need) for read in said):
            return failed(worded("without a {need}", need=need))
        if record.mirrored(verb):
            return passed(gettext("said, and accepted"))
        return failed(gettext("said, and not accepted"))

    return judge
