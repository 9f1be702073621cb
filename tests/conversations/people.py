"""Reporters, agencies and a desk that say anything in any order, out of one seed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from broker.messaging import names
from broker.messaging.messages import Outgoing
from schemas.identifiers import tracking
from tests.conversations.oracle import Oracle, Words

AGENCIES: Final = ("dlh", "dpupr", "dishub", "inspektorat", "pln")
CHANNELS: Final = ("web", "sms")
TEXTS: Final = (
    "sampah menumpuk di depan pasar",
    "jalan rusak parah di dekat jembatan",
    "lampu jalan mati sejak kemarin",
    "halo, tolong dibantu",
    "selamat pagi pak",
)
PHONE: Final = "081234567890"
_TYPE: Final = "application/cloudevents+json"
_CODES: Final = ("not-ours", "incomplete", "not-a-complaint", "in-court", "abuse", "other")
_LETTERS: Final = "bcdfghjklmnprstvwxy"


@dataclass(slots=True)
class Conversation:
    """One case: what was sent for it, and what the oracle makes of that.

    ``taken``: the updates that fit. ``late``: sent after it closed by itself. ``never``: marks
    that nobody may read.
    """

    number: int
    seed: str
    text: str
    mark: str
    channel: str
    anonymous: bool
    oracle: Oracle
    updates: list[Outgoing] = field(default_factory=list)
    taken: list[Outgoing] = field(default_factory=list)
    late: list[Outgoing] = field(default_factory=list)
    never: set[str] = field(default_factory=set)
    marks: int = 0
    spoken: int = 0

    @property
    def complaint(self) -> UUID:
        return uuid5(NAMESPACE_URL, f"/channels/{self.channel}#{self.seed}")

    @property
    def tracking(self) -> str:
        return tracking(self.complaint)

    @property
    def early(self) -> bool:
        """Whether what is said of it may overtake it. A supporting agency would join too late."""
        return self.number % 7 == 0 and "lampu" not in self.text

    def new_mark(self) -> str:
        """Letters that no other words of any case hold; without digits, which may be masked."""
        self.marks += 1
        return _mark(self.number * 100 + self.marks)

    def submitted(self) -> Outgoing:
        """The complaint, as its channel sends it."""
        data: dict[str, Any] = {"text": f"{self.text} {self.mark}"}
        if self.anonymous:
            data |= {"anonymous": True, "reporter": {"phone": PHONE}}
        body = json.dumps(data).encode()
        return Outgoing(
            names.INTAKE, self.channel, body, self.seed, None, content_type="application/json"
        )


def _mark(number: int) -> str:
    word = ""
    while number:
        number, rest = divmod(number, len(_LETTERS))
        word = _LETTERS[rest] + word
    return f"zq{word}qz"


def conversations(seed: int, many: int, now: datetime) -> Iterator[Conversation]:
    """So many cases with all that is said in them; the same seed says the same."""
    dice = Random(seed)
    for number in range(1, many + 1):
        channel, text = dice.choice(CHANNELS), dice.choice(TEXTS)
        one = Conversation(
            number,
            f"s{seed}-{number}",
            text,
            _mark(number * 100),
            channel,
            dice.random() < 0.25,
            Oracle(channel, text),
        )
        one.oracle.begins()
        for _ in range(dice.randint(1, 14)):
            if one.oracle.state != "closed" or dice.random() < 0.2:
                _says_something(one, dice, now)
        _a_stranger_at_last(one, dice, now)
        yield one


def rates_at_last(one: Conversation, now: datetime) -> None:
    """The reporter of a case that closed by itself is content after all."""
    if one.oracle.ended == "closing" and one.number % 2:
        one.late.append(_said(one, f"channel.{one.channel}.accepted", {"rating": 4}, now))


def _says_something(one: Conversation, dice: Random, now: datetime) -> None:
    if one.taken and dice.random() < 0.05:
        one.updates.append(dice.choice(one.taken))  # a repeat is nothing
        return
    key = _speaker_and_verb(one.oracle, dice)
    verb = key.rpartition(".")[2]
    data: dict[str, Any] = {}
    if verb == "assigned":
        data["agency"] = "nobody" if dice.random() < 0.05 else dice.choice(AGENCIES)
        if dice.random() < 0.2:
            data |= {"classification": "aspiration", "oversight": dice.random() < 0.5}
    elif verb == "dismissed":
        data |= {"reason": one.new_mark(), "code": dice.choice(_CODES)}
        if dice.random() < 0.1:
            data |= {"code": "duplicate", "duplicate_of": tracking(uuid5(NAMESPACE_URL, "x"))}
        elif dice.random() < 0.1:
            data["code"] = "unheard-of"
    elif verb == "returned":
        data["reason"] = one.new_mark()
        if dice.random() < 0.5:
            data["suggest"] = dice.choice(AGENCIES)
    elif verb == "replied" and dice.random() < 0.3:
        data["reopen"] = False
    elif verb == "accepted" and dice.random() < 0.7:
        data["rating"] = dice.randint(1, 5)
    if verb == "resolved" or dice.random() < 0.7:
        data["note"] = one.new_mark()
        clear = "lampu" not in one.text and "sampah" not in one.text
        if verb == "replied" and clear and dice.random() < 0.2:
            data["note"] += " maksudnya jalan rusak parah"
        if one.anonymous and key.startswith("channel."):
            data["note"] += f" {PHONE}"
    if verb == "resolved" and dice.random() < 0.1:
        del data["note"]
    if dice.random() < 0.03:
        data["note"] = 42
    if dice.random() < 0.4:
        data["internal_note"] = one.new_mark()
    if dice.random() < 0.1:
        data["attachments"] = [{"url": f"https://example.org/{one.number}.jpg"}]
    one.updates.append(_said(one, key, data, now))


def _speaker_and_verb(oracle: Oracle, dice: Random) -> str:
    """Mostly who has something to say, and of what may be said; the end comes seldom."""
    channel, chance = oracle.channel, dice.random()
    if chance < 0.04:
        return f"channel.{'sms' if channel == 'web' else 'web'}.replied"  # not its case
    if chance < 0.06 and oracle.previous:
        return f"agency.{dice.choice(oracle.previous)}.{dice.choice(('resolved', 'held'))}"
    if chance < 0.40:
        verbs = ["replied"] * 6 + ["accepted"] * 3 + ["withdrawn"]
        return f"channel.{channel}.{dice.choice(verbs)}"
    if oracle.lead is None or chance < 0.50:
        verbs = ["assigned"] * 4 + ["held", "resumed"] * 2 + ["dismissed"]
        return f"desk.{dice.choice(('sari', 'root'))}.{dice.choice(verbs)}"
    agency = dice.choice([oracle.lead, oracle.lead, *oracle.support])
    verbs = ["acknowledged", "responded", "held", "resumed", "resolved", "returned"]
    return f"agency.{agency}.{dice.choice(verbs)}"


def _a_stranger_at_last(one: Conversation, dice: Random, now: datetime) -> None:
    """An agency that never had the case. Before the end its word might only have come early."""
    oracle = one.oracle
    strangers = [a for a in AGENCIES if a not in (oracle.lead, *oracle.support, *oracle.previous)]
    had = {queue for queue in oracle.heard if queue.startswith("agency.")}
    strangers = [a for a in strangers if f"agency.{a}" not in had]
    if strangers and dice.random() < 0.1:
        data = {"note": one.new_mark()}
        one.updates.append(_said(one, f"agency.{dice.choice(strangers)}.resolved", data, now))


def _said(one: Conversation, key: str, data: dict[str, Any], now: datetime) -> Outgoing:
    who, name, verb = key.split(".")
    note = data.get("note") if isinstance(data.get("note"), str) else None
    internal = data.get("internal_note")
    words = Words(
        by="desk" if who == "desk" else f"{who}.{name}",
        verb=verb,
        note=note.replace(f" {PHONE}", "") if note else None,
        reason=data.get("reason"),
        internal=None if who == "channel" else internal,
    )
    taken = one.oracle.says(key, data, words)
    if internal and (who == "channel" or not taken):
        one.never.add(internal)
    if not taken:
        one.never.update(mark for mark in (words.note, words.reason) if mark)
    one.spoken += 1
    id = f"{one.seed}-u{one.spoken}"
    event = {
        "specversion": "1.0",
        "id": id,
        "source": f"/{who}/{name}",
        "type": f"complaint.{verb}.v1",
        "subject": _name_of(one),
        "time": now.isoformat(),
        "data": data,
    }
    sent = Outgoing(names.UPDATES, key, json.dumps(event).encode(), id, str(event["type"]), _TYPE)
    if taken:
        one.taken.append(sent)
    return sent


def _name_of(one: Conversation) -> str:
    """A complaint may be named by its id or by its tracking code."""
    return str(one.complaint) if one.spoken % 3 else one.tracking
