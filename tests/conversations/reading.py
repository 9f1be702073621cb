"""What was found in the queues, held against the oracle."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from broker.memory import Message
from tests.conversations.oracle import Expected, Oracle, Words
from tests.conversations.people import PHONE, Conversation

MARKS: Final = re.compile(r"zq[b-z]+?qz")
Found = dict[str, dict[str, list[tuple[str, dict[str, Any]]]]]
"""Of each case and queue: key and event, each id once, in the order in which they first came."""


def by_case(queues: Mapping[str, Iterable[Message]]) -> Found:
    """Sorted by the case that each event is about. One id is one event, however often it came."""
    found: Found = {"": {}}
    for queue, messages in queues.items():
        seen: dict[str, tuple[str, str]] = {}
        for message in messages:
            event = json.loads(message.body)
            said = (message.routing_key, event["type"])
            if event["id"] in seen:
                assert seen[event["id"]] == said
                continue
            seen[event["id"]] = said
            about = case_of(event["data"])
            for case in ("", about):
                found.setdefault(case, {}).setdefault(queue, []).append((said[0], event))
    return found


def case_of(data: Mapping[str, Any]) -> str:
    """The tracking code, which an event has where its case is known in any way."""
    return str(data.get("tracking") or "nobody")


def it_is_what_was_said(one: Conversation, found: Found) -> None:
    """Every queue holds of this case what the oracle says, and no word that is not for it."""
    heard, wanted = found.get(one.tracking, {}), one.oracle.heard
    for queue in sorted(wanted.keys() | heard.keys()):
        for refusals in (False, True):
            _the_same(
                one,
                queue,
                [e for e in heard.get(queue, []) if not _rung(e) and _refusal(e[0]) is refusals],
                [e for e in wanted.get(queue, []) if _refusal(e.key) is refusals],
            )


def _the_same(
    one: Conversation, queue: str, said: list[tuple[str, dict[str, Any]]], want: list[Expected]
) -> None:
    """In the same order, but that a refusal is told as soon as it is known."""
    keys, expected = [key for key, _ in said], [event.key for event in want]
    assert keys == expected, "\n".join((one.seed, queue, str(keys), str(expected), *_told(one)))
    for (key, event), wanted in zip(said, want, strict=True):
        _words_fit(one, queue, key, event, wanted)


def _refusal(key: str) -> bool:
    return key.startswith("rejected.")


def _rung(event: tuple[str, dict[str, Any]]) -> bool:
    return event[0].startswith("escalated.")


def _words_fit(
    one: Conversation, queue: str, key: str, event: dict[str, Any], want: Expected
) -> None:
    body = json.dumps(event)
    about = (one.seed, queue, key, body)
    marks = set(MARKS.findall(body))
    assert not marks & one.never, about
    assert PHONE not in body or not one.anonymous, about
    if want.told is not None:
        _comes_with_all_that_was_said(one, event["data"], want.told)
        marks -= _marks_of(want.told) | {one.mark}
        # Why it comes: who names it is quoted.
        marks -= _public(one.oracle.said)
        assert not marks, about
        return
    words = want.words
    public = _public([words]) if words else set()
    assert marks <= public, about
    if words and words.note and key.split(".", maxsplit=1)[0] not in ("moved", "closed"):
        assert words.note.split()[0] in marks, about
    if queue.startswith("channel."):
        assert "internal_note" not in event["data"], about
        it_tells_whose_it_is(one, event["data"])


def it_tells_whose_it_is(one: Conversation, data: dict[str, Any]) -> None:
    """``of`` names the channel's own submission, except of an anonymous one; no person is named."""
    if "reason" in data and "of" in data and "type" in data["of"]:
        return  # a refusal says of which update
    if one.anonymous:
        assert not data.get("of"), data
    else:
        assert data["of"] == {"source": f"/channels/{one.channel}", "id": one.seed}, data
    assert not str(data.get("by", "")).startswith("desk."), data


def _comes_with_all_that_was_said(
    one: Conversation, data: dict[str, Any], told: Sequence[Words]
) -> None:
    assert one.mark in data["complaint"]["text"]
    assert spoken(data.get("conversation") or ()) == as_told(told), (one.seed, data["agency"])


def spoken(conversation: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """A conversation as it is kept or comes with a case; not where only a file was sent."""
    said = [
        (one["by"], one["verb"], *map(one.get, ("note", "reason", "internal_note")))
        for one in conversation
    ]
    return [(by, verb, _first(note), *rest) for by, verb, note, *rest in said if note or any(rest)]


def as_told(told: Iterable[Words]) -> list[tuple[Any, ...]]:
    """The same as the oracle has it."""
    return [(w.by, w.verb, _first(w.note), w.reason, w.internal) for w in told]


def _first(note: str | None) -> str | None:
    return note.split()[0] if note else None


def _public(told: Iterable[Words]) -> set[str]:
    found = (mark for w in told for mark in (w.note, w.reason) if mark)
    return {mark.split()[0] for mark in found}


def _marks_of(told: Iterable[Words]) -> set[str]:
    return _public(told) | {w.internal for w in told if w.internal}


def no_word_goes_astray(every: Sequence[Conversation], found: Found) -> None:
    """No event of one case holds a mark of another; none of a case that nobody told of."""
    owner: dict[str, str] = {}
    for one in every:
        for mark in {one.mark, *one.never, *_marks_of(one.oracle.said)}:
            owner[mark] = one.tracking
    for queue, events in found.get("", {}).items():
        for key, event in events:
            for mark in MARKS.findall(json.dumps(event)):
                assert owner[mark] == case_of(event["data"]), (queue, key)


def every_channel_heard_the_end_once(every: Sequence[Conversation], found: Found) -> None:
    for one in every:
        heard = found.get(one.tracking, {}).get(f"channel.{one.channel}", [])
        ends = [key for key, _ in heard if key.startswith("closed.")]
        assert len(ends) == (one.oracle.state == "closed"), (one.seed, ends)


def states_of(oracle: Oracle) -> tuple[str, str | None, list[str], list[str]]:
    """What the store should have of it."""
    return oracle.state, oracle.lead, oracle.support, oracle.previous


def _told(one: Conversation) -> list[str]:
    """Everything that was said, for whoever has to find out."""
    words = [json.dumps(json.loads(u.body)["data"]) for u in one.updates]
    return [f"{u.routing_key} {said}" for u, said in zip(one.updates, words, strict=True)]
