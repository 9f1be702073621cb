"""Speaking to RabbitMQ as a desk does, and finding out what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from broker.domain.case import Case, resend
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.ports import Client
from gateway.desk.session import DeskSession
from schemas.envelope import CONTENT_TYPE, envelope, event_type
from schemas.limits import CONVERSATION_NEWEST
from schemas.receipt import ReceivedData, read_receipt


@dataclass(frozen=True, slots=True)
class Accepted:
    """It counts; the case as it is now."""

    case: Case


@dataclass(frozen=True, slots=True)
class Unchanged:
    """It counts, and the case is as it was: it says what holds already."""

    case: Case


@dataclass(frozen=True, slots=True)
class Rejected:
    """It changed nothing, and was parked."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Unheard:
    """It is in the queue, and nobody has handled it yet (or said so to us)."""


Answer = Accepted | Unchanged | Rejected | Unheard


async def say(
    office: DeskSession,
    case: Case,
    verb: str,
    data: Mapping[str, object],
    *,
    by: str,
    within: float,
) -> Answer:
    """Publish an update as ``desk.<by>``, confirmed, and wait for the receipt of it.

    Args:
        within: seconds to wait.

    Raises:
        BrokerUnavailable, Unroutable: it was not sent.
    """
    before = await office.store.lines(case.complaint_id)
    async with office.reach() as outside, outside.client(f"desk {by}") as client:
        receipt = await request(
            client, case, verb, data, by=by, id=str(uuid4()), at=office.now(), within=within
        )
    if receipt is None or receipt.outcome == "waiting":
        # A case consumer of an earlier version gives none, and one may be lost.
        taken_in = await _taken_in(office, case, f"desk.{by}", verb, before)
        return Accepted(await _now(office, case)) if taken_in else Unheard()
    if receipt.outcome == "refused":
        return Rejected(receipt.reason or "", receipt.detail or "")
    now = await _now(office, case)
    # A repeat is one of which nobody could tell us that it was taken in.
    return Unchanged(now) if receipt.outcome == "unchanged" else Accepted(now)


async def request(
    client: Client,
    case: Case,
    verb: str,
    data: Mapping[str, object],
    *,
    by: str,
    id: str,
    at: datetime,
    within: float,
) -> ReceivedData | None:
    """Publish one update as ``desk.<by>``, confirmed; its receipt, or None where none came."""
    body = envelope(
        id=id,
        type=event_type(verb),
        source=f"/desk/{by}",
        subject=str(case.complaint_id),
        time=at,
        data=data,
    )
    answer = await client.request(
        names.UPDATES,
        names.update_key("desk", by, verb),
        body,
        content_type=CONTENT_TYPE,
        message_id=id,
        within=within,
    )
    return None if answer is None else read_receipt(answer.body)


async def _taken_in(office: DeskSession, case: Case, speaker: str, verb: str, before: int) -> bool:
    """Whether the history says so, of which so many lines are older."""
    many = await office.store.lines(case.complaint_id) - before
    new = await office.store.history(case.complaint_id, many) if many > 0 else []
    return any(line.who == speaker and line.what == verb for line in new)


async def _now(office: DeskSession, case: Case) -> Case:
    return await office.store.find(case.complaint_id) or case


async def send_again(office: DeskSession, case: Case) -> Outgoing | None:
    """The standing ``routed`` or ``triaged`` published anew, confirmed; None for a closed case.

    Raises:
        BrokerUnavailable, Unroutable: it was not sent.
    """
    message = resend(await told(case, office), now=office.now())
    if message is not None:
        async with (
            office.reach() as outside,
            outside.broker("pintu case resend").publisher(names.EVENTS) as ours,
        ):
            await ours.publish([message])
    return message


async def told(case: Case, office: DeskSession) -> Case:
    """The case with what was said in it, as it goes on to an agency."""
    said = await office.store.conversation(case.complaint_id, CONVERSATION_NEWEST)
    return replace(case, conversation=tuple(said))
