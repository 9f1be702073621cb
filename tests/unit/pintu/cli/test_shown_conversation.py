"""What was said in a case, as the commands show it."""

import json

import pytest

from broker.domain.case import State
from tests.support.eventually import eventually_async
from tests.unit.broker.domain.case.story import NOTHING, ROAD
from tests.unit.pintu.cli.counter import Counter


async def test_a_case_is_shown_with_what_was_said_in_it(counter: Counter) -> None:
    office = counter.office
    async with office.open():
        [case] = await counter.routes(NOTHING)
        question = ("Di jalan apa?", "--internal-note", "Nomor salah.", "--as", "sri")
        await counter.prints("triage", "ask", case.tracking, *question)
        office.says(case.complaint_id, "channel.web.replied", note="Tidak tahu, dekat pasar.")
        await office.becomes(case.complaint_id, State.TRIAGE)
        page = await counter.prints("case", "show", case.tracking)
        words = [" ".join(line.split()) for line in page.split("Conversation")[1].splitlines()]
        assert words[1].endswith("desk (sri) held")
        assert words[2:4] == ["Di jalan apa?", "INTERNAL: Nomor salah."]
        assert words[4].endswith("reporter (web) replied")
        assert words[5] == "Tidak tahu, dekat pasar."
        record = await counter.json("case", "show", case.tracking)
        assert [said["by"] for said in record["conversation"]] == ["desk", "channel.web"]
        assert record["conversation"][0]["person"] == "sri"
        few = await counter.does("case", "show", case.tracking, "--most", "1")
        assert "older words of its conversation are not shown (--all, or --most N)" in few.stderr
        assert "Di jalan apa?" not in few.stdout.split("History")[0]
        whole = await counter.does("case", "show", case.tracking, "--all")
        assert "not shown" not in whole.stderr


async def test_the_list_of_the_desk_shows_that_the_reporter_has_answered(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = counter.office
    async with office.open():
        [case] = await counter.routes(NOTHING)
        [record] = await counter.json("triage", "list")
        assert record["last_said"] is None
        office.says(case.complaint_id, "channel.web.replied", note="Tidak tahu.")

        async def answered() -> bool:
            return bool(await office.store.conversation(case.complaint_id))

        await eventually_async(answered)
        [record] = await counter.json("triage", "list")
        assert (record["last_said"]["by"], record["last_said"]["note"]) == (
            "channel.web",
            "Tidak tahu.",
        )
        [brief] = await counter.json("case", "list", "--text", "tidak TAHU")
        assert brief["tracking"] == case.tracking
        assert "note" not in brief["last_said"]
        monkeypatch.setattr("pintu.cli.case.printing._is_terminal", lambda: True)
        monkeypatch.setenv("COLUMNS", "80")
        for words in (("triage", "list"), ("case", "list")):
            shown = (await counter.prints(*words)).splitlines()
            assert shown[0].startswith(case.tracking)
            assert "reporter: Tidak tahu." in shown[1]
        none = await counter.does("case", "list", "--channel", "sms")
        assert (none.stdout, none.stderr) == ("", "no case\n")


async def test_what_is_sent_again_brings_what_was_said(counter: Counter) -> None:
    office = counter.office
    async with office.open():
        [case] = await counter.routes(ROAD)
        office.says(
            case.complaint_id, "agency.dpupr.returned", reason="milik dishub", suggest="dishub"
        )
        await office.becomes(case.complaint_id, State.ROUTED, "dishub")
        await counter.prints("case", "resend", case.tracking)
        await counter.prints("case", "resend", "--agency", "dishub", "--since", "1w", "--yes")
        first, *again = [json.loads(m.body)["data"] for m in office.heard("agency.dishub")]
        assert first["conversation"][0]["reason"] == "milik dishub"
        assert [one["conversation"] for one in again] == [first["conversation"]] * 2
