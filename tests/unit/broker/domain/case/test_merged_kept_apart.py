"""What happens to one of a group never leaves another without its answer, its deadline or its
privacy."""

import pytest

from broker.domain.case import Applied, State
from tests.unit.broker.domain.case import group as group_module
from tests.unit.broker.domain.case.group import Group, a_group, running
from tests.unit.broker.domain.case.story import BRIBE, DAY, HOUR, LIGHT, NOTHING, ROAD
from tests.unit.broker.domain.case.test_case_successor import ending

ANSWER = "Lubang sudah ditambal."
SITI, BUDI = {"name": "Siti Aminah"}, {"name": "Budi Hartono"}


@pytest.mark.parametrize("before", ["acknowledged", "responded"])
def test_an_id_that_its_agency_used_in_another_case_keeps_no_answer_from_it(before: str) -> None:
    group = Group().begins("lead").begins("one")
    group.says("one", f"agency.dpupr.{before}", id="1")
    group.merges("one", "lead")
    group.says("lead", "agency.dpupr.resolved", id="1", note=ANSWER)
    assert group["one"].state is State.RESOLVED
    assert group.told("one")[-1].data["note"] == ANSWER
    assert len({event.id for event in group.events}) == len(group.events)


def test_what_was_said_to_the_lead_is_no_repeat_in_the_case_itself() -> None:
    group = a_group("lead", "one")
    group.says("lead", "agency.dpupr.responded", id="1", note="Dijadwalkan.")
    group.says("one", "desk.sri.separated")
    outcome = group.says("one", "agency.dpupr.responded", id="1", note="Ini jawaban kedua.")
    assert isinstance(outcome, Applied)
    assert len({event.id for event in group.events}) == len(group.events)


def test_what_a_reporter_adds_in_triage_and_alleges_wrongdoing_parts_them() -> None:
    group = a_group("lead", "one", text=NOTHING)
    group.says("lead", "channel.web.replied", note=BRIBE)
    assert group["lead"].oversight
    assert group["one"].merged_into is None
    assert group["one"].agency is None, "it is no allegation and goes to no inspectorate"
    assert running(group["one"]) == ["verification"]
    assert group.told("one")[-1].data["why"] == "unlike"


def test_who_follows_a_case_that_is_overdue_hears_that_it_is() -> None:
    group = Group().begins("lead")
    group.waits(40 * DAY)
    group.begins("one")
    told = len(group.events)
    group.merges("one", "lead")
    assert "overdue.dpupr.web" in group.keys("one", told)
    assert "overdue.dpupr.web" not in group.keys("lead", told), "it was told before"


def test_all_hear_it_where_the_deadline_that_they_take_over_has_passed() -> None:
    group = Group().begins("late")
    group.waits(40 * DAY)
    for name in ("lead", "one"):
        group.begins(name)
    group.merges("one", "lead")
    told = len(group.events)
    group.merges("late", "lead")
    for name in ("lead", "one"):
        assert group.keys(name, told).count("overdue.dpupr.web") == 1, name
    assert "overdue.dpupr.web" not in group.keys("late", told)
    group.waits(HOUR)
    assert group.keys("lead", told).count("overdue.dpupr.web") == 1
    assert len({event.id for event in group.events}) == len(group.events)


def test_a_deadline_that_passed_unseen_before_a_merge_is_told_to_all_that_follow() -> None:
    group = a_group("lead", "one")
    group.begins("two")
    told = len(group.events)
    group.merges("two", "lead", after=60 * DAY)  # the escalations have not woken
    for name in ("lead", "one", "two"):
        assert group.keys(name, told).count("overdue.dpupr.web") == 1, name


def test_what_the_desk_notes_when_it_parts_one_names_none_of_the_others() -> None:
    group = Group().begins("lead", reporter=SITI).begins("one").begins("two", reporter=BUDI)
    for name in ("one", "two"):
        group.merges(name, "lead")
    group.says("one", "desk.sri.separated", note="Laporan Bu Siti dan Pak Budi saja yang sama.")
    assert "[nama]" in group.told("one")[-1].data["note"]
    assert "Budi" not in group.told("one")[-1].data["note"]


@pytest.mark.parametrize(
    "written", ["Nur\u2019aini", "Nuraini", "NUR AINI", "Nur\u02bcaini", "nur-aini"]
)
def test_a_name_with_an_apostrophe_is_hidden_however_it_is_written(written: str) -> None:
    group = Group().begins("lead", ROAD, reporter={"name": "Nur'aini"}).begins("one")
    group.merges("one", "lead")
    group.says("lead", "agency.dpupr.responded", note=f"Ibu {written} sudah kami hubungi.")
    assert group.told("one")[-1].data["note"] == "Ibu [nama] sudah kami hubungi."


@pytest.mark.parametrize(
    ("ended", "successor", "verb", "reason"),
    [
        ("pln", "dlh", "responded", None),
        ("dishub", "pln", "resolved", "follows-another"),
        ("dishub", "pln", "returned", "follows-another"),
    ],
)
def test_a_successor_says_to_one_that_follows_what_the_agency_that_ended_could(
    ended: str, successor: str, verb: str, reason: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = a_group("lead", "one", text=LIGHT)
    monkeypatch.setattr(group_module, "RULES", ending(ended, successor))
    group.now += 3 * DAY
    outcome = group.says("one", f"agency.{successor}.{verb}", reason="x")
    assert getattr(outcome, "reason", None) == reason
