"""Two complaints that people judged: about the same thing, or not. Written for this, as people
write."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from broker.domain.similar import RecentComplaints, fingerprint
from schemas.complaint import LocationFields, PublicComplaint

NOW: Final = datetime(2026, 11, 24, 3, tzinfo=UTC)
LATER: Final = NOW + timedelta(days=9)
FIRST: Final = UUID(int=1)
LEAST: Final = 200
PRECISION, RECALL = 0.90, 0.85


class Pair(NamedTuple):
    kind: str
    same: bool
    one: str
    other: str


def pairs() -> list[Pair]:
    kinds = tomllib.loads(Path(__file__).with_name("pairs.toml").read_text("utf-8"))["kind"]
    return [Pair(kind["name"], kind["same"], *pair) for kind in kinds for pair in kind["pairs"]]


def found(pair: Pair) -> bool:
    """Whether the second is told of the first, nine days later."""
    recent = RecentComplaints(b"a key of no import", 64)
    for said, at in ((pair.one, NOW), (pair.other, LATER)):
        text, address, village, topic = [part.strip() for part in said.split("|")]
        location = LocationFields()
        if address:
            location["address"] = address
        if village:
            location["village"] = village
        complaint = PublicComplaint(
            text=text, anonymous=False, confidential=False, location=location
        )
        own = fingerprint(complaint, topic=topic, agency=None, region=None, words_of=recent.words)
        if own is None:
            return False
        if at is LATER:
            return bool(recent.like(own, at))
        recent.add(FIRST, at, own.to_bytes(), own)
    raise AssertionError("two were said")


def test_what_is_called_the_same_is_so_in_nine_of_ten_pairs_and_most_are_found() -> None:
    judged = pairs()
    assert len(judged) >= LEAST
    told = [pair for pair in judged if found(pair)]
    right = sum(pair.same for pair in told)
    wrong = [pair for pair in told if not pair.same]
    missed = [pair for pair in judged if pair.same and pair not in told]
    same = sum(pair.same for pair in judged)
    assert right / len(told) >= PRECISION, wrong
    assert right / same >= RECALL, missed
