"""Sentences that people understand, and that give nobody away."""

import json
from dataclasses import asdict

import pytest

from broker.domain.routing.confidence import confidence
from broker.domain.routing.marking import marks

PHONE = "0812-3456-7890"


def test_because_names_the_words_the_topic_the_place_and_the_agency(ask):
    because = ask("sampah tidak diangkut di Serdang").because
    assert because == (
        "Kata “sampah tidak diangkut” menunjuk topik “Sampah” di Desa Serdang: "
        "urusan Dinas Lingkungan Hidup."
    )


def test_because_does_not_say_the_same_twice(ask):
    because = ask("jalan rusak parah dan jalan berlubang").because
    assert "“jalan rusak parah”, “jalan berlubang” menunjuk" in because


def test_because_names_the_category(ask):
    assert ask("x", category="1398").because == (
        "Kategori 1398 menunjuk topik “Lampu penerangan jalan umum”: urusan Dinas Perhubungan."
    )


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"category": PHONE},
        {"agency": PHONE},
        {"village": PHONE, "district": PHONE, "address": PHONE},
        {"region": PHONE},
        {"region": "08.12.34.5678"},
        {"title": PHONE},
    ],
)
def test_no_number_of_a_person_gets_into_a_decision(ask, fields):
    for text in (f"sampah menumpuk {PHONE}", f"kantor desa {PHONE}", PHONE):
        written = json.dumps(asdict(ask(text, **fields)))
        assert not any(part in written for part in ("0812", "3456", "7890", "5678"))


def test_confidence_grows_with_the_evidence_and_shrinks_with_a_rival():
    assert confidence(0.0, 0.0) == 0.0
    assert confidence(1.0, 0.0) < confidence(2.0, 0.0) < confidence(9.0, 0.0) < 1.0
    assert confidence(2.0, 1.0) < confidence(2.0, 0.5) < confidence(2.0, 0.0)
    assert confidence(5.0, 5.0) <= 0.5


def test_a_decision_carries_the_version_of_the_rules(ask, rules):
    assert ask("sampah").table == rules.version == "2026.1"


@pytest.mark.parametrize(
    ("text", "topic", "marked"),
    [
        (
            "Pak, LAMPU jalan di Desa Serdang mati!",
            None,
            ["LAMPU jalan=topic", "Desa Serdang=place"],
        ),
        (
            "jln nasional di serdang berlubanggg 😭",
            "road-damage",
            ["jln nasional=condition", "serdang=place", "berlubanggg=topic"],
        ),
        ("bukan lampu jalan, jalan rusak", "road-damage", ["jalan rusak=topic"]),
        ("lampu jalan mati, jalan rusak", "street-light", ["lampu jalan mati=topic"]),
        ("lampu, jauh di payung", None, []),
        ("ﬁ İ 𝗟𝗮𝗺𝗽𝘂 𝗷𝗮𝗹𝗮𝗻", None, ["𝗟𝗮𝗺𝗽𝘂 𝗷𝗮𝗹𝗮𝗻=topic"]),
        ("NIK ****************, jalan rusak", None, ["jalan rusak=topic"]),
        ("kata " * 5000 + "jalan rusak", None, []),
        (r"pagi\njalan rusak pukul 7", "road-damage", ["jalan rusak=topic"]),
    ],
)
def test_what_counted_is_marked_in_the_text(rules, text, topic, marked):
    assert [f"{text[a:b]}={shows}" for a, b, shows in marks(text, rules, topic)] == marked
