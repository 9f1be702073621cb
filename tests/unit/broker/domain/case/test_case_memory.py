"""What a case remembers of what people wrote, and for how long."""

import pytest

from tests.unit.broker.domain.case.story import Story


def test_notes_of_the_agency_and_the_desk_stand_in_the_history():
    story = Story()
    story.begins()

    story.says("agency.dishub.acknowledged", note="  Petugas ke lokasi besok.  ")
    story.says("agency.dishub.returned", reason="Bukan kami", note="Lihat peta jalan.")
    story.says("desk.ani.assigned", agency="dpupr", note="Sudah ditelepon.")

    notes = [line.detail["note"] for line in story.history if "note" in line.detail]
    assert notes == ["Petugas ke lokasi besok.", "Lihat peta jalan.", "Sudah ditelepon."]


def test_what_the_reporter_notes_is_not_in_the_history():
    story = Story()
    story.begins()

    story.says("channel.web.replied", note="Saya Budi, lampunya masih mati.")

    assert "Budi" not in str([line.detail for line in story.history])


@pytest.mark.parametrize("note", [None, "", "  ", "\0\x1b[0m"])
def test_a_note_that_is_none_is_left_out(note):
    story = Story()
    story.begins()

    story.says("agency.dishub.acknowledged", note=note)

    assert "note" not in story.history[-1].detail


def test_a_long_note_is_cut():
    story = Story()
    story.begins()

    story.says("agency.dishub.acknowledged", note="panjang " * 1000)

    assert len(story.history[-1].detail["note"]) == 2000


def test_a_closed_case_forgets_the_reasons_that_quote_its_complaint():
    story = Story()
    story.begins("lampu jalan padam")
    assert "lampu" in (story.it.decision.because or "")

    story.says("channel.web.withdrawn")

    assert "lampu" not in str(story.it.decision)
    assert story.it.decision.topic
