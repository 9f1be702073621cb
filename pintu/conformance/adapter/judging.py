"""What is to be seen of an adapter, rule by rule."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from broker.messaging import names
from config.language import gettext, marked, worded
from pintu.conformance.record import Record
from pintu.conformance.rule import Found, all_of, failed, not_seen, passed
from schemas.submission import NeedsId, Submission, Unusable
from schemas.updates import BadUpdate

_NOTHING: Final = marked("it submitted nothing")
_SHORTEST: Final = 12
"""Characters that an id needs at least in order not to be guessed, where all may occur."""
_NUMBER: Final = re.compile(r"\d+")
_NEAR: Final = 1000


def submits(record: Record) -> Found:
    number = len(list(record.submissions()))
    return (
        passed(worded("{number} came in", number=number))
        if number
        else failed(gettext("no complaint came in"))
    )


def own_key(record: Record) -> Found:
    wrong = [
        worded("routing key {routing_key!r}", routing_key=one.routing_key[:60])
        for one, _ in record.submissions()
        if one.routing_key.split(".", 1)[0] != record.code
    ]
    return all_of(
        wrong, len(list(record.submissions())), f"always {record.code}", gettext(_NOTHING)
    )


def has_id(record: Record) -> Found:
    found = list(record.submissions())
    wrong = [
        worded("none: {routing_key}", routing_key=one.routing_key)
        for one, read in found
        if isinstance(read, NeedsId)
    ]
    return all_of(wrong, len(found), gettext("each has one"), gettext(_NOTHING))


def unique_id(record: Record) -> Found:
    """Two texts never have the same id."""
    texts: dict[str, set[str]] = {}
    for _, read in record.submissions():
        if isinstance(read, Submission):
            texts.setdefault(read.event_id, set()).add(read.data.text)
    wrong = [gettext("two different complaints had one id")] * sum(
        len(one) > 1 for one in texts.values()
    )
    if not wrong and len(texts) < 2:
        return not_seen(gettext("fewer than two complaints came in"))
    return all_of(
        wrong,
        len(texts),
        worded("{texts} complaints, each with an id of its own", texts=len(texts)),
        "",
    )


def unguessable_id(record: Record) -> Found:
    """By their form: too short, or counted up."""
    ids = list(
        dict.fromkeys(
            read.event_id for _, read in record.submissions() if isinstance(read, Submission)
        )
    )
    wrong = [worded("an id of {id} characters", id=len(id)) for id in ids if len(id) < _SHORTEST]
    wrong += [
        gettext("ids that differ by a number that counts up")
        for a, b in pairwise(ids)
        if _near(a, b)
    ]
    if not wrong and len(ids) < 2:
        return not_seen(gettext("fewer than two complaints came in"))
    good = gettext("long, and not counted up; whether they are random cannot be seen")
    return all_of(wrong, len(ids), good, "")


def _near(one: str, other: str) -> bool:
    """Whether two ids are the same but for one number, and those numbers are close."""
    if _NUMBER.sub("#", one) != _NUMBER.sub("#", other):
        return False
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    different = [(int(a), int(b)) for a, b in pairs if a != b]
    return len(different) == 1 and abs(different[0][0] - different[0][1]) < _NEAR


def readable(record: Record) -> Found:
    """Nothing that is parked."""
    found = list(record.submissions())
    wrong = [f"{read.reason}: {read.detail}" for _, read in found if isinstance(read, Unusable)]
    return all_of(wrong, len(found), gettext("every complaint can be used"), gettext(_NOTHING))


def fields(record: Record) -> Found:
    """Nothing that is left out with a warning; the source is judged by itself."""
    found = [read for _, read in record.submissions() if isinstance(read, Submission)]
    wrong = [note for read in found for note in read.warnings if not note.startswith("source")]
    return all_of(wrong, len(found), gettext("no field had to be left out"), gettext(_NOTHING))


def source(record: Record) -> Found:
    found = [read for _, read in record.submissions() if isinstance(read, Submission)]
    wrong = [note for read in found for note in read.warnings if note.startswith("source")]
    good = worded("/channels/{code}, or none in a bare object", code=record.code)
    return all_of(wrong, len(found), good, gettext(_NOTHING))


def updates_fit(record: Record) -> Found:
    """What it says on behalf of reporters is understood, and its own to say."""
    found = list(record.updates())
    wrong = []
    for one, read in found:
        if isinstance(read, BadUpdate):
            wrong.append(f"{one.routing_key[:60]}: {read.reason}, {read.detail}")
        elif (read.who, read.name) != ("channel", record.code):
            wrong.append(
                worded(
                    "routing key {routing_key!r}, not channel.{code}.<verb>",
                    routing_key=one.routing_key[:60],
                    code=record.code,
                )
            )
        elif read.warnings:
            wrong.append(f"{one.routing_key[:60]}: {read.warnings[0]}")
    return all_of(
        wrong, len(found), gettext("each was understood"), gettext("it said nothing for a reporter")
    )


def updates_taken(record: Record) -> Found:
    """No refusal by the case consumer."""
    number = len(list(record.updates()))
    wrong = [
        f"{one.data.get('reason')}: {one.data.get('detail')}"
        for one in record.rejections()
        if "submitted" not in str(one.data.get("of"))
    ]
    if not number:
        return not_seen(gettext("it said nothing for a reporter"))
    return all_of(wrong, number, gettext("each was accepted"), "")


def says(verb: str) -> Callable[[Record], Found]:
    """The judgement of one verb: said, and accepted."""

    def judge(record: Record) -> Found:
        key = names.update_key("channel", record.code, verb)
        if not any(one.routing_key == key for one in record.published):
            return not_seen(gettext("no reporter did so while the check waited"))
        if record.mirrored(verb):
            return passed(gettext("said, and accepted"))
        return failed(gettext("said, and not accepted"))

    return judge
