"""Speaking to RabbitMQ as a desk does, and finding out what became of it."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import orjson

from broker.domain.case import Case, resend
from broker.errors import NotPermitted
from broker.messaging import names
from broker.messaging.messages import Outgoing
from broker.ports import Client
from gateway.desk.session import DeskSession
from schemas import verbs
from schemas.envelope import CONTENT_TYPE, envelope, event_type

_LOOK_EVERY: Final = 0.1


@dataclass(frozen=True, slots=True)
class Accepted:
    """It counts; the case as it is now."""

    case: Case


@dataclass(frozen=True, slots=True)
class Rejected:
    """It changed nothing, and was parked."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Unheard:
    """It is in the queue, and nobody has handled it yet (or said so to us)."""


Answer = Accepted | Rejected | Unheard


async def say(
    office: DeskSession,
    case: Case,
    verb: str,
    data: Mapping[str, object],
    *,
    by: str,
    within: float,
) -> Answer:
    """Publish an update as ``desk.<by>``, confirmed, and wait for what becomes of it.

    Args:
        within: seconds to wait.

    Raises:
        BrokerUnavailable, Unroutable: it was not sent.
    """
    update_id = str(uuid4())
    body = envelope(
        id=update_id,
        type=event_type(verb),
        source=f"/desk/{by}",
        subject=str(case.complaint_id),
        time=office.now(),
        data=data,
    )
    before = await office.store.lines(case.complaint_id)
    async with AsyncExitStack() as stack:
        outside = await stack.enter_async_context(office.reach())
        mouth = await stack.enter_async_context(outside.client(f"desk {by}"))
        ear = await stack.enter_async_context(outside.client(f"desk {by}, listening"))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        rejection = tasks.create_task(_rejection(ear, await _tap(ear), update_id))
        await mouth.publish(
            names.UPDATES,
            names.update_key("desk", by, verb),
            body,
            content_type=CONTENT_TYPE,
            message_id=update_id,
        )
        try:
            async with asyncio.timeout(within):
                return await _answer(office, case, f"desk.{by}", verb, before, rejection)
        except TimeoutError:
            return Unheard()
        finally:
            rejection.cancel()


async def _answer(
    office: DeskSession,
    case: Case,
    speaker: str,
    verb: str,
    before: int,
    rejection: "asyncio.Task[Rejected | None]",
) -> Answer:
    """The store tells what was accepted, an event what was refused."""
    while True:
        many = await office.store.lines(case.complaint_id) - before
        new = await office.store.history(case.complaint_id, many) if many else []
        if any(line.who == speaker and line.what == verb for line in new):
            now = await office.store.find(case.complaint_id)
            return Accepted(now or case)
        await asyncio.wait({rejection}, timeout=_LOOK_EVERY)
        if rejection.done() and (said := rejection.result()) is not None:
            return said
        if rejection.done():
            await asyncio.sleep(_LOOK_EVERY)


async def _tap(ear: Client) -> str | None:
    """What is refused to a desk goes under ``rejected.-.-``; not every user may listen."""
    key = names.event_key(verbs.REJECTED, names.NOBODY, names.NOBODY)
    try:
        return await ear.tap(names.EVENTS, key=key)
    except NotPermitted:
        return None


async def _rejection(ear: Client, queue: str | None, update_id: str) -> Rejected | None:
    if queue is not None:
        async for message in ear.consume(queue):
            data = orjson.loads(message.body)["data"]
            if data["of"]["id"] == update_id:
                return Rejected(data["reason"], data["detail"])
    return None


async def send_again(office: DeskSession, case: Case) -> Outgoing | None:
    """The standing ``routed`` or ``triaged`` published anew, confirmed; None for a closed case.

    Raises:
        BrokerUnavailable, Unroutable: it was not sent.
    """
    message = resend(case, now=office.now())
    if message is not None:
        async with (
            office.reach() as outside,
            outside.broker("pintu case resend").publisher(names.EVENTS) as ours,
        ):
            await ours.publish([message])
    return message
