"""`pintu triage …` and `pintu case list`."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
import typer

from broker.domain.case import State
from broker.messaging import names
from pintu.cli.moments import moment_of
from tests.unit.broker.domain.case.story import BRIBE, NOTHING, ROAD
from tests.unit.pintu.cli.counter import Counter


async def test_an_agency_is_assigned_by_its_name(counter: Counter) -> None:
    async with counter.office.open():
        [case] = await counter.routes(NOTHING)
        printed = await counter.prints("triage", "assign", case.tracking, "Dinas Perhubungan")
        assert f"{case.tracking}: assigned; dishub · Dinas Perhubungan, routed" in printed
        assert (await counter.now(case)).agency == "dishub"


async def test_what_the_desk_has_verified_goes_along(counter: Counter) -> None:
    words = ("--classification", "information_request", "--title", "Jam buka loket", "--oversight")
    async with counter.office.open():
        [case] = await counter.routes(NOTHING)
        notes = ("--note", "Mohon dijawab.", "--internal-note", "Sudah ditelepon.")
        await counter.prints("triage", "assign", case.tracking, "dishub", *words, *notes)
        assert (await counter.now(case)).oversight
    trail = counter.office.heard(names.AUDIT_STREAM)
    [update] = [json.loads(m.body) for m in trail if m.exchange == names.UPDATES]
    assert update["data"] == {
        "agency": "dishub",
        "oversight": True,
        "classification": "information_request",
        "title": "Jam buka loket",
        "note": "Mohon dijawab.",
        "internal_note": "Sudah ditelepon.",
    }


@pytest.mark.parametrize(
    ("agency", "why"),
    [
        ("dishup", "did you mean dishub (Dinas Perhubungan)"),
        ("tata kota", "its successor is dpupr"),
        ("zzzz", "no agency has the code, name or alias 'zzzz'"),
    ],
)
async def test_an_agency_that_nobody_can_mean_is_refused(
    agency: str, why: str, counter: Counter
) -> None:
    async with counter.office.open():
        [case] = await counter.routes(NOTHING)
        done = await counter.does("triage", "assign", case.tracking, agency)
        assert done.exit_code == 2
        assert why in " ".join(done.stderr.replace("│", " ").split())
        assert await counter.now(case) == case


async def test_the_desk_asks_and_goes_on(counter: Counter) -> None:
    async with counter.office.open():
        [case] = await counter.routes(NOTHING)
        asked = await counter.prints("triage", "ask", case.tracking, "Di jalan apa?")
        assert f"{case.tracking}: held; triage · the desk, held" in asked
        assert "verification by" in asked and "stands still" in asked
        assert [row.split("\t")[0] for row in await _rows(counter)] == [case.tracking]
        again = await counter.prints("triage", "ask", case.tracking, "Di jalan apa?")
        assert "it was so already" in again
        await counter.prints("triage", "resume", case.tracking, "--internal-note", "Menelepon.")
        assert (await counter.now(case)).state is State.TRIAGE
        idle = await counter.does("triage", "resume", case.tracking)
        assert idle.exit_code == 1
        assert "does not wait for an answer" in idle.stderr
    assert "held.triage.web" in counter.office.keys("channel.web")


async def test_the_desk_asks_in_triage_alone(counter: Counter) -> None:
    async with counter.office.open():
        [case] = await counter.routes(ROAD)
        done = await counter.does("triage", "ask", case.tracking, "Di mana?")
        assert done.exit_code == 1
        assert "dpupr has it, and asks for itself" in done.stderr
        empty = await counter.does("triage", "ask", case.tracking, "  ")
        assert (empty.exit_code, "needs words" in empty.stderr) == (2, True)


async def test_a_case_is_dismissed_with_reason_and_code(counter: Counter) -> None:
    async with counter.office.open():
        one, other, third = await counter.routes(NOTHING, NOTHING, NOTHING)
        await counter.prints("triage", "dismiss", one.tracking, "Bukan.", "--code", "not-ours")
        assert (await counter.now(one)).state is State.CLOSED
        words = ("--code", "duplicate", "--duplicate-of", third.tracking.lower())
        await counter.prints("triage", "dismiss", other.tracking, "Sama.", *words)
        await counter.prints("triage", "dismiss", third.tracking, "--reason", "Lain.")
        heard = counter.office.heard("channel.web")
    ends = [json.loads(m.body)["data"] for m in heard if m.routing_key.startswith("closed")]
    said = [(end["reason"], end["code"], end.get("duplicate_of")) for end in ends]
    assert said == [
        ("Bukan.", "not-ours", None),
        ("Sama.", "duplicate", third.tracking),
        ("Lain.", "other", None),
    ]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "REASON"),
        (("Sama.", "--reason", "Sama."), "REASON"),
        ((" ",), "needs words"),
        (("Sama.", "--code", "duplicate"), "belong together"),
        (("Sama.", "--duplicate-of", "9KB0-BSXF-M8V4"), "belong together"),
        (("Sama.", "--code", "duplicate", "--duplicate-of", "AAAA"), "is no tracking code"),
        (("Sama.", "--code", "whatever"), "not-ours"),
    ],
)
async def test_a_dismissal_that_lacks_something_is_refused(
    words: tuple[str, ...], why: str, counter: Counter
) -> None:
    async with counter.office.open():
        [case] = await counter.routes(NOTHING)
        done = await counter.does("triage", "dismiss", case.tracking, *words)
        assert done.exit_code == 2
        assert why in " ".join(done.stderr.replace("│", " ").split())
        assert (await counter.now(case)).open


async def test_cases_are_listed_by_what_is_asked_for(counter: Counter) -> None:
    async with counter.office.open():
        road, _bribe, nothing = await counter.routes(ROAD, BRIBE, NOTHING)

        async def listed(*words: str) -> list[str]:
            return [row.split("\t")[0] for row in await _rows(counter, "case", "list", *words)]

        assert len(await listed()) == 3
        assert await listed("--text", "RUSAK parah") == [road.tracking]
        assert await listed("--text", "parah rusak") == [road.tracking]
        assert await listed("--text", '"parah rusak"') == []
        assert await listed("--agency", "Dinas PU") == [road.tracking]
        assert await listed("--agency", "triage") == [nothing.tracking]
        assert await listed("--channel", "sms") == []
        topic = road.decision.topic
        assert topic is not None
        assert await listed("--topic", topic) == [road.tracking]
        assert await listed("--since", "2026-02-03") == []
        assert await listed("--until", "2026-02-01") == []
        assert len(await listed("--since", "2026-02-02", "--until", "2026-02-02")) == 3
        record = await counter.json("case", "list", "--text", "rusak")
        assert [one["tracking"] for one in record] == [road.tracking]
        assert record[0]["complaint"] is None
        assert await counter.json("case", "list", "--text", "tidak ada") == []
        few = await counter.does("case", "list", "--limit", "1")
        assert "2 more (--limit)" in few.stderr
        assert "more" not in (await counter.does("case", "list", "--limit", "3")).stderr
        gone = await counter.does("case", "list", "--text", "x", "--state", "closed")
        assert (gone.exit_code, gone.stdout) == (0, "")
        bad = await counter.does("case", "list", "--since", "kemarin")
        assert (bad.exit_code, "'kemarin' is no time" in bad.stderr) == (2, True)


JAKARTA = timezone(timedelta(hours=7))
NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ends", "moment"),
    [
        ("2026-02-01", False, datetime(2026, 2, 1, tzinfo=JAKARTA)),
        ("2026-02-01", True, datetime(2026, 2, 2, tzinfo=JAKARTA)),
        ("2026-02-01T09:30", True, datetime(2026, 2, 1, 9, 30, tzinfo=JAKARTA)),
        (" 2026-02-01T09:30Z ", False, datetime(2026, 2, 1, 9, 30, tzinfo=UTC)),
        ("45m", False, NOW - timedelta(minutes=45)),
        ("3D", False, NOW - timedelta(days=3)),
    ],
)
def test_a_time_is_a_day_a_moment_or_how_long_ago(text: str, ends: bool, moment: datetime) -> None:
    assert moment_of(text, NOW, JAKARTA, "--since", ends=ends) == moment


@pytest.mark.parametrize(
    "text", ["", "kemarin", "3", "3y", "9999-12-31", "2026-13-01", "0001-01-01T00:00+09:00"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no time"):
        moment_of(text, NOW, JAKARTA, "--until", ends=True)


async def _rows(counter: Counter, *words: str) -> list[str]:
    return (await counter.prints(*(words or ("triage", "list")))).splitlines()
