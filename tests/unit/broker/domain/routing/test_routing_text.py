"""How people write, and what is made of it."""

import time
from datetime import date

import pytest

from broker.domain.masking import masked
from broker.domain.routing.decide import Query, decide
from broker.domain.routing.language.affixes import stem
from broker.domain.routing.language.text import (
    MAX_WORD,
    lettered,
    squeezed,
    words,
)
from broker.domain.routing.language.vocabulary import UNKNOWN, Vocabulary
from broker.domain.routing.tables import Words
from config.loading import load_rules
from schemas.limits import EXAMINED_CHARS, EXAMINED_WORDS


@pytest.mark.parametrize(
    "text",
    [
        "jalan rusak",
        "JALAN RUSAK!!!",
        "jln rusakkk",
        "jalannya udah rusak",
        "j4lan rusak",
        "jalan2 rusak2",
        "ｊａｌａｎ　ｒｕｓａｋ",
        "jalan-jalan rusak",
        "jalan yg sangat rusak sekali",
        "rusaknya jalan kami",
        "kerusakan jalan",
        "jalan\u0000rusak",
        "jalane rusake",
        "jalanna ruksak, rusakna parah",
    ],
)
def test_a_broken_road_is_one_however_it_is_written(ask, text):
    assert ask(text).agency == "dpupr"


@pytest.mark.parametrize(
    ("written", "stemmed"),
    [
        ("dilaporkan", "lapor"),
        ("laporannya", "lapor"),
        ("perbaikannya", "baik"),
        ("penyapuan", "sapu"),
        ("disirami", "siram"),
        ("dievakuasi", "evakuasi"),
        ("kejari", "kejari"),
        ("membuang", "buang"),
        ("mengganggu", "ganggu"),
        ("menumpuk", "tumpuk"),
        ("makan", "makan"),
        ("jalan", "jalan"),
        ("ikan", "ikan"),
        ("desa", "desa"),
    ],
)
def test_common_affixes_are_taken_off_and_short_words_left_alone(written, stemmed):
    assert stem(written) == stemmed


def test_names_keep_their_endings(ask):
    assert ask("sampah di Serdangan").region is None
    assert ask("sampah di Serdang").region == "99.01.01.2002"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1000", ()), ("aaa", ("a", "aa")), ("jalann", ("jalan",))],
)
def test_stretched_letters_are_squeezed_and_numbers_are_not(written, meant):
    assert squeezed(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("j4lan", "jalan"),
        ("jalan2", "jalan"),
        ("kos2an", "kosan"),
        ("j4lan2", "jalan"),
        ("5d", None),
        ("150m", None),
        ("c2", None),
    ],
)
def test_digits_are_letters_where_most_are_letters(written, meant):
    assert lettered(written) == meant


def test_what_looks_like_an_ending_may_be_part_of_a_word_of_the_rules():
    vocabulary = Vocabulary(Words(keep=("saluran",)), [], ["curi", "rujuk", "saluran", "air"])
    for written, meant in (
        ("dicuri", "curi"),
        ("rujukan", "rujuk"),
        ("salurannya", "saluran"),
        ("penyaluran", UNKNOWN),
        ("airnya", "air"),
        ("saluranne", "saluran"),
        ("kursie", UNKNOWN),
    ):
        assert vocabulary.read(written) == meant, written


@pytest.mark.parametrize("number", ["0812-3456-7890", "1903021234567890", "a.b@example.id"])
def test_a_text_is_decided_the_same_when_numbers_in_it_are_masked(number):
    rules = load_rules(None)
    text = f"saya {number} lampu jalan mati, hubungi {number}"
    plain, hidden = (decide(Query(t), rules, on=date(2026, 11, 2)) for t in (text, masked(text)))
    assert masked(text) != text
    assert (hidden.rule, hidden.alternatives) == (plain.rule, plain.alternatives) and not (
        plain.alternatives
    )


def test_a_road_is_a_road_whatever_its_name(ask):
    assert ask("Jalan Sudirman sampai ujung kelupas rusak").topic == "road-damage"


def test_a_phrase_matches_whole_words_only(ask):
    assert ask("pajak sampahwarga").agency is None


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("bukan jalannya, tapi lampu jalan yang mati", "dishub"),
        ("bukan sampah", None),
        ("bukan hanya sampah menumpuk", "dlh"),
        ("bukan cuma sampah menumpuk", "dlh"),
        ("bukan lampu yang padam, jalan yang rusak", "dpupr"),
        ("bukan mau bicara sampah", None),
        ("bukan saya yang buang sampah", "dlh"),
        ("bukan jalan melainkan sampah", "dlh"),
        ("lampu lalu lintas", "dishub"),
    ],
)
def test_what_is_denied_is_not_the_matter(ask, text, agency):
    assert ask(text).agency == agency


def test_parts_of_a_phrase_may_stand_apart_and_turned_round_but_not_far(ask):
    assert ask("padam semua sudah tiga malam lampu di sini").topic == "street-light"
    assert ask("padam " + "kata " * 12 + "lampu").topic is None
    assert ask("padam " + "kata " * 11 + "lampu").topic == "street-light"


def test_a_phrase_inside_a_longer_one_or_a_name_proves_nothing(ask):
    assert ask("warga Bukit Lampu, jalan rusak").topic == "road-damage"
    assert ask("lampu lalu lintas padam").topic == "traffic-light"


def test_a_not_phrase_speaks_against_its_topic(ask):
    assert ask("lampu jalan").topic == "street-light"
    assert ask("lampu jalan, tepatnya lampu lalu lintas").topic == "traffic-light"


def test_what_is_said_first_weighs_more(ask):
    first = ask("sampah sudah lama jadi masalah di kampung kami")
    last = ask("sudah lama jadi masalah di kampung kami sampah")
    assert first.confidence > last.confidence


def test_a_phrase_said_twice_is_one_phrase(ask):
    assert ask("sampah. pokoknya sampah. SAMPAH").confidence == ask("sampah").confidence


def test_a_title_counts_as_text(ask):
    assert ask("tolong dibantu", title="Sampah menumpuk").agency == "dlh"


def test_a_long_text_is_read_up_to_a_bound(ask, rules):
    assert words("a " * EXAMINED_CHARS) == ["a"] * EXAMINED_WORDS
    assert ask("kata " * 1000 + "sampah menumpuk").agency == "dlh"
    assert rules.vocabulary.read("sampa" + "h" * MAX_WORD) == UNKNOWN
    assert ask("k" * EXAMINED_CHARS + " sampah menumpuk").agency is None


@pytest.mark.parametrize(
    "unit",
    ["a", "é", "jalan rusak ", "1 ", "﷽", "lampu padam ", "\ud800", "aaab ", "ba2b ", "a\u0301",
     "bukan ", "di toboali ", "jalan lubang aspal kelupas padam lampu "],
)  # fmt: skip
def test_a_mebibyte_of_anything_is_decided_in_bounded_time(ask, unit):
    text = (unit * (1 << 20))[: 1 << 20]
    start = time.process_time()
    ask(text, title=text, address=text, district=text, village=text, region=text, agency=text)
    assert time.process_time() - start < 2.0


def test_a_mebibyte_of_ever_new_words_is_decided_in_bounded_time(ask):
    text = " ".join(f"kata{n:x}nya" for n in range(100_000))
    start = time.process_time()
    ask(text)
    assert time.process_time() - start < 2.0


def test_what_a_matter_is_beside_of_speaks_less_than_the_matter(ask):
    assert ask("depan sekolah lampu jalan").agency == "dishub"
    assert ask("sekolah, lampu jalan").agency is None
    assert ask("depan sekolah").confidence < ask("sekolah").confidence


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("nyampah", "sampah"),
        ("lubangin", "lubang"),
        ("ngaspal", "aspal"),
        ("3lubang", "lubang"),
    ],
)
def test_spoken_forms_are_read_as_the_word_of_the_rules(rules, spoken, written):
    assert rules.vocabulary.read(spoken) == rules.vocabulary.read(written) != UNKNOWN


def test_a_line_break_that_a_program_wrote_as_two_characters_is_one(ask):
    assert ask(r"pagi\njalan rusak parah\n\nterima kasih").agency == "dpupr"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("200rb", "ribu"), ("2bln", "bulan"), ("3hari", "hari"), ("3x", "·"), ("12", "·")],
)
def test_a_unit_glued_to_its_number_is_read(written, read_as):
    spelling = Words(expand=(("rb", "ribu"), ("bln", "bulan"), ("x", "kali")))
    assert Vocabulary(spelling, [], ["ribu", "bulan", "hari", "kali"]).read(written) == read_as
