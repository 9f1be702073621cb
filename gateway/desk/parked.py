"""What ``pintu parked`` does with the messages; the commands themselves are in ``parked``."""

import base64
import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import uuid4

from broker.errors import BrokerUnavailable, NotPermitted
from broker.messaging.parking import properties_json
from broker.messaging.parking.origin import Origin
from broker.messaging.parking.unpark import (
    Edited,
    Parked,
    Replay,
    discarded,
    id_of_its_own,
    replay,
)
from broker.ports import ParkedMessages
from config.broker_sentences import told
from config.language import gettext, worded
from gateway.text.printable import printable

_BATCH: Final = 100
Wanted = Callable[[Parked], bool]


def bearing(*ids: str) -> Wanted:
    """Messages with one of these ids."""
    wanted = frozenset(ids)
    return lambda parked: parked.id in wanted


def like(text: str) -> Wanted:
    """Messages whose id starts with it, or with that message_id."""
    return lambda parked: (
        (bool(text) and parked.id.startswith(text)) or parked.message.properties.message_id == text
    )


def having(reason: str | None) -> Wanted:
    """Messages parked for that reason; all, where there is none."""
    code = None if reason is None else reason.replace("_", "-")
    return lambda parked: code is None or parked.reason == code


async def rows(
    messages: ParkedMessages, wanted: Wanted, limit: int
) -> tuple[list[dict[str, object]], int]:
    """The first ``limit`` messages wanted, as rows, and how many more there are or may be."""
    found: list[dict[str, object]] = []
    more = 0
    async for parked in messages:
        if wanted(parked):
            if len(found) < limit:
                found.append(_row(parked))
            else:
                more += 1
    return found, more + messages.unseen


async def first(messages: ParkedMessages, wanted: Wanted) -> Parked | None:
    """The first message wanted."""
    found = None
    async for parked in messages:
        if found is None and wanted(parked):
            found = parked
    return found


async def give_back(messages: ParkedMessages, wanted: Wanted) -> tuple[int, Counter[str]]:
    """Send messages to where they came from; how many, and why the others stay.

    Raises:
        BrokerUnavailable: it says how many were sent back before, and what becomes of the others.
    """
    done, failed = 0, Counter[str]()
    batch: dict[str, tuple[Replay, Parked]] = {}
    async for parked in messages:
        if not wanted(parked):
            continue
        if (message := replay(parked, id_of_its_own(parked) or str(uuid4()))) is None:
            failed[gettext("nobody knows where it came from")] += 1
            continue
        message_id = message.properties.message_id or ""
        if message_id in batch or len(batch) == _BATCH:
            done += await _send(messages, batch, failed, done)
        batch[message_id] = (message, parked)
    done += await _send(messages, batch, failed, done)
    _count_unseen(messages, failed)
    return done, failed


async def _send(
    messages: ParkedMessages,
    batch: dict[str, tuple[Replay, Parked]],
    failed: Counter[str],
    before: int,
) -> int:
    """Send a batch and empty it; how many went, the others are counted in ``failed``."""
    try:
        refusals = await messages.give_back(list(batch.values()))
    except BrokerUnavailable as why:
        kind = NotPermitted if isinstance(why, NotPermitted) else BrokerUnavailable
        raise kind(
            worded(
                "{why}; {before} were sent back before, of {batch} more nobody knows: "
                "what of these stays parked may come twice, under the id that it has",
                why=told(why),
                before=before,
                batch=len(batch),
            )
        ) from why
    for refusal, (back, _) in zip(refusals, batch.values(), strict=True):
        if refusal is not None:
            failed[f"{printable(f'{back.exchange}/{back.routing_key}')}: {told(refusal)}"] += 1
    batch.clear()
    return refusals.count(None)


async def discard(
    messages: ParkedMessages, wanted: Wanted, reason: str, by: str, at: datetime
) -> tuple[int, Counter[str]]:
    """Throw messages away, each with an event for the audit trail."""
    done, failed = 0, Counter[str]()
    async for parked in messages:
        if wanted(parked):
            event = discarded(parked, reason=reason, by=by, at=at, nth=done)
            if (refusal := await messages.discard(event, parked)) is not None:
                failed[told(refusal)] += 1
            else:
                done += 1
    _count_unseen(messages, failed)
    return done, failed


async def send_edited(
    messages: ParkedMessages, parked_id: str, edited: Edited, reason: str, by: str, at: datetime
) -> tuple[int, Counter[str]]:
    """Send what was made of a message in its place; the first of that id, if it is still there."""
    done, failed = 0, Counter[str]()
    async for parked in messages:
        if parked.id == parked_id and not done and not failed:
            event = discarded(parked, reason=reason, by=by, at=at, edited=edited)
            refusal = await messages.replace(event, edited.message, parked)
            done += refusal is None
            if refusal is not None:
                failed[told(refusal)] += 1
    return done, failed


def _count_unseen(messages: ParkedMessages, failed: Counter[str]) -> None:
    if messages.unseen:
        failed[gettext("not looked at: one reader cannot hold so many")] += messages.unseen


def whole(parked: Parked) -> dict[str, object]:
    """All that is known of a message; the body as text, or in base64 where it is not UTF-8."""
    everything = _row(parked)
    everything["properties"] = json.loads(properties_json.as_json(parked.original))
    if parked.missing:
        everything["properties_missing"] = parked.missing
    try:
        everything["body"] = parked.message.body.decode()
    except UnicodeDecodeError:
        everything["body_base64"] = base64.b64encode(parked.message.body).decode()
    return everything


def _row(parked: Parked) -> dict[str, object]:
    goes = parked.destination
    return {
        "id": parked.id,
        "reason": parked.reason,
        "detail": parked.detail,
        "way": parked.way.value,
        "from": _text(parked.origin),
        "to": _text(None if goes is None else goes.to),
        "replayed_as": _text(None if goes is None else goes.replayed_as),
        "at": None if parked.at is None else parked.at.isoformat(),
        "size": parked.size,
        "message_id": parked.message.properties.message_id,
    }


def _text(place: Origin | None) -> str | None:
    return None if place is None else str(place)
