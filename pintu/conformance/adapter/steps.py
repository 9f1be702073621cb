"""The steps of an adapter's check: what it is asked to do, and what it is given."""

from typing import Final
from uuid import uuid4

from broker.amqp.relay import Fault, Published
from broker.messaging import names
from broker.messaging.messages import Outgoing
from config.language import gettext, marked, worded
from pintu.conformance.adapter.following import first_case, hand_to_an_agency
from pintu.conformance.publishing import said_again
from pintu.conformance.record import ANOTHER_WAY
from pintu.conformance.rule import Verdict
from pintu.conformance.session import Session, Step
from schemas import verbs
from schemas.identifiers import tracking


async def _connect(session: Session) -> str | None:
    links = session.record.seen.links
    if not await session.until(lambda: any(link.opened for link in links)):
        return None
    link = next(link for link in links if link.opened)
    return worded(
        "it connected ({value})",
        value=link.product or gettext("a client that does not say its name"),
    )


async def _submit(session: Session) -> str | None:
    record = session.record
    if not await session.until(lambda: bool(record.published)):
        return None
    first = record.published[0]
    way = gettext(", by another way than this check's address") if first.link == ANOTHER_WAY else ""
    return worded(
        "a message of {size} bytes came in under {routing_key!r}{way}",
        size=first.size,
        routing_key=first.routing_key[:60],
        way=way,
    )


async def _lost(session: Session) -> str | None:
    return await _goes_wrong(session, Fault.LOSE_CONFIRM)


async def _refused(session: Session) -> str | None:
    return await _goes_wrong(session, Fault.REFUSE)


async def _goes_wrong(session: Session, fault: Fault) -> str | None:
    record = session.record
    before = len(record.others)
    session.fault_once(fault, names.INTAKE)

    def hit() -> Published | None:
        return next((one for one in record.published if one.fault is fault), None)

    if not await session.until(lambda: hit() is not None or len(record.others) > before):
        return None
    if hit() is None:
        return gettext("a complaint came by another way, on which nothing can be made to go wrong")
    judge = said_again(fault, "")
    await session.until(lambda: judge(record).verdict is Verdict.PASS)
    return judge(record).saw.lstrip(": ")


async def _listen(session: Session) -> str | None:
    record = session.record
    reading = session.until(lambda: any(one.queue == record.queue for one in record.consumptions))
    if not await reading:
        return None
    if not await session.until(lambda: any(one.answer == "ack" for one in record.delivered)):
        return worded("it reads {queue}, and acknowledged nothing", queue=record.queue)
    return worded(
        "it reads {queue}, and acknowledged what became of a complaint", queue=record.queue
    )


async def _events(session: Session) -> str | None:
    """What an adapter may meet, one after the other; the last one with the connection lost."""
    record = session.record
    if not any(one.queue == record.queue for one in record.consumptions):
        return None
    unknown = _event(session, verbs.CLOSED, str(uuid4()), {"of": _of(session)}, kind="celebrated")
    foreign = _event(session, verbs.ACKNOWLEDGED, *_acknowledged(session))
    complaint, data = _acknowledged(session)
    del data["of"]
    anonymous = _event(session, verbs.ACKNOWLEDGED, complaint, data)
    repeated = _event(session, verbs.ACKNOWLEDGED, *_acknowledged(session))
    last = _event(session, verbs.ACKNOWLEDGED, *_acknowledged(session))
    given = {
        "unknown": unknown,
        "foreign": foreign,
        "anonymous": anonymous,
        "repeated": repeated,
        "redelivered": last,
    }
    record.given |= {purpose: one.message_id for purpose, one in given.items()}
    for one in (unknown, foreign, anonymous, repeated, repeated):
        await session.publish(one)

    def all_answered() -> bool:
        return all(session.answered(purpose) for purpose in given if purpose != "redelivered")

    await session.until(lambda: all_answered() and len(record.deliveries_of("repeated")) > 1)
    session.cut_once(last.message_id)
    await session.publish(last)
    await session.until(lambda: session.answered("redelivered"))
    taken = sum(session.answered(purpose) for purpose in given)
    return worded("it answered {taken} of {given} kinds of events", taken=taken, given=len(given))


def _event(
    session: Session, verb: str, complaint: str, data: dict[str, object], kind: str | None = None
) -> Outgoing:
    return session.event(
        verb, complaint, data, agency=session.other, channel=session.record.code, kind=kind
    )


def _of(session: Session) -> dict[str, object]:
    return {"source": f"/channels/{session.record.code}", "id": str(uuid4())}


def _acknowledged(session: Session) -> tuple[str, dict[str, object]]:
    complaint = uuid4()
    data: dict[str, object] = {
        "complaint_id": str(complaint),
        "tracking": tracking(complaint),
        "agency": session.other,
        "agency_name": session.other,
        "by": f"agency.{session.other}",
        "of": _of(session),
    }
    return str(complaint), data


async def _replied(session: Session) -> str | None:
    case = await first_case(session)
    if case is None:
        return None
    complaint, agency = case
    who = f"agency.{agency}" if agency else "desk.check"
    await session.speak(who, verbs.HELD, complaint, note="Lampu yang mana? Mohon dijelaskan.")
    return await _said(session, verbs.REPLIED)


async def _accepted(session: Session) -> str | None:
    case = await first_case(session)
    if case is None:
        return None
    complaint, agency = case
    agency = agency or await hand_to_an_agency(session, complaint)
    await session.speak(f"agency.{agency}", verbs.RESOLVED, complaint, note="Sudah ditangani.")
    return await _said(session, verbs.ACCEPTED)


async def _withdrawn(session: Session) -> str | None:
    return await _said(session, verbs.WITHDRAWN)


async def _said(session: Session, verb: str) -> str | None:
    """Wait for what is said, then for what becomes of it."""
    record = session.record
    key = names.update_key("channel", record.code, verb)
    if not await session.until(lambda: any(one.routing_key == key for one in record.published)):
        return None
    before = len(record.rejections())

    def done() -> bool:
        return record.mirrored(verb) or len(record.rejections()) > before

    await session.until(done)
    return worded("it said {verb} for the reporter", verb=verb)


STEPS: Final = (
    Step("connect", marked("start the adapter with this address"), _connect),
    Step("submit", marked("let a citizen complain by channel {code}"), _submit),
    Step(
        "lost-confirm",
        marked("let another one complain: the connection will be lost before the confirm"),
        _lost,
    ),
    Step("refused", marked("and another one: RabbitMQ will refuse the message once"), _refused),
    Step("listen", marked("it should read {queue} and acknowledge what became of them"), _listen),
    Step(
        "events",
        marked(
            "it gets an unknown type, a strange complaint, an anonymous one and the same event"
            " twice, and loses its connection over another"
        ),
        _events,
    ),
    Step(
        "replied",
        marked("the agency asks about the first complaint: let the reporter answer"),
        _replied,
    ),
    Step("accepted", marked("the agency has resolved it: let the reporter be content"), _accepted),
    Step("withdrawn", marked("let a reporter withdraw a complaint"), _withdrawn),
)
