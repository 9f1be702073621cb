"""What a page marks in a complaint, and what it says of why."""

from datetime import date
from functools import cache
from pathlib import Path

from broker.domain.routing.decide import Query, decide
from broker.domain.routing.rules import Rules
from config.language import spoken_in
from config.loading.rules import load_rules
from gateway.desk.evidence import evidence_of, pieces

SMALL_REGION = Path("tests/support/small_region")
DAY = date(2026, 11, 27)


@cache
def _rules() -> Rules:
    return load_rules(SMALL_REGION)


def test_the_words_that_decided_are_marked_with_what_they_show() -> None:
    text = "Sampah tidak diangkut di Desa Serdang, tolong Dinas Perhubungan"
    found = evidence_of(_rules(), Query(text), DAY)
    shown = {(text[s.start : s.end].lower(), s.kind, s.name) for s in found.text}
    assert ("sampah tidak diangkut", "topic", "Sampah") in shown
    assert ("desa serdang", "place", "Desa Serdang") in shown
    assert ("dinas perhubungan", "agency", "Dinas Perhubungan") in shown


def test_the_pieces_of_a_text_are_the_text() -> None:
    for text in ("", "sampah", "<b>sampah</b> di Serdang.", "x " * 40 + "lampu jalan mati"):
        found = evidence_of(_rules(), Query(text), DAY)
        assert "".join(piece.words for piece in pieces(text, found.text)) == text


def test_a_candidate_comes_with_its_confidence_and_what_speaks_for_it() -> None:
    found = evidence_of(_rules(), Query("sampah dan lampu jalan mati"), DAY)
    decision = decide(Query("sampah dan lampu jalan mati"), _rules(), on=DAY)
    assert [(one.agency, one.confidence) for one in found.candidates] == (
        ([(decision.agency, decision.confidence)] if decision.agency else [])
        + [(one.agency, one.confidence) for one in decision.alternatives]
    )
    assert found.threshold == _rules().auto
    assert all(one.topic for one in found.candidates)
    assert any("lampu jalan" in one.because for one in found.candidates)


def test_who_handed_it_back_is_no_candidate() -> None:
    found = evidence_of(_rules(), Query("sampah dan lampu jalan mati"), DAY)
    best = found.candidates[0].agency
    again = evidence_of(_rules(), Query("sampah dan lampu jalan mati"), DAY, {best})
    assert best not in {one.agency for one in again.candidates}


def test_the_reason_is_told_in_the_language_in_use() -> None:
    with spoken_in("id"):
        assert "petugas" in evidence_of(_rules(), Query("halo"), DAY).reason
    with spoken_in("en"):
        assert "somebody has to read it" in evidence_of(_rules(), Query("halo"), DAY).reason
        told = evidence_of(_rules(), Query("sampah tidak diangkut di Serdang"), DAY).reason
        assert "Dinas Lingkungan Hidup" in told
        assert "petugas" not in told
