"""The end of a case: told once to its channel, with all that one message needs."""

from typing import Any

import pytest

from broker.domain import sentences
from broker.domain.case import from_record, to_record
from schemas.meaning import CODES
from tests.unit.broker.domain.case.story import DAY, LIGHT, NOTHING, ROAD, Story

OTHER = Story().begins(NOTHING, id="c-2").it.tracking
PHONE = "0812-3456-7890"


def ended(key: str, text: str = LIGHT, **data: Any) -> Story:
    story = Story().begins(text)
    if key.endswith("accepted"):
        story.says("agency.dishub.resolved", note="Sudah menyala.")
    story.says(key, **data)
    assert story.it.state == "closed"
    return story


@pytest.mark.parametrize(
    ("key", "how"),
    [
        ("desk.sri.dismissed", "dismissed"),
        ("channel.web.withdrawn", "withdrawn"),
        ("channel.web.accepted", "accepted"),
    ],
)
def test_a_channel_hears_the_end_once_and_agencies_hear_both(key: str, how: str) -> None:
    verb = key.rsplit(".", 1)[-1]
    story = Story().begins(LIGHT)
    story.says("agency.dishub.resolved", note="Sudah menyala.")
    told = len(story.events)
    story.says(key, reason="ganda", note="Terima kasih.")
    keys = story.keys(told)
    assert [k for k in keys if k.endswith(".web")] == ["closed.dishub.web"]
    assert keys[0] == f"{verb}.dishub.-"
    assert {"closed.dishub.web", "closed.pln.-"} <= set(keys)
    closed = story.one("closed.dishub.web").data
    assert (closed["how"], closed["note"]) == (how, "Terima kasih.")
    assert closed["by"] == key.rsplit(".", 1)[0].replace("desk.sri", "desk")


def test_a_case_that_closes_by_itself_is_told_once_too() -> None:
    story = Story().begins(LIGHT)
    story.says("agency.dishub.resolved", note="Sudah menyala.")
    told = len(story.events)
    story.waits(30 * DAY)
    assert story.keys(told) == ["closed.dishub.web", "closed.pln.-"]
    closed = story.events[told].data
    assert closed["how"] == "closing"
    assert closed["sentence"] == sentences.ENDED["closing"]
    assert (closed["note"], closed["rating"], closed["code"]) == (None, None, None)


@pytest.mark.parametrize("code", CODES)
def test_the_reporter_is_told_why_in_a_sentence_for_each_code(code: str) -> None:
    data = {"duplicate_of": OTHER} if code == "duplicate" else {}
    story = ended("desk.sri.dismissed", NOTHING, reason="kata petugas", code=code, **data)
    closed = story.one("closed.triage.web").data
    assert (closed["code"], closed["duplicate_of"]) == (code, data.get("duplicate_of"))
    assert closed["reason"] == "kata petugas"
    sentence = closed["sentence"]
    assert sentence == sentences.DISMISSED[code].format(duplicate_of=OTHER)
    assert sentence.endswith(".") and "{" not in sentence
    assert (OTHER in sentence) is (code == "duplicate")
    detail = story.history[-1].detail
    assert detail["code"] == code
    assert detail.get("duplicate_of") == data.get("duplicate_of")


def test_there_is_a_sentence_for_each_code_and_no_other() -> None:
    assert set(sentences.DISMISSED) == set(CODES)
    assert len(set(sentences.DISMISSED.values())) == len(CODES)


def test_what_is_dismissed_without_a_code_is_told_as_other() -> None:
    closed = ended("desk.sri.dismissed", NOTHING, reason="x").one("closed.triage.web").data
    assert closed["code"] == "other"
    assert closed["sentence"] == sentences.DISMISSED["other"]


@pytest.mark.parametrize("how", ["withdrawn", "accepted"])
def test_the_reporters_own_end_has_its_sentence(how: str) -> None:
    closed = ended(f"channel.web.{how}").one("closed.dishub.web").data
    assert closed["sentence"] == sentences.ENDED[how]
    assert closed["reason"]


def test_the_last_word_of_an_anonymous_reporter_is_masked_as_all_others() -> None:
    story = Story().begins(LIGHT, anonymous=True)
    story.says("channel.web.withdrawn", note=f"Hubungi {PHONE}")
    for event in story.events:
        assert PHONE not in event.out.body.decode(), event.key
    assert story.one("closed.dishub.web").data["note"] == "Hubungi [telepon]"


def test_the_last_word_is_told_and_not_kept() -> None:
    story = ended("channel.web.accepted", note="Kata rahasia", rating=5)
    assert "rahasia" in story.one("closed.dishub.web").out.body.decode()
    assert "rahasia" not in str(to_record(story.it))
    assert "rahasia" not in str(story.history)


def test_how_it_ended_is_in_its_record_and_older_records_are_read() -> None:
    story = ended(
        "desk.sri.dismissed", NOTHING, reason="ganda", code="duplicate", duplicate_of=OTHER
    )
    record = to_record(story.it)
    assert from_record(record).closed == story.it.closed
    old = record | {"closed": {k: record["closed"][k] for k in ("at", "by", "how", "reason")}}  # type: ignore[index]
    read = from_record(old).closed
    assert read and story.it.closed
    assert (read.reason, read.code, read.duplicate_of, read.sentence) == ("ganda", None, None, None)


def test_the_channel_of_a_moved_case_hears_its_end_from_where_it_is() -> None:
    story = Story().begins(ROAD)
    story.says("desk.sri.assigned", agency="dlh")
    story.says("channel.web.withdrawn")
    assert story.keys()[-2:] == ["withdrawn.dlh.-", "closed.dlh.web"]
