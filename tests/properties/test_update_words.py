"""Cleaning words: what people write stays, and of the rest nothing is left that acts."""

import re
from collections.abc import Callable
from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from schemas.files import checked_attachments
from schemas.identifiers import tracking
from schemas.limits import ATTACHMENTS
from schemas.subject import Subject, code_of, subject_of
from schemas.words import plain

_ACTING = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
hurtful = st.lists(
    st.sampled_from(
        ["\x1b", "[", "]", "\\", "\x07", "31", "m", "\0", "\x9b", "\u202e", "\r", "\n", "\t", " "]
    )
    | st.characters(codec="utf-8")
).map("".join)
ordinary = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"])
    | st.sampled_from(["\n", "\t"])
).filter(lambda text: not _ACTING.search(text))


@given(hurtful)
@example("\x1b\x1b[31m[31m")
@example("\x1b]\x1b[0m8;;\x07")
def test_nothing_is_left_that_acts_and_nothing_is_made_up(text: str) -> None:
    cleaned = plain(text)
    assert not _ACTING.search(cleaned)
    assert plain(cleaned) == cleaned
    rest = iter(_LINE_ENDS.sub("\n", text))
    assert all(character in rest for character in cleaned), "in the order in which it was written"


@given(ordinary)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert plain(text) == text.strip()


@given(st.lists(ordinary, min_size=1, max_size=5))
def test_colours_go_and_words_stay(words: list[str]) -> None:
    coloured = "".join(f"\x1b[1;3{n}m{word}\x1b[0m" for n, word in enumerate(words))
    assert plain(coloured) == "".join(words).strip()


@given(st.lists(st.fixed_dictionaries({"url": hurtful}) | st.none() | hurtful, max_size=30))
def test_every_attachment_is_there_or_named(files: list[object]) -> None:
    found, warnings = checked_attachments(files)
    asked = len(files[:ATTACHMENTS])
    named = [warning for warning in warnings if "more than" not in warning]
    assert len(found) + len(named) == asked
    assert all(one["url"].isprintable() for one in found)


@given(st.uuids(), st.sampled_from([str.lower, str.upper, lambda c: c.replace("-", " ")]))
def test_a_complaint_is_known_by_either_of_its_names(
    uuid: UUID, written: Callable[[str], str]
) -> None:
    code = tracking(uuid)
    assert subject_of([str(uuid)]) == Subject(complaint_id=uuid)
    assert subject_of([written(code)]) == Subject(tracking=code)
    assert subject_of([code, str(uuid)]) == Subject(complaint_id=uuid)
    for place in range(len(code)):
        for other in "0XU":
            slip = code[:place] + other + code[place + 1 :]
            assert code_of(slip) in (None, code), "one wrong character is always found"
