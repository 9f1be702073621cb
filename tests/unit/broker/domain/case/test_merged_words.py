"""What is said in one case and told in another names no reporter to somebody else."""

from typing import Any

import pytest

from broker.domain.case import Applied
from tests.unit.broker.domain.case.group import Group, a_group
from tests.unit.broker.domain.case.story import ROAD

SITI = {"name": "Hj. Siti Aminah", "phone": "0812-3456-7890", "email": "siti@contoh.id"}
BUDI = {"name": "Budi Hartono", "phone": "081198765432"}
MARKS = ("Siti", "SITI", "siti", "Aminah", "AMINAH", "aminah", "3456", "siti@contoh")


def two(**note: Any) -> Group:
    group = Group()
    group.begins("lead", ROAD, reporter=SITI)
    group.begins("one", ROAD, reporter=BUDI)
    group.begins("two", ROAD)
    for name in ("one", "two"):
        assert isinstance(group.merges(name, "lead", **note), Applied)
    return group


def nothing_of_siti(group: Group, name: str) -> None:
    """In what is published of the case, in its history, and in what was said in it."""
    case = group[name]
    words = [str(one.data) for one in group.told(name)]
    words += [str(line.detail) for line in group.history[case.complaint_id]]
    words += [str(said) for said in group.conversation[case.complaint_id]]
    for mark in MARKS:
        assert mark not in "\n".join(words), mark


@pytest.mark.parametrize(
    "note",
    [
        "Bu Siti Aminah, lubang sudah ditambal.",
        "IBU AMINAH yth, kami sudah menghubungi 0812 3456 7890.",
        "Sudah dijawab ke siti@contoh.id; siti-siti lain menyusul. Terima kasih, Siti.",
    ],
)
@pytest.mark.parametrize("verb", ["acknowledged", "responded", "resolved"])
def test_an_answer_reaches_the_others_without_the_name_of_who_reported_first(
    verb: str, note: str
) -> None:
    group = two()
    group.says("lead", f"agency.dpupr.{verb}", note=note)
    for name in ("one", "two"):
        nothing_of_siti(group, name)
        assert "[nama]" in str(group.told(name)[-1].data["note"])
    assert group.told("lead")[-1].data["note"] == note, "it is told to her as it was written"


def test_the_names_of_those_who_follow_are_hidden_from_each_other_too() -> None:
    group = two()
    group.says("lead", "agency.dpupr.responded", note="Menurut Pak Budi masih berlubang.")
    assert "Budi" in group.told("one")[-1].data["note"], "it is his own name"
    assert "Budi" not in group.told("two")[-1].data["note"]


def test_one_that_comes_later_hears_the_answer_of_before_without_names() -> None:
    group = two()
    group.says("lead", "agency.dpupr.responded", note="Bu Siti dan Pak Budi: dijadwalkan.")
    group.begins("three", ROAD)
    group.merges("three", "lead")
    nothing_of_siti(group, "three")
    assert "Budi" not in str([one.data for one in group.told("three")])
    assert "dijadwalkan" in group.told("three")[-1].data["note"]


def test_files_and_words_for_offices_stay_where_they_were_said() -> None:
    group = two()
    group.says(
        "lead",
        "agency.dpupr.resolved",
        note="Selesai.",
        internal_note="Bu Siti marah.",
        attachments=[{"url": "https://arsip.contoh.id/siti.pdf"}],
        photos=["Siti di depan rumah"],
    )
    nothing_of_siti(group, "one")
    told = group.told("one")[-1].data
    assert "attachments" not in told
    assert "lampiran" in told["note"]


def test_the_reasons_of_a_move_name_nobody() -> None:
    group = two()
    group.says("lead", "agency.dpupr.returned", reason="Bu Siti salah alamat.", suggest="dlh")
    group.says("lead", "desk.sri.assigned", agency="dlh", note="Untuk laporan Bu Siti.")
    for name in ("one", "two"):
        assert group[name].agency == "dlh"
        nothing_of_siti(group, name)


def test_of_anonymous_ones_contacts_are_hidden() -> None:
    group = a_group("lead", "one", anonymous=True)
    group.says("lead", "agency.dpupr.resolved", note="Kami hubungi 081234567890.")
    assert group.told("one")[-1].data["note"] == "Kami hubungi [telepon]."


def test_what_the_desk_notes_when_it_merges_and_parts_names_nobody() -> None:
    group = two(note="Sama dengan laporan Bu Siti.")
    group.says("one", "desk.sri.separated", note="Bukan soal Bu Siti Aminah.")
    channel = [one for one in group.events if one.key.startswith(("merged.-", "separated.-"))]
    assert len(channel) == 3
    assert not any(mark in str(one.data) for one in channel for mark in MARKS)


def test_a_name_of_two_letters_or_a_title_hides_no_words() -> None:
    group = Group().begins("lead", ROAD, reporter={"name": "Bapak Al"}).begins("one")
    group.merges("one", "lead")
    group.says("lead", "agency.dpupr.resolved", note="Bapak/Ibu, jalan al-Huda selesai.")
    assert group.told("one")[-1].data["note"] == "Bapak/Ibu, jalan al-Huda selesai."


@pytest.mark.parametrize("verb", ["acknowledged", "responded", "resolved", "held"])
def test_who_reported_first_reads_no_name_of_those_who_follow(verb: str) -> None:
    """An office sees the reports of all, and may write to another by name."""
    group = two()
    note = "Pak Budi Hartono (081198765432), lubang sudah ditambal; kantor kami 0718-12345."
    group.says("lead", f"agency.dpupr.{verb}", note=note)
    lead = group["lead"]
    words = [str(one.data) for one in group.told("lead")]
    words += [str(line.detail) for line in group.history[lead.complaint_id]]
    words += [str(said) for said in group.conversation[lead.complaint_id]]
    for mark in ("Budi", "Hartono", "081198765432"):
        assert mark not in "\n".join(words), mark
    told = group.told("lead")[-1].data["note"]
    assert "kantor kami 0718-12345" in told, "an office may give its own number"


def test_a_reason_names_nobody_who_follows_either() -> None:
    group = two()
    group.says("lead", "agency.dpupr.returned", reason="Menurut Budi ini jalan provinsi.")
    assert not any("Budi" in str(one.data) for one in group.told("lead"))
    assert not any("Budi" in str(one.data) for one in group.told("two"))
