"""The life of a case under any sequence of messages."""

import json
from datetime import datetime, timedelta

from broker.domain.case import (
    Applied,
    Case,
    Context,
    Early,
    Refused,
    apply,
    fire,
    from_record,
    read,
    refusal_of,
    refuse,
    to_record,
)
from broker.messaging import names
from broker.messaging.messages import Incoming
from schemas.events import Routing
from schemas.updates import BadUpdate
from schemas.verbs import AGENCY_UPDATES, CHANNEL_UPDATES, DESK_UPDATES
from tests.fuzz import seeds
from tests.fuzz.mutating import Maker
from tests.fuzz.parts import joined, split
from tests.fuzz.target import Target
from tests.fuzz.targets.messages import SAID, UPDATE_FIELDS, routed
from tests.fuzz.targets.world import NOW, clocks, message, publishable, rules

_STEPS = 8


def an_update_of(maker: Maker, complaint: str, holder: str) -> bytes:
    """A message of three parts that fits its case more often than not."""
    random = maker.random
    who = random.choice((f"agency.{holder}", "desk.admin", "channel.web", "agency.pln"))
    known = {"agency": AGENCY_UPDATES, "desk": DESK_UPDATES, "channel": CHANNEL_UPDATES}
    verb = random.choice(known[who.split(".", maxsplit=1)[0]])
    seed = {
        "specversion": "1.0",
        "id": f"u-{random.randrange(9)}",
        "source": "/somebody",
        "type": f"complaint.{verb}.v1",
        "subject": complaint,
        "time": (NOW + timedelta(hours=random.randrange(-9, 2000))).isoformat(),
        "data": dict(SAID),
    }
    if random.random() < 0.4:
        body = maker.bent_json(seed, seeds.texts(), UPDATE_FIELDS)
    else:
        body = json.dumps(seed).encode()
    header = seeds.raw_properties()[0] if random.random() < 0.5 else seeds.a_question(maker)
    return joined([f"{who}.{verb}".encode(), header, body])


def a_life(maker: Maker) -> bytes:
    """Number of the event that begins it, then steps: hours that pass, and a message."""
    random = maker.random
    which = random.randrange(len(routed()))
    event = json.loads(routed()[which].body)
    holder = event["data"].get("agency") or "dishub"
    steps = [which.to_bytes(2, "big")]
    for _ in range(random.randrange(1, _STEPS)):
        hours = random.choice((0, 0, 1, 24, 24 * 7, 24 * 40)).to_bytes(2, "big")
        steps.append(hours + an_update_of(maker, event["subject"], holder))
    return joined(steps)


def live(data: bytes) -> None:
    first, *steps = split(data, 1)
    began = routed()[int.from_bytes(first[:2], "big") % len(routed())]
    case = _after(None, began, Context(NOW, NOW, rules(), clocks()))
    now = NOW
    for step in steps:
        now += timedelta(hours=int.from_bytes(step[:2], "big"))
        case = _fired(case, now)
        said = message(step[2:], names.UPDATES)
        case = _after(case, said, Context(now, now, rules(), clocks()))


def _after(case: Case | None, incoming: Incoming, context: Context) -> Case | None:
    what = read(incoming)
    if isinstance(what, BadUpdate):
        refused = refuse(incoming, what, refusal_of(what), case=None, now=context.now)
        for out in refused:
            publishable(out)
        return case
    about = what.data.complaint_id if isinstance(what, Routing) else what.complaint_id
    known = case if case is not None and about == case.complaint_id else None
    outcome = apply(known, what, context)
    if isinstance(outcome, Early | Refused):
        why = outcome if isinstance(outcome, Refused) else Refused("unknown-case", "so it is")
        for out in refuse(incoming, what, why, case=known, now=context.now):
            publishable(out)
        return case
    if not isinstance(outcome, Applied):
        return case
    for out in outcome.publish:
        publishable(out)
    return _kept(outcome.case) if known is case else case  # else it is another case


def _kept(case: Case) -> Case:
    """As a store would give it back."""
    record = json.loads(json.dumps(to_record(case)))
    again = from_record(record)
    assert to_record(again) == to_record(case)
    return again


def _fired(case: Case | None, now: datetime) -> Case | None:
    if case is None:
        return None
    outcome = fire(case, clocks(), now=now, watermark=now)
    if outcome is None:
        return case
    for out in outcome.publish:
        publishable(out)
    return _kept(outcome.case)


TARGETS = [Target("case-life", a_life, live, weight=3)]
