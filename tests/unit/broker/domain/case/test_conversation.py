"""What is said in a case: as a value, and that nobody has to be told twice."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from broker.domain.case import Said, read, resend
from broker.domain.case.conversation import conversation_on_the_wire, said_of
from broker.domain.masking import PHONE_MASK
from schemas.envelope import dumps
from schemas.limits import CONVERSATION_BYTES, CONVERSATION_NEWEST
from schemas.updates import Update
from tests.unit.broker.domain.case.story import LIGHT, MONDAY, NOTHING, ROAD, Story, an_update
from tests.unit.broker.domain.case.story import said as told

FILE = {"url": "https://contoh.id/foto.jpg", "media_type": "image/jpeg", "size": 7}


def what_is_said(key: str, *, anonymous: bool = False, **data: Any) -> tuple[Said, ...]:
    update = read(an_update(Story().complaint, key, id="u", time=MONDAY, **data))
    assert isinstance(update, Update), update
    return said_of(update, MONDAY, anonymous)


def words(event: Any) -> list[tuple[str, str, str | None]]:
    return [(s["by"], s["verb"], s.get("note")) for s in event.data.get("conversation", [])]


def test_the_office_says_it_and_not_the_person() -> None:
    [said] = what_is_said("desk.sri.assigned", agency="dlh", note="Mohon dicek.")
    assert said == Said(MONDAY, "desk", "assigned", note="Mohon dicek.")


def test_all_words_of_an_update_are_said() -> None:
    [said] = what_is_said(
        "agency.dishub.returned",
        reason="bukan kami",
        note="Diteruskan.",
        internal_note="Tiang PLN.",
        suggest="PLN",
        attachments=[FILE],
    )
    assert said == Said(
        MONDAY,
        "agency.dishub",
        "returned",
        note="Diteruskan.",
        reason="bukan kami",
        internal_note="Tiang PLN.",
        attachments=(FILE,),  # type: ignore[arg-type]  # a plain dictionary
        suggest="PLN",
    )
    assert Said.from_plain(json.loads(dumps(said.to_plain()))) == said


@pytest.mark.parametrize("key", ["agency.dishub.acknowledged", "channel.web.replied"])
def test_an_update_without_words_says_nothing(key: str) -> None:
    assert what_is_said(key) == ()
    assert what_is_said(key, note=" ") == ()


def test_a_channel_has_no_internal_note() -> None:
    [said] = what_is_said("channel.web.replied", note="Ya.", internal_note="rahasia")
    assert said.internal_note is None
    assert what_is_said("channel.web.replied", internal_note="rahasia") == ()


def test_what_a_channel_says_for_an_anonymous_reporter_is_masked() -> None:
    [said] = what_is_said(
        "channel.web.replied",
        anonymous=True,
        note="Hubungi 0812-3456-7890",
        attachments=[FILE],
    )
    assert said.note == f"Hubungi {PHONE_MASK}"
    assert [one["sensitive"] for one in said.attachments] == [True]
    [plain] = what_is_said("channel.web.replied", note="Hubungi 0812-3456-7890")
    assert plain.note == "Hubungi 0812-3456-7890"
    [ours] = what_is_said("agency.dishub.held", anonymous=True, note="Hubungi 0717-123456")
    assert ours.note == "Hubungi 0717-123456", "an office is not anonymous"


def test_a_case_that_moves_takes_along_what_was_said_in_it() -> None:
    story = Story().begins(LIGHT)
    story.says("agency.dishub.held", note="Tiang nomor berapa?", internal_note="Cek ke PLN.")
    story.says("channel.web.replied", note="Nomor 7, itu tiang PLN.", attachments=[FILE])
    story.says("agency.pln.returned", reason="kami hanya pendukung")
    story.says(
        "agency.dishub.returned",
        reason="bukan jaringan kami",
        note="Kami teruskan.",
        internal_note="Sudah bicara dengan PLN.",
        suggest="Dinas Lingkungan Hidup",
    )
    routed = story.one("routed.dlh.web")
    conversation = routed.data["conversation"]
    assert [set(said) for said in conversation] == [
        {"at", "by", "verb", "note", "internal_note"},
        {"at", "by", "verb", "note", "attachments"},
        {"at", "by", "verb", "reason"},
        {"at", "by", "verb", "reason", "note", "internal_note", "suggest"},
    ]
    question, answer, other, back = conversation
    assert question["note"] == "Tiang nomor berapa?"
    assert question["internal_note"] == "Cek ke PLN."
    assert (answer["by"], answer["note"]) == ("channel.web", "Nomor 7, itu tiang PLN.")
    assert answer["attachments"] == [FILE]
    assert (other["by"], other["reason"]) == ("agency.pln", "kami hanya pendukung")
    assert back["by"] == "agency.dishub"
    assert back["reason"] == "bukan jaringan kami"
    assert back["internal_note"] == "Sudah bicara dengan PLN."
    assert back["suggest"] == "Dinas Lingkungan Hidup"


def test_the_note_of_the_desk_goes_along_and_supporting_agencies_are_told_too() -> None:
    story = Story().begins(NOTHING)
    story.says("desk.sri.held", note="Di mana itu?")
    story.says("channel.web.replied", note="Di Kelurahan Melati, sudah lama padam lampu jalan.")
    expected = [
        ("desk", "held", "Di mana itu?"),
        ("channel.web", "replied", "Di Kelurahan Melati, sudah lama padam lampu jalan."),
    ]
    assert words(story.one("routed.dishub.web")) == expected
    assert words(story.one("routed.pln.web")) == expected
    story.says("desk.sri.assigned", agency="dlh", note="Ini sampah.", internal_note="Kata lurah.")
    routed = story.one("routed.dlh.web")
    assert words(routed) == [*expected, ("desk", "assigned", "Ini sampah.")]
    assert routed.data["conversation"][-1]["internal_note"] == "Kata lurah."


def test_a_new_complaint_has_no_conversation_and_no_channel_ever_reads_one() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.returned", reason="bukan kami", internal_note="rahasia")
    story.says("desk.sri.assigned", agency="dlh", internal_note="rahasia juga")
    story.says("agency.dlh.resolved", note="Selesai.", internal_note="rahasia lagi")
    story.says("channel.web.accepted", rating=5)
    with_it = [e.key for e in story.events if "conversation" in e.data]
    assert with_it == ["triaged.triage.web", "routed.dlh.web"]
    for event in story.events:
        if event.key not in with_it:
            assert "rahasia" not in json.dumps(event.data), event.key


def test_a_complaint_that_is_sent_again_comes_with_what_was_said() -> None:
    story = Story().begins(ROAD)
    story.says("desk.sri.assigned", agency="dlh", note="Mohon dicek.")
    story.says("channel.web.replied", note="Masih rusak.")
    again = resend(story.it, now=story.now)
    assert again
    assert words(told(again)) == [
        ("desk", "assigned", "Mohon dicek."),
        ("channel.web", "replied", "Masih rusak."),
    ]


def test_the_last_word_goes_to_the_store_and_the_case_carries_nothing_on() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.held", note="Di mana?")
    assert story.it.conversation
    story.says("channel.web.withdrawn", note="Sudah selesai.")
    assert story.it.conversation == ()
    assert story.last is not None
    [last] = story.last.said  # type: ignore[union-attr]  # it was accepted
    assert last.note == "Sudah selesai."


def test_the_newest_go_along_oldest_first() -> None:
    said = [
        Said(datetime(2026, 2, 2, tzinfo=UTC), "channel.web", "replied", note=f"{n}")
        for n in range(CONVERSATION_NEWEST + 3)
    ]
    assert [one["note"] for one in conversation_on_the_wire(said)] == [
        str(n) for n in range(3, CONVERSATION_NEWEST + 3)
    ]


@pytest.mark.parametrize("sign", ["x", "é", '"', "\n", "\U0001f64f"])
def test_no_more_bytes_go_along_than_are_bounded_and_the_last_word_always_does(sign: str) -> None:
    words = sign * 10_000
    long = Said(
        MONDAY,
        "agency.dpupr",
        "returned",
        note=words,
        reason=words,
        internal_note=words,
        attachments=[{"url": "https://a/" + "x" * 4_000, "media_type": "x" * 4_000}] * 20,
        suggest=words,
    )
    short = Said(MONDAY, "channel.web", "replied", note="Ya.")
    for conversation, most in (
        ([short, long], 1),
        ([long, short], 2),
        ([short] * 9 + [Said(MONDAY, "desk", "held", note=words)] * 9, 9),
    ):
        wire = conversation_on_the_wire(conversation)
        assert 1 <= len(wire) <= most
        assert sum(len(dumps(one)) for one in wire) <= CONVERSATION_BYTES
        assert wire[-1]["verb"] == conversation[-1].verb
    [alone] = conversation_on_the_wire([short, long])
    assert alone["note"].startswith(sign * 3_000)
    assert alone["attachments"]
