"""The steps of the check of an agency's system: what it is given, and what it is asked to do."""

from collections.abc import Awaitable, Callable
from typing import Final

from broker.amqp.relay import Fault, Published
from broker.messaging import names
from config.language import gettext, marked, worded
from pintu.conformance.agency import complaints
from pintu.conformance.publishing import said_again
from pintu.conformance.rule import Verdict
from pintu.conformance.session import Session, Step
from schemas import verbs


async def _connect(session: Session) -> str | None:
    record = session.record
    reading = session.until(lambda: any(one.queue == record.queue for one in record.consumptions))
    return worded("it reads {queue}", queue=record.queue) if await reading else None


async def _complaint(session: Session) -> str | None:
    await _give(session, "routed")
    session.record.given["complaint"] = session.record.given["routed complaint"]
    key = f"agency.{session.record.code}."
    said = await session.until(lambda: any(key in one.routing_key for one in _said(session)))
    answered = await session.until(lambda: session.answered("routed"), within=5.0)
    if not said:
        return gettext("it acknowledged the complaint, and said nothing") if answered else None
    return worded(
        "it said {rpartition}", rpartition=_said(session)[0].routing_key.rpartition(".")[2]
    )


async def _repeated(session: Session) -> str | None:
    """The next complaint comes after it: once that is answered, the repeat has been handled."""
    made = complaints.a_complaint(session, "repeated")
    await session.publish(made)
    if not await session.until(lambda: session.answered("repeated")):
        return None
    await session.publish(made)
    await session.until(lambda: len(session.record.deliveries_of("repeated")) > 1)
    await _give(session, "after the repeat")
    await session.until(lambda: session.answered("after the repeat"))
    return worded(
        "it got it {deliveries_of} times",
        deliveries_of=len(session.record.deliveries_of("repeated")),
    )


async def _redelivered(session: Session) -> str | None:
    made = complaints.a_complaint(session, "redelivered")
    session.cut_once(made.message_id)
    await session.publish(made)
    if not await session.until(lambda: session.answered("redelivered")):
        return gettext("it did not come back for it") if session.record.seen.links else None
    return gettext("it connected again, and acknowledged it")


async def _unknown(session: Session) -> str | None:
    await session.publish(complaints.of_unknown_type(session))
    reached = await session.until(lambda: session.answered("unknown"))
    return gettext("it answered RabbitMQ for it") if reached else None


async def _lost(session: Session) -> str | None:
    return await _goes_wrong(session, Fault.LOSE_CONFIRM)


async def _refused(session: Session) -> str | None:
    return await _goes_wrong(session, Fault.REFUSE)


async def _goes_wrong(session: Session, fault: Fault) -> str | None:
    """Twice where it was not said again: RabbitMQ may be slow to bring the complaint back."""
    record, judge = session.record, said_again(fault, "")
    for _ in range(2):
        before, known = len(record.others), _hits(session, fault)
        session.fault_once(fault, names.UPDATES)
        await _give(session, f"goes wrong: {fault.value}")

        def hit(known: int = known, before: int = before) -> bool:
            return _hits(session, fault) > known or len(record.others) > before

        if not await session.until(hit, within=session.timeout / 2):
            continue
        if not _hits(session, fault):
            return gettext("it answered by another way, on which nothing can be made to go wrong")
        if await session.until(
            lambda: judge(record).verdict is Verdict.PASS, within=session.timeout / 2
        ):
            break
    return judge(record).saw.lstrip(": ") if _hits(session, fault) else None


def _hits(session: Session, fault: Fault) -> int:
    return sum(one.fault is fault for one in session.record.published)


async def _others(session: Session) -> str | None:
    """A reminder, a complaint that it supports, and what the reporter says."""
    record = session.record
    complaint = record.given.get("repeated complaint")
    if complaint is None:
        return None
    lead, own = complaints.supported(session, "supporting")
    await session.publish(lead, own)
    await session.publish(complaints.reminder(session, complaint))
    await session.speak(
        f"channel.{complaints.CHANNEL}",
        verbs.REPLIED,
        complaint,
        note="Terima kasih.",
        reopen=False,
    )
    heard = await session.until(
        lambda: (
            session.answered("supporting")
            and session.answered("escalated")
            and _answered_verb(session, verbs.REPLIED)
        )
    )
    return gettext("it acknowledged them") if heard else None


async def _end(session: Session) -> str | None:
    """The reporter withdraws; what it says from then on is refused."""
    record = session.record
    await _give(session, "to be withdrawn")
    if not await session.until(lambda: session.answered("to be withdrawn")):
        return None
    complaint = record.given["withdrawn"] = record.given["to be withdrawn complaint"]
    await session.speak(f"channel.{complaints.CHANNEL}", verbs.WITHDRAWN, complaint)
    heard = await session.until(
        lambda: _answered_verb(session, verbs.WITHDRAWN) and _answered_verb(session, verbs.CLOSED)
    )
    return gettext("it acknowledged the end") if heard else None


async def _returns(session: Session) -> str | None:
    await session.publish(complaints.not_theirs(session, "not theirs"))
    return await _says(session, verbs.RETURNED)


def _step(verb: str) -> Callable[[Session], Awaitable[str | None]]:
    async def run(session: Session) -> str | None:
        return await _says(session, verb)

    return run


async def _says(session: Session, verb: str) -> str | None:
    """Wait for what is said, then for what becomes of it."""
    record = session.record
    key = names.update_key("agency", record.code, verb)
    if not await session.until(lambda: any(one.routing_key == key for one in record.published)):
        return None

    def done() -> bool:
        return record.mirrored(verb) or bool(record.rejections())

    await session.until(done)
    return worded("it said {verb}", verb=verb)


async def _give(session: Session, purpose: str) -> None:
    await session.publish(complaints.a_complaint(session, purpose))


def _said(session: Session) -> list[Published]:
    return [one for one in session.record.published if one.exchange == names.UPDATES]


def _answered_verb(session: Session, verb: str) -> bool:
    return any(
        one.routing_key.startswith(f"{verb}.") and one.answer is not None
        for one in session.record.delivered
    )


STEPS: Final = (
    Step("connect", marked("start it with this address; it should read {queue}"), _connect),
    Step("complaint", marked("it gets a complaint: let it acknowledge or answer that"), _complaint),
    Step("repeated", marked("it gets a complaint, and the same event again"), _repeated),
    Step(
        "redelivered",
        marked("its connection is lost over a complaint, which comes again"),
        _redelivered,
    ),
    Step("unknown", marked("it gets an event of an unknown type"), _unknown),
    Step(
        "lost-confirm", marked("it gets a complaint; the confirm of its answer will be lost"), _lost
    ),
    Step("refused", marked("it gets a complaint; RabbitMQ will refuse its answer once"), _refused),
    Step(
        "others",
        marked("it gets a complaint in which it supports another agency, a reminder, and a reply"),
        _others,
    ),
    Step("end", marked("it gets a complaint that the reporter withdraws"), _end),
    Step("responded", marked("let it give a first answer"), _step(verbs.RESPONDED)),
    Step("resolved", marked("let it give a final answer"), _step(verbs.RESOLVED)),
    Step(
        "returned", marked("it gets a complaint that is another's: let it hand that back"), _returns
    ),
    Step("held", marked("let it ask a reporter something"), _step(verbs.HELD)),
)
