"""What a learned model makes of typing errors, and of two matters in one text."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from broker.domain.routing.decide import Query, decide
from broker.domain.routing.grounds import weighed
from broker.domain.routing.learned import parting
from broker.domain.routing.marking import spans
from broker.domain.routing.rules import Rules
from config.loading import load_rules

ON = date(2026, 1, 15)
LAMP = "Lampu padam gelap, penerangan tiang pju padam kalau malam, mohon segera"
RUBBISH = "Sampah menumpuk bau di tps, pengangkutan sampah tolong segera"


@pytest.fixture(scope="module")
def rules(learned_once: Path) -> Rules:
    return load_rules(learned_once)


def test_a_typing_error_is_read_as_a_word_that_was_learned(rules):
    decision = decide(Query("penerangsn padsm mslam gelsp tianh"), rules, on=ON)
    assert rules.agency_name(decision.agency or "") == "Dinas Perhubungan"
    assert "salah ketik yang dibaca sebagai" in decision.because
    assert "penerangsn" not in decision.because


def test_a_word_that_was_learned_stays_itself(rules):
    assert rules.model is not None
    learned = list(rules.model.blocks["word"].index)
    assert rules.model.said.words(" ".join(learned)) == learned


def test_the_word_as_written_is_marked(rules):
    text = "penerangsn padsm gelsp"
    query = Query(text)
    decision = decide(query, rules, on=ON)
    words = weighed(query, decision, rules, ON)
    assert words
    found = spans(text, rules, decision.topic, words)
    assert {text[span.start : span.end] for span in found} <= set(text.split())
    assert found


def test_a_folder_that_leaves_typing_errors_alone_does_so_with_a_model(learned_once, tmp_path):
    folder = Path(shutil.copytree(learned_once, tmp_path / "literal"))
    with (folder / "words.toml").open("a", encoding="utf-8") as file:
        file.write("\n[typing]\ncorrected = false\n")
    literal = load_rules(folder)
    assert literal.model is not None
    assert literal.model.said.words("penerangsn") == ["penerangsn"]


def test_a_second_matter_goes_to_its_agency_too(rules):
    decision = decide(Query(f"{LAMP}. {RUBBISH}."), rules, on=ON)
    told = [rules.agency_name(code) for code in (decision.agency or "", *decision.supporting)]
    assert told == ["Dinas Perhubungan", "Dinas Lingkungan Hidup"]
    first, second = decision.because.split(" Selain itu: ")
    assert "padam" in first and "pengangkutan" in second


def test_one_matter_in_two_sentences_goes_to_one_agency(rules):
    decision = decide(Query(f"{LAMP}. {LAMP}."), rules, on=ON)
    assert decision.supporting == ()


def test_who_handed_it_back_is_no_second(rules):
    both = decide(Query(f"{LAMP}. {RUBBISH}."), rules, on=ON)
    again = decide(Query(f"{LAMP}. {RUBBISH}."), rules, on=ON, excluded=both.supporting)
    assert not set(both.supporting) & {again.agency, *again.supporting}


def test_no_sentence_is_judged_apart_in_a_short_text(rules, monkeypatch):
    monkeypatch.delattr(parting, "starts")  # asked for, it would fail
    decide(Query("Lampu padam. Sampah menumpuk."), rules, on=ON)
