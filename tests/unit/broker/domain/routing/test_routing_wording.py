"""What a decision says of itself: who, why, and what is left to do."""

from datetime import date

import pytest

from broker.domain.routing.decide import Query, decide
from broker.domain.routing.rules import compile_rules
from broker.domain.routing.tables import Agency, Topic, Words

TEXTS = [
    (
        "asdf qwer",
        "Tidak ada kata atau isian yang menunjuk topik tertentu; petugas perlu membacanya.",
    ),
    (
        "suap dan sampah",
        "Kata “suap” menunjuk Inspektorat Daerah, tetapi kata “sampah” menunjuk Dinas Lingkungan "
        "Hidup; petugas yang memutuskan.",
    ),
    (
        "kantor desa tutup",
        "Kata “kantor desa tutup” menunjuk topik “Pelayanan kantor desa” yang ditangani "
        "desa/kelurahan setempat, tetapi tempatnya tidak disebut; petugas perlu mencarinya.",
    ),
    (
        "jalan rusak di jl. jend. Sudirman",
        "Kata “jalan rusak” menunjuk topik “Jalan rusak”; disebut “Jalan Jenderal Sudirman” "
        "(jalan nasional); jalan nasional diurus balai jalan: urusan Balai Pelaksanaan "
        "Jalan Nasional.",
    ),
    (
        "jalan nasional rusak",
        "Kata “jalan … rusak” menunjuk topik “Jalan rusak”; disebut “jalan nasional”; "
        "jalan nasional diurus balai jalan: urusan Balai Pelaksanaan "
        "Jalan Nasional.",
    ),
]


@pytest.mark.parametrize(("text", "because"), TEXTS, ids=[text for text, _ in TEXTS])
def test_a_decision_says_in_one_sentence_why(ask, text, because):
    assert ask(text).because == because


def test_every_sentence_ends_and_names_no_code(ask, rules):
    codes = [code for code in rules.agencies if "-" in code]
    for text in ("jalan rusak", "kantor desa tutup", "suap dan sampah", "sengketa tetangga", "x"):
        because = ask(text).because
        assert because.endswith(".")
        assert not any(code in because for code in codes)


def test_of_spellings_of_one_phrase_the_words_of_the_rules_are_quoted():
    topic = Topic("drain", "Saluran", "a", phrases=("got", "kalen", "selokan"))
    rules = compile_rules(
        tenant="x", name="X", version="1", region="99", agencies=[Agency("a", "Satu")],
        topics=[topic], words=Words(expand=(("got", "selokan"), ("kalen", "selokan"))),
    )  # fmt: skip
    decision = decide(Query("got mampet"), rules, on=date(2026, 1, 15))
    assert decision.because == "Kata “selokan” menunjuk topik “Saluran”: urusan Satu."
