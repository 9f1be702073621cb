"""Names elsewhere that are made of words: none of them hides a word of the matter."""

import pytest

from broker.domain.routing.language.elsewhere import named_in_address, said_to_be_there
from broker.domain.routing.rules import compile_rules
from broker.domain.routing.tables import Agency, Outside, Topic, Words

NAMES = {("depok",): 0, ("sungailiat",): 1, ("kota", "batu"): 2}


def _is_there(text: str) -> int | None:
    return said_to_be_there(text, NAMES, lambda word: word not in {"rusak", "sampah", "lampu"})


@pytest.mark.parametrize("name", ["Tanah Abang", "Bau Bau"])
def test_a_name_that_would_shrink_to_a_word_is_not_looked_for(name: str) -> None:
    rules = compile_rules(
        tenant="t",
        name="T",
        version="1",
        region="99.01",
        agencies=[Agency("bpn", "BPN")],
        topics=[Topic("land", "Tanah", "bpn", phrases=("tanah", "bau"))],
        outside=[Outside(name, "kecamatan")],
        words=Words(ignore=("abang",)),
    )
    haystack = f" {' '.join(rules.vocabulary.stream('tanah bau'))} "
    assert not any(entry.outside for _, _, entry in rules.matcher.matches(haystack))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Jl. Mawar no 3 Depok, lampu mati", 0),
        ("lampu jalan Depok mati", None),
        ("sampah di kab. Depok", 0),
        ("sampah didepok", 0),
        ("sampah, Depok.", 0),
        ("sampah di mana mana", None),
        ("sampah di kota Batu", 2),
        ("saya dari Depok dan Sungailiat", None),
        ("bandingkan dengan Depok atau Sungailiat", None),
        ("Depok punya taman", None),
        ("", None),
    ],
)
def test_a_text_says_where_its_matter_is(text: str, number: int | None) -> None:
    assert _is_there(text) == number


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("Jl. Depok 3", None),
        ("gang raya Depok", None),
        ("Jl. Melati 3, Depok", 0),
        ("Jl. Depok, Sungailiat", 0),
        ("Depok", 0),
    ],
)
def test_in_an_address_only_a_streets_own_name_is_no_place(
    address: str, number: int | None
) -> None:
    assert named_in_address(address, NAMES) == number


def test_a_hostile_run_of_names_is_read_in_one_pass() -> None:
    assert said_to_be_there("dari depok " * 2000, NAMES, lambda _: True) is None
