"""What people write in an update is cleaned and bounded before anybody passes it on."""

from typing import Any

import pytest

from schemas.limits import ATTACHMENT_CHARACTERS, ATTACHMENTS, NOTE_CHARACTERS, WARNINGS
from schemas.words import plain
from tests.unit.schemas.updates_said import refused, understood

WORDS = [
    ("agency.dpupr.acknowledged", "note", {}),
    ("agency.dpupr.acknowledged", "internal_note", {}),
    ("channel.web.replied", "note", {}),
    ("agency.dpupr.returned", "reason", {}),
    ("agency.dpupr.returned", "suggest", {"reason": "bukan kami"}),
    ("desk.sri.dismissed", "reason", {}),
    ("desk.sri.assigned", "agency", {}),
    ("desk.sri.assigned", "title", {"agency": "dlh"}),
    ("desk.sri.assigned", "category", {"agency": "dlh"}),
]
every_word = pytest.mark.parametrize(("key", "name", "more"), WORDS)


@every_word
def test_a_text_of_more_characters_than_can_be_shown_is_refused(
    key: str, name: str, more: dict[str, Any]
) -> None:
    for length in (NOTE_CHARACTERS + 1, 900_000):
        detail = refused(key, **more, **{name: "x" * length})
        assert detail == f"{name}: {length} characters; at most {NOTE_CHARACTERS}"
    said = understood(key, **more, **{name: "é" * NOTE_CHARACTERS})
    assert getattr(said, name) == "é" * NOTE_CHARACTERS


@every_word
@pytest.mark.parametrize("value", [42, True, ["a"], {"a": 1}, 0.5])
def test_a_text_that_is_none_is_refused(
    key: str, name: str, more: dict[str, Any], value: Any
) -> None:
    if name == "category" and type(value) is int:
        assert understood(key, **more, category=value).category == "42"
    else:
        assert refused(key, **more, **{name: value}) == f"{name}: not a string"


@every_word
def test_what_a_terminal_would_act_on_is_taken_out_of_every_text(
    key: str, name: str, more: dict[str, Any]
) -> None:
    said = understood(key, **more, **{name: "\x1b[2J\x1b[31mawas\x1b[0m\x9b\u202e\0 \t ya\r\n"})
    assert getattr(said, name) == "awas \t ya"
    assert said.data.get(name) == (None if name == "internal_note" else "awas \t ya")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("baris satu\nbaris dua\tkolom", "baris satu\nbaris dua\tkolom"),
        ("satu\r\ndua\rtiga\u2028empat\u2029lima\x85enam", "satu\ndua\ntiga\nempat\nlima\nenam"),
        ("\x1b[1;31mmerah\x1b[0m", "merah"),
        ("\x1b[?25l\x1b[6n\x1b[ qx", "x"),
        ("\x1b]0;judul\x07isi", "isi"),
        ("\x1b]8;;https://example.org\x1b\\taut\x1b]8;;\x1b\\", "taut"),
        ("\x1bP1$r\x1b\\isi", "isi"),
        ("\x1b]tidak pernah selesai\nisi", "]tidak pernah selesai\nisi"),
        ("\x1b[", "["),
        ("\x1b\x1b[31mdua\x1b", "dua"),
        ("\x1b\0[31mx", "[31mx"),
        ("".join(map(chr, range(9))) + "a\x0b\x0c\x7f" + "".join(map(chr, range(134, 160))), "a"),
        ("a\u202eb\u2066c\u200fd\u061ce", "abcde"),
        ("  di tepi \n", "di tepi"),
        ("👩‍🔧 नमस्ते ‌می‌خواهم", "👩‍🔧 नमस्ते ‌می‌خواهم"),
        ("\x1b[0m\u202e", ""),
    ],
)
def test_plain_text_is_what_is_left(written: str, read: str) -> None:
    assert plain(written) == read
    assert plain(read) == read


@pytest.mark.parametrize("note", [..., None, "", " \n ", "\0\x1b[0m"])
def test_a_final_answer_needs_words(note: object) -> None:
    data: dict[str, Any] = {} if note is ... else {"note": note}
    assert refused("agency.dpupr.resolved", **data).startswith("note: required")
    assert understood("agency.dpupr.responded", **data).note is None


def test_an_internal_note_is_known_to_the_case_and_does_not_go_on() -> None:
    for key in ("agency.dpupr.responded", "desk.sri.held"):
        said = understood(key, note="Kami cek.", internal_note="Anggaran \x1b[1mhabis.")
        assert said.internal_note == "Anggaran habis."
        assert said.data == {"note": "Kami cek."}
        assert said.warnings == ()


@pytest.mark.parametrize(
    "name", ["internalNote", "Internal_Note", "internal-note", "INTERNAL NOTE"]
)
def test_an_internal_note_that_is_spelt_in_another_way_does_not_go_on_either(name: str) -> None:
    said = understood("agency.dpupr.responded", **{name: "Anggaran habis."})
    assert said.internal_note == "Anggaran habis."
    assert said.data == {"warnings": ["internal_note: was spelt in another way"]}
    both = understood("agency.dpupr.responded", internal_note="satu", **{name: "dua"})
    assert both.internal_note == "satu"
    assert both.data == {"warnings": list(both.warnings)}
    assert both.warnings == ("internal_note: was there twice; the other spelling left out",)


@pytest.mark.parametrize("key", ["agency.dpupr.responded", "desk.sri.held", "channel.web.replied"])
def test_an_internal_note_does_not_go_on_at_any_depth(key: str) -> None:
    earlier = {"by": "agency.dlh", "internal_note": "rahasia", "note": "Kami cek."}
    said = understood(key, conversation=[earlier, {"a": {"internalNote": "rahasia"}}], note="Ya.")
    assert said.warnings == ("internal_note: inside of another field; left out",)
    kept = [{"by": "agency.dlh", "note": "Kami cek."}, {"a": {}}]
    assert said.data == {"conversation": kept, "note": "Ya.", "warnings": list(said.warnings)}
    assert said.internal_note is None


@pytest.mark.parametrize("value", ["rahasia", 42, "x" * 900_000, {"a": "b"}, False])
def test_a_channel_writes_no_internal_note(value: object) -> None:
    said = understood("channel.web.replied", note="Halo", internal_note=value)
    assert said.internal_note is None
    assert said.warnings == ("internal_note: not for a channel to write; left out",)
    assert said.data == {"note": "Halo", "warnings": list(said.warnings)}


GOOD = {"url": "https://example.org/1.jpg", "media_type": "image/jpeg", "size": 10}


def test_attachments_go_on_as_those_of_a_complaint() -> None:
    said = understood("channel.web.replied", attachments=[GOOD | {"name": "foto"}, {"url": "x"}])
    assert said.attachments == (GOOD, {"url": "x"})
    assert said.data == {"attachments": [GOOD, {"url": "x"}]}
    assert said.warnings == ()


@pytest.mark.parametrize("given", ["https://example.org", 5, {"url": "x"}, True])
def test_attachments_that_are_no_list_are_left_out(given: object) -> None:
    said = understood("channel.web.replied", note="Halo", attachments=given)
    assert said.attachments == ()
    assert said.warnings == ("attachments: input should be a valid list; left out",)
    assert said.data == {"note": "Halo", "warnings": list(said.warnings)}


@pytest.mark.parametrize("given", [None, []])
def test_no_attachments_are_nothing_to_warn_of(given: object) -> None:
    said = understood("channel.web.replied", note="Halo", attachments=given)
    assert (said.attachments, said.warnings, said.data) == ((), (), {"note": "Halo"})


def test_attachments_beyond_the_limit_are_left_out() -> None:
    files = [{"url": f"https://example.org/{n}"} for n in range(ATTACHMENTS + 1)]
    said = understood("agency.dpupr.responded", attachments=files)
    assert said.attachments == tuple(files[:-1])
    assert said.warnings == (f"attachments: more than {ATTACHMENTS}; the others left out",)


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ({"media_type": "image/jpeg"}, "attachments.1"),
        ({"url": 5}, "attachments.1.url"),
        ({"url": ""}, "attachments.1.url"),
        ({"url": "https://example.org/\x1b[31m"}, "attachments.1.url"),
        ({"url": "https://example.org/" + "x" * ATTACHMENT_CHARACTERS}, "attachments.1.url"),
        (GOOD | {"media_type": "x" * 900_000}, "attachments.1.media_type"),
        ("https://example.org", "attachments.1"),
        (None, "attachments.1"),
    ],
)
def test_an_attachment_that_cannot_be_used_is_left_out_and_named(bad: object, named: str) -> None:
    said = understood("channel.web.replied", attachments=[GOOD, bad, {"url": "x"}])
    assert said.attachments == (GOOD, {"url": "x"})
    assert [warning.partition(":")[0] for warning in said.warnings] == [named]
    assert said.data["attachments"] == [GOOD, {"url": "x"}]


def test_a_part_of_an_attachment_that_cannot_be_used_is_left_out_alone() -> None:
    said = understood("channel.web.replied", attachments=[GOOD, GOOD | {"size": "10"}])
    assert said.attachments == (GOOD, {name: GOOD[name] for name in ("url", "media_type")})
    assert said.warnings == ("attachments.1.size: input should be a valid integer; left out",)


def test_not_more_is_named_than_can_be_read() -> None:
    files = [{"url": "x", "size": -1, "media_type": 5} for _ in range(ATTACHMENTS)]
    said = understood("channel.web.replied", attachments=files)
    assert len(said.warnings) == WARNINGS + 1
    assert said.warnings[-1] == "20 more were left out"
    assert len(said.attachments) == ATTACHMENTS


def test_warnings_are_ours_to_give() -> None:
    said = understood("agency.dpupr.responded", note="a", warnings=["gajian"])
    assert (said.data, said.warnings) == ({"note": "a"}, ())


def test_a_time_that_is_none_is_left_out_and_named() -> None:
    for said in (
        understood("agency.dpupr.responded", bare=True, time="besok"),
        understood("agency.dpupr.responded", event={"time": "besok"}),
    ):
        assert said.time is None
        assert said.warnings == ("time: not an RFC 3339 timestamp; left out",)
