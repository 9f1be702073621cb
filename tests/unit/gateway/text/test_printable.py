"""Text from outside on a terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("jalan rusak", "jalan rusak"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202eb", "a\\u202eb"),
        ("a\nb\tc", "a\\nb\\tc"),
        (b"caf\xc3\xa9 \xff\x00", "café \\xff\\x00"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_a_terminal_would_act_on_is_escaped(text: str | bytes, shown: str) -> None:
    assert printable(text) == shown


def test_a_body_keeps_its_lines() -> None:
    assert printable("a\n\tb\r\n", lines=True) == "a\n\tb\\r\n"


@given(
    st.text(st.characters(exclude_categories=()) | st.sampled_from("\ud800\x1b\u202e"))
    | st.binary()
)
def test_anything_can_be_printed(text: str | bytes) -> None:
    shown = printable(text)
    assert all(c.isprintable() or unicodedata.category(c) == "Zs" for c in shown)
    shown.encode()
