"""What the router names as similar: in one batch, of repeats, where it is switched off."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from broker.domain.intake import Decided, Parked
from broker.domain.similar import RecentComplaints, Words
from broker.memory import MemoryJournal
from broker.messaging import names
from broker.messaging.messages import Incoming
from config.loading import load_rules
from config.loading.clocks import load_clocks
from consumers.router import RouterHandler
from consumers.router.remembering import Remembering
from schemas.properties import Properties

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
RULES = load_rules(None)
CLOCKS = load_clocks(None)
HOLE = "jalan berlubang parah di jalan Kenanga depan toko Berkah"


class Time:
    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


class Office:
    """A router on a journal; several on one journal are side by side."""

    def __init__(self, journal: MemoryJournal, time: Time, rules: Any = RULES) -> None:
        self.recent = RecentComplaints(b"sixteen bytes !!", 64)
        self.kept = Remembering(journal, self.recent, time)
        self.handler = RouterHandler(rules, CLOCKS, journal, time, str, recent=self.recent)

    async def routes(self, *ids: str, fails: bool = False) -> dict[str, list[str]]:
        """Id of the submission → the complaints named as similar; its own id under ``own``."""
        batch = await self.handler.prepare([letter(id) for id in ids])
        async with self.handler.transaction(batch) as outgoing:
            told = [json.loads(one.body)["data"] for one in outgoing]
            if fails:
                raise ZeroDivisionError
        return {one["complaint_id"]: one["decision"]["similar"] for one in told}


def letter(id: str) -> Incoming:
    body = json.dumps({"text": HOLE, "location": {"address": "Jalan Kenanga"}}).encode()
    properties = Properties(content_type="application/json", message_id=id)
    return Incoming(body, names.INTAKE, "web", properties, False, 1)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


async def test_the_second_of_a_batch_names_the_first(journal: MemoryJournal, time: Time) -> None:
    first, second = (await Office(journal, time).routes("one", "two")).items()
    assert first[1] == []
    assert second[1] == [first[0]]


async def test_another_router_names_what_this_one_has_recorded(
    journal: MemoryJournal, time: Time
) -> None:
    one, other = Office(journal, time), Office(journal, time)
    [(first, _)] = (await one.routes("one")).items()
    await other.kept.look()
    assert list((await other.routes("two")).values()) == [[first]]


async def test_a_repeat_is_routed_once_and_never_named_to_itself(
    journal: MemoryJournal, time: Time
) -> None:
    office = Office(journal, time)
    assert len(await office.routes("one", "one")) == 1
    assert await office.routes("one") == {}
    assert next(iter((await office.routes("two")).values())) != []


async def test_a_batch_that_failed_is_routed_alike_the_next_time(
    journal: MemoryJournal, time: Time
) -> None:
    office = Office(journal, time)
    with pytest.raises(ZeroDivisionError):
        await office.routes("one", "two", fails=True)
    again = await office.routes("one", "two")
    assert len(again) == 2
    assert all(one not in named for one, named in again.items())


async def test_a_repeat_of_what_is_long_forgotten_does_not_come_back(
    journal: MemoryJournal, time: Time
) -> None:
    office = Office(journal, time)
    await office.routes("one")
    time.moment += timedelta(days=40)
    later = Office(journal, time)
    assert await later.routes("one") == {}
    assert list((await later.routes("two")).values()) == [[]]


async def test_what_is_withdrawn_is_named_no_more(journal: MemoryJournal, time: Time) -> None:
    office = Office(journal, time)
    [(first, _)] = (await office.routes("one")).items()
    await office.kept.look()
    complaint = next(iter(journal.recorded))
    assert str(complaint) == first
    await journal.fingerprints.withdraw([complaint], time.now())
    await office.kept.look()
    assert list((await office.routes("two")).values()) == [[]]


async def test_nothing_is_remembered_where_it_is_switched_off(
    journal: MemoryJournal, time: Time
) -> None:
    retention = replace(RULES.retention, similar=timedelta())
    office = Office(journal, time, replace(RULES, retention=retention))
    assert list((await office.routes("one", "two")).values()) == [[], []]
    assert not (await journal.fingerprints.since(0, 10)).found


async def test_a_router_whose_clock_is_far_ahead_makes_nobody_forget(
    journal: MemoryJournal, time: Time
) -> None:
    ahead = Time()
    ahead.moment += timedelta(days=400)
    office = Office(journal, time)
    [(first, _)] = (await office.routes("one")).items()
    [(wrong, _)] = (await Office(journal, ahead).routes("two")).items()
    await office.kept.look()
    assert set(next(iter((await office.routes("three")).values()))) == {first, wrong}
    again = Office(journal, time)
    await again.kept.look()
    assert first in next(iter((await again.routes("four")).values()))


async def test_one_whose_words_cannot_be_read_is_routed_and_so_are_its_neighbours(
    journal: MemoryJournal, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Decided.remembered

    def fails(self: Decided, words_of: Words) -> Any:
        if self.submission.event_id == "two":
            raise KeyError("a bug")
        return whole(self, words_of)

    monkeypatch.setattr(Decided, "remembered", fails)
    told = await Office(journal, time).routes("one", "two", "three")
    first = next(iter(told))
    assert list(told.values()) == [[], [], [first]]


async def test_one_whose_events_cannot_be_made_is_put_aside_and_never_named(
    journal: MemoryJournal, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Decided.routed

    def fails(self: Decided, *rest: Any) -> Any:
        if self.submission.event_id == "one":
            raise KeyError("a bug")
        return whole(self, *rest)

    monkeypatch.setattr(Decided, "routed", fails)
    office = Office(journal, time)
    batch = await office.handler.prepare([letter("one")])
    assert [type(one) for one in batch.others] == [Parked]
    assert list((await office.routes("two")).values()) == [[]]


async def test_what_a_repeat_says_otherwise_is_not_remembered(
    journal: MemoryJournal, time: Time
) -> None:
    office = Office(journal, time)
    other = letter("one")
    bare = json.dumps({"text": "lampu mati"}).encode()
    batch = await office.handler.prepare([replace(other, body=bare), other])
    assert batch.repeats == 1
    assert len(office.recent) == 0


@pytest.mark.parametrize("part", ["like", "add"])
async def test_a_search_that_fails_costs_nobody_its_door(
    journal: MemoryJournal, time: Time, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def fails(*_: Any) -> Any:
        raise KeyError("a bug")

    office = Office(journal, time)
    monkeypatch.setattr(type(office.recent), part, fails)
    assert list((await office.routes("one", "two")).values()) == [[], []]
