"""Typing errors are read as the word that is meant, and nothing else is."""

import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from broker.domain.routing.decide import Query, decide
from broker.domain.routing.language.corrections import SHORTEST, Corrections, ReadAs
from broker.domain.routing.language.text import words
from broker.domain.routing.language.vocabulary import UNKNOWN, Vocabulary
from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import Words
from config.loading import load_rules
from config.loading.known_words import indonesian, known_words
from config.loading.rules import check_rules
from tests.support.regions import SMALL_REGION

ON = date(2026, 11, 2)


@pytest.fixture(scope="module")
def shipped() -> Rules:
    return load_rules(None)


def known(rules: Rules) -> set[str]:
    """Every word that the rules or the language know."""
    spelling, places = rules.words, rules.gazetteer.areas.values()
    texts = [
        *(p for t in rules.topics for p in (*t.phrases, *t.strong, *t.weak, *t.against)),
        *(phrase for value in rules.attributes.values() for phrase in value.phrases),
        *(name for area in places for name in (area.name, *area.aliases)),
        *(name for other in rules.outside for name in (other.name, *other.aliases)),
        *(name for road in rules.roads for name in (road.name, *road.aliases)),
        *(text for pair in spelling.expand for text in pair),
        *(*spelling.ignore, *spelling.keep, *spelling.known),
    ]
    return {word for text in texts for word in words(text)}


def test_no_known_word_is_read_as_another(shipped):
    corrected = {word for word in known(shipped) if type(shipped.vocabulary.read(word)) is ReadAs}
    assert not corrected


@pytest.mark.parametrize("affixed", ["{}nya", "{}lah", "{}kah", "{}ku"])
def test_nor_is_one_with_affixes(shipped, affixed):
    roots = sorted(word for word in indonesian() if len(word) > SHORTEST)
    read = {word: shipped.vocabulary.read(word) for word in map(affixed.format, roots)}
    assert [word for word, reading in read.items() if type(reading) is ReadAs] == []


@pytest.mark.parametrize("name", ["maman", "bakri", "marta", "ramdan", "sampang", "jajang", "siti"])
def test_a_persons_name_is_read_as_no_matter(shipped, name):
    assert type(shipped.vocabulary.read(name)) is not ReadAs, shipped.vocabulary.read(name)


@given(st.text(alphabet="0123456789abkms", min_size=1, max_size=12))
@settings(max_examples=300, deadline=None)
@example("123456")
@example("5km")
def test_what_has_digits_or_is_short_is_no_typing_error(shipped, word):
    reading = shipped.vocabulary.read(word)
    if not word.isalpha() or len(word) < SHORTEST:
        assert type(reading) is not ReadAs


def test_a_foreign_village_is_none_of_ours(shipped):
    for name in ("Gading", "Serdeng", "Rajek", "Toboalu", "Tukok", "Paying"):
        assert decide(Query(f"jalan rusak di desa {name}"), shipped, on=ON).region is None, name


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("smpah", "sampah"),
        ("sampha", "sampah"),
        ("ampsah", "ampsah"),
        ("asmpah", "sampah"),
        ("samppah", "sampah"),
        ("sanpah", "sampah"),
        ("puskemas", "puskesmas"),
        ("kelurhan", "kelurahan"),
        ("trotuar", "trotoar"),
        ("jembstan", "jembatan"),
    ],
)
def test_one_slip_is_undone(shipped, written, meant):
    read = shipped.vocabulary.read
    assert read(written) == (UNKNOWN if written == meant else read(meant))


def test_of_two_words_that_are_as_near_none_is_meant():
    corrections = Corrections(["parkir", "barkir"], [], str)
    assert corrections.of("farkir", "farkir") is None
    assert Corrections(["tempel", "tempat"], [], str).of("templ", "templ") == "tempel"
    assert Corrections(["tempul", "tempel"], [], str).of("templ", "templ") is None


def test_a_word_of_no_phrase_that_is_as_near_rules_a_correction_out():
    assert Corrections(["murah"], [], str).of("muroh", "muroh") is None
    assert Corrections(["sampah"], [], str).of("sampsh", "sampsh") == "sampah"
    assert Corrections(["sampah"], ["sampeh"], str).of("samph", "samph") is None
    assert Corrections(["sampah"], ["sampah"], str).of("sampah", "sampah") is None


def test_the_reason_says_what_was_read_into_a_typing_error(shipped):
    decision = decide(Query("sanpah menumpuk tidak diangkut"), shipped, on=ON)
    assert decision.agency == "dlh"
    assert "(salah ketik yang dibaca sebagai “sampah”)" in decision.because
    assert "sanpah" not in decision.because
    right = decide(Query("sampah menumpuk tidak diangkut"), shipped, on=ON)
    assert "salah ketik" not in right.because


def test_a_doubtful_decision_says_it_too(shipped):
    decision = decide(Query("sampah berserakan, lampi jalan pedam"), shipped, on=ON)
    assert decision.agency is None
    assert "dibaca sebagai “lampu”" in decision.because


def test_two_readings_of_a_text_are_one(shipped):
    again = load_rules(None)
    text = "lampi jalan matu, smpah menumpik di selokna, puskemas tutp, jembstan ambrik"
    assert decide(Query(text), shipped, on=ON) == decide(Query(text), again, on=ON)


def test_a_folder_may_leave_typing_errors_alone(tmp_path):
    folder = Path(shutil.copytree(SMALL_REGION, tmp_path / "region"))
    assert decide(Query("jalam rusak"), load_rules(folder), on=ON).agency
    with (folder / "words.toml").open("a", encoding="utf-8") as file:
        file.write("\n[typing]\ncorrected = false\n")
    assert decide(Query("jalam rusak"), load_rules(folder), on=ON).agency is None


def test_a_folder_names_words_that_are_none(tmp_path):
    folder = Path(shutil.copytree(SMALL_REGION, tmp_path / "region"))
    with (folder / "words.toml").open("a", encoding="utf-8") as file:
        file.write('\n[typing]\nknown = ["Jalam"]\n')
    assert decide(Query("jalam rusak"), load_rules(folder), on=ON).agency is None


def test_the_words_that_a_model_has_learned_are_known():
    model = SimpleNamespace(blocks={"word": SimpleNamespace(grams=("jalam",))})
    assert known_words([], model) == indonesian() | {"jalam"}  # type: ignore[arg-type]


def test_checking_the_rules_makes_no_index(shipped):
    checked = check_rules(None)
    assert checked.rules is not None
    assert "_corrections" not in vars(checked.rules.vocabulary)


def test_a_word_that_was_read_once_costs_no_second_look(monkeypatch):
    vocabulary = Vocabulary(Words(), names=[], phrases=["sampah"], matters=["sampah"])
    assert vocabulary.stream("smpah sampah") == ["sampah"]
    monkeypatch.delattr(Corrections, "of")  # asked for, it would fail
    assert vocabulary.stream("smpah smpah sampah") == ["sampah"]
