"""Masks: once is enough, and what is masked is whole."""

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.domain.masking import masked

PIECES = [
    *(
        "budi",
        "a",
        "@",
        " @ ",
        "(at)",
        "[at]",
        "\uff20",
        ".com",
        ".",
        ". ",
        " . ",
        "(dot)",
        "\u3002",
    ),
    *("0812", "3456", "7890", "1", "12", "123", "1903010101900001", "\u0661", "\uff11", "+62", "("),
    *("satu", "dua", "nol", "tiga", "empat", "lima", "enam", "kosong", "\u017fatu", "T\u0130GA"),
    *(
        "12-05-2026",
        "1.000.000",
        "-",
        ", ",
        " ",
        "\n",
        "/",
        "_",
        "\u2024",
        "\u200b",
        "\x01",
        "\x02",
    ),
    *("[telepon]", "[NIK]", "[surel]", "[", "]", "x", "Desa"),
]
texts = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=25).map("".join)


@settings(max_examples=1_000)
@given(texts)
def test_masking_twice_is_masking_once(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


@settings(max_examples=300)
@given(texts, st.sampled_from(["0812-3456-7890", "budi@example.com", "1903010101900001"]), texts)
def test_what_identifies_somebody_is_masked_whatever_stands_around(
    before: str, number: str, after: str
) -> None:
    assert number not in masked(f"{before} {number} {after}")
