"""`pintu case move` and `pintu case resend --agency`."""

import json
from dataclasses import replace

import pytest

from broker.domain.case import Case, State
from broker.domain.routing.directory import directory_of
from broker.domain.routing.tables import Agency
from broker.errors import BrokerUnavailable
from broker.memory.client import MemoryClient
from broker.ports import CaseChange
from tests.unit.broker.domain.case.story import LIGHT, NOTHING, ROAD, RULES
from tests.unit.pintu.cli.counter import Counter

BIN = "sampah menumpuk"
"""DLH."""


async def test_open_cases_go_to_another_agency(counter: Counter) -> None:
    async with counter.office.open():
        *roads, waste = await counter.routes(ROAD, ROAD, ROAD, BIN)
        words = ("--from", "dinas pu", "--to", "Dinas Perhubungan", "--note", "Dilebur.")
        done = await counter.does("case", "move", *words, "--internal-note", "SK 12", "--yes")
        assert done.exit_code == 0, done.output
        assert "from dpupr · Dinas Pekerjaan Umum" in done.stdout
        assert "go   3 cases: 3 routed" in done.stdout
        assert "3 cases handed over to dishub, of 3 sent and confirmed" in done.stdout
        for case in roads:
            now = await counter.now(case)
            assert (now.agency, now.state) == ("dishub", State.ROUTED)
        assert (await counter.now(waste)).agency == "dlh"
        moved = [key for key in counter.office.keys("channel.web") if key.startswith("moved")]
        assert moved == ["moved.dpupr.web"] * 3
    [routed, *_] = counter.office.heard("agency.dishub")
    assert "Dilebur." in routed.body.decode()


async def test_the_count_comes_first_and_nothing_goes_without_a_yes(counter: Counter) -> None:
    words = ("case", "move", "--from", "dpupr", "--to", "dishub")
    async with counter.office.open():
        [case] = await counter.routes(ROAD)
        tried = await counter.does(*words, "--dry-run")
        assert (tried.exit_code, "go   1 case: 1 routed" in tried.stdout) == (0, True)
        alone = await counter.does(*words)
        assert alone.exit_code == 2
        assert "--yes" in alone.stderr
        record = await counter.json(*words, "--dry-run")
        assert (record["go"], record["sent"], record["dry_run"]) == (1, 0, True)
        assert (await counter.now(case)).agency == "dpupr"
        assert counter.office.keys("agency.dishub") == []


async def test_an_agency_that_ended_hands_over_to_its_successor(counter: Counter) -> None:
    async with counter.office.open():
        [case] = await counter.routes(ROAD)
        await _lies_with(counter, case, "dinas-lama")
        record = await counter.json("case", "move", "--from", "tata kota", "--yes")
        assert (record["from"], record["to"]) == ("dinas-lama", "dpupr")
        assert (record["taken_in"], record["refused"]) == (1, [])
        assert (await counter.now(case)).agency == "dpupr"


async def test_an_agency_that_the_configuration_lost_hands_over_what_it_has(
    counter: Counter,
) -> None:
    async with counter.office.open():
        [case] = await counter.routes(ROAD)
        await _lies_with(counter, case, "dinas-hilang")
        lost = await counter.does("case", "move", "--from", "dinas-hilang", "--yes")
        assert lost.exit_code == 2
        assert "has no successor" in lost.stderr
        words = ("--from", "dinas-hilang", "--to", "dlh", "--yes")
        assert (await counter.json("case", "move", *words))["taken_in"] == 1
        assert (await counter.now(case)).agency == "dlh"


async def test_what_is_resolved_stays_unless_it_is_asked_for(counter: Counter) -> None:
    async with counter.office.open():
        [case] = await counter.routes(ROAD)
        counter.office.says(case.complaint_id, "agency.dpupr.resolved", note="Selesai.")
        await counter.office.becomes(case.complaint_id, State.RESOLVED)
        words = ("case", "move", "--from", "dpupr", "--to", "dishub", "--yes")
        printed = await counter.prints(*words)
        assert "stay 1 case that dpupr has answered (--resolved)" in printed
        assert "go   none" in printed
        assert (await counter.now(case)).agency == "dpupr"
        assert (await counter.json(*words, "--resolved"))["taken_in"] == 1
        assert (await counter.now(case)).agency == "dishub"


async def test_cases_that_it_supports_are_counted_and_stay(counter: Counter) -> None:
    async with counter.office.open():
        [case] = await counter.routes(LIGHT)
        assert case.supports("pln")
        printed = await counter.prints("case", "move", "--from", "pln", "--to", "bpjn", "--yes")
        assert "stay 1 case of others in which pln supports" in printed
        assert await counter.now(case) == case


async def test_stopped_in_the_middle_the_same_command_does_the_rest(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("case", "move", "--from", "dpupr", "--to", "dishub", "--as", "sri")
    async with counter.office.open():
        cases = await counter.routes(*[ROAD] * 5)
        request, asked = MemoryClient.request, 0

        async def request_until_cut(*args: object, **kwargs: object) -> object:
            nonlocal asked
            asked += 1
            if asked > 2:
                raise BrokerUnavailable("the connection is gone")
            return await request(*args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(MemoryClient, "request", request_until_cut)
        cut = await counter.does(*words, "--yes")
        assert cut.exit_code != 0
        assert "the same command does the rest" in cut.stderr
        monkeypatch.setattr(MemoryClient, "request", request)
        assert (await counter.does(*words, "--yes")).exit_code == 0
        for case in cases:
            history = await counter.office.store.history(case.complaint_id)
            assert [line.what for line in history] == ["routed", "assigned"]
            assert (await counter.now(case)).agency == "dishub"


async def test_a_move_that_was_sent_and_not_yet_read_is_not_made_twice(counter: Counter) -> None:
    words = ("case", "move", "--from", "dpupr", "--to", "dishub", "--as", "sri", "--yes")
    async with counter.office.open():
        cases = await counter.routes(ROAD, ROAD)
    for _ in range(2):
        record = await counter.json(*words, "--wait", "0")
        assert (record["sent"], record["taken_in"], record["not_handled_yet"]) == (2, 0, 2)
    said = await counter.does(*words, "--wait", "0")
    assert (said.exit_code, "2 cases not handled yet" in said.stderr) == (0, True)
    async with counter.office.open():
        for case in cases:
            await counter.office.becomes(case.complaint_id, State.ROUTED, "dishub")
        await counter.office.catches_up()
        for case in cases:
            assert (await counter.now(case)).lines == 0
            history = await counter.office.store.history(case.complaint_id)
            assert [line.what for line in history] == ["routed", "assigned"]


async def test_what_is_refused_is_told_with_its_code(counter: Counter) -> None:
    async with counter.office.open():
        [case] = await counter.routes(ROAD)
        agencies = directory_of([*RULES.agencies.values(), Agency("zz", "Dinas Baru")], [])
        counter.desk = replace(counter.desk, agencies=agencies)
        done = await counter.does("case", "move", "--from", "dpupr", "--to", "zz", "--yes")
        assert done.exit_code == 1
        assert f"{case.tracking}: refused (unknown-agency)" in done.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--from", "dpupr", "--to", "dpupr"), "has them already"),
        (("--from", "dpupr", "--to", "tata kota"), "does not exist any more"),
        (("--from", "dpupr"), "dpupr has no successor"),
        (("--from", "dishup", "--to", "dpupr"), "did you mean dishub"),
        (("--from", "dpupr", "--to", "dishub", "--note", " "), "needs words"),
        (("--from", "dpupr", "--to", "dishub", "--as", "Sri Rahayu"), "lower-case letters"),
    ],
)
async def test_a_move_that_cannot_be_meant_is_refused(
    words: tuple[str, ...], why: str, counter: Counter
) -> None:
    done = await counter.does("case", "move", *words, "--yes")
    assert done.exit_code == 2
    assert why in " ".join(done.stderr.replace("│", " ").split())


async def test_what_an_agency_was_sent_is_sent_again_since_then(counter: Counter) -> None:
    async with counter.office.open():
        [old] = await counter.routes(ROAD)
        counter.office.clock.moment = old.routed_at.replace(day=4)
        new = await counter.routes(ROAD, ROAD)
        await counter.routes(BIN)
        before = len(counter.office.heard("agency.dpupr"))
        words = ("case", "resend", "--agency", "dpupr", "--since", "2026-02-03")
        refused = await counter.does(*words)
        assert (refused.exit_code, "--yes" in refused.stderr) == (2, True)
        assert "2 complaints of agency.dpupr since Tue 03 Feb 2026 00:00" in refused.stdout
        printed = await counter.prints(*words, "--yes")
        assert "2 sent again to agency.dpupr" in printed
        again = counter.office.heard("agency.dpupr")[before:]
        assert {m.properties.message_id for m in again} == {case.event_id for case in new}
        record = await counter.json(*words, "--yes", "--rate", "100000")
        assert (record["sent"], record["queue"]) == (2, "agency.dpupr")
        none = await counter.prints("case", "resend", "--agency", "dlh", "--since", "2030-01-01")
        assert "0 complaints of agency.dlh" in none and "nothing to send" in none


async def test_the_queue_of_the_desk_is_filled_again(counter: Counter) -> None:
    async with counter.office.open():
        [case] = await counter.routes(NOTHING)
        await counter.routes(ROAD)
        words = ("--agency", "triage", "--since", "1w", "--yes")
        assert (await counter.json("case", "resend", *words))["sent"] == 1
        events = [json.loads(m.body) for m in counter.office.heard("triage")]
        assert [event["id"] for event in events] == [case.event_id] * 2


@pytest.mark.parametrize(
    "words", [(), ("9KB0-BSXF-M8V4", "--agency", "dlh"), ("--agency", "dlh"), ("--since", "1d")]
)
async def test_one_case_or_many_are_sent_again(words: tuple[str, ...], counter: Counter) -> None:
    done = await counter.does("case", "resend", *words)
    assert done.exit_code == 2
    assert "both --agency and --since" in done.stderr


async def _lies_with(counter: Counter, case: Case, agency: str) -> None:
    """As if that agency had it."""
    async with counter.office.store.transaction() as transaction:
        [here] = (await transaction.load([case.complaint_id])).values()
        clocks = tuple(replace(clock, agency=agency) for clock in here.clocks)
        await transaction.save([CaseChange(replace(here, agency=agency, clocks=clocks))])
