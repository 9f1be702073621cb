"""Two matters in one complaint: who is told too, and when nobody is."""

from datetime import date

import pytest

from broker.domain.routing import matters
from broker.domain.routing.decide import Place, Query, decide
from broker.domain.routing.language.clauses import MOST, starts
from broker.domain.routing.rules import Rules
from config.loading import load_rules

ON = date(2026, 11, 2)
LAMP = "Lampu jalan mati, pju padam semua"
RUBBISH = "Sampah menumpuk tidak diangkut petugas kebersihan"
OFFICE = "Kantor desa {} tutup terus, perangkat desa tidak masuk, pelayanan kantor desa tidak ada"


@pytest.fixture(scope="module")
def shipped() -> Rules:
    return load_rules(None)


@pytest.mark.parametrize("between", [". ", "! ", "\n", "\\n", ". Selain itu ", ", selain itu "])
def test_a_second_matter_in_another_sentence_goes_to_its_agency_too(shipped, between):
    decision = decide(Query(LAMP + between + RUBBISH), shipped, on=ON)
    assert (decision.agency, decision.supporting) == ("dishub", ("dlh",))


def test_the_reason_says_what_was_found_for_whom(shipped):
    because = decide(Query(f"{LAMP}. {RUBBISH}."), shipped, on=ON).because
    lead, second = because.split(" Selain itu: ")
    assert "lampu" in lead and lead.endswith("urusan Dinas Perhubungan.")
    assert "sampah" in second and second.endswith("urusan Dinas Lingkungan Hidup.")


def test_who_handed_it_back_is_not_told_again(shipped):
    text = f"{LAMP}. {RUBBISH}."
    without_second = decide(Query(text), shipped, on=ON, excluded={"dlh"})
    assert "dlh" not in (without_second.agency, *without_second.supporting)
    without_lead = decide(Query(text), shipped, on=ON, excluded={"dishub"})
    assert "dishub" not in (without_lead.agency, *without_lead.supporting)


def test_each_part_is_where_it_says_it_is(shipped):
    text = f"{RUBBISH} di Desa Rias, tps penuh. {OFFICE.format('Serdang')}."
    decision = decide(Query(text), shipped, on=ON)
    assert (decision.agency, decision.supporting) == ("dlh", ("desa-serdang",))
    assert decision.region == "19.03.01.2008"


def test_a_part_that_says_no_place_is_where_the_complaint_is(shipped):
    text = f"{RUBBISH}, tps penuh. {OFFICE.format('kami')}."
    decision = decide(Query(text, place=Place(village="Rias")), shipped, on=ON)
    assert decision.supporting == ("desa-rias",)


def test_a_part_that_is_elsewhere_tells_nobody(shipped):
    text = f"{LAMP}. {RUBBISH} di Kota Pangkalpinang."
    assert "dlh" not in decide(Query(text), shipped, on=ON).supporting


def test_the_flag_of_the_sender_keeps_the_complaint_whole(shipped):
    decision = decide(Query(f"{LAMP}. {RUBBISH}.", oversight=True), shipped, on=ON)
    assert decision.supporting == ()


def test_a_matter_of_oversight_tells_nobody_else(shipped):
    bribe = "Oknum pegawai minta suap dan uang pelicin, praktik korupsi dan pungli"
    for text in (f"{bribe}. {RUBBISH}.", f"{RUBBISH}. {bribe}."):
        assert decide(Query(text), shipped, on=ON).supporting == ()


def test_a_category_or_an_agency_that_was_given_decides_as_before(shipped):
    text = f"{LAMP}. {RUBBISH}."
    for query in (Query(text, category="street-light"), Query(text, agency="dlh")):
        assert decide(query, shipped, on=ON).supporting == ()


def test_a_title_is_a_sentence(shipped):
    decision = decide(Query(RUBBISH, title=LAMP), shipped, on=ON)
    assert (decision.agency, decision.supporting) == ("dishub", ("dlh",))


def test_there_is_room_for_two_supporting_agencies(shipped, monkeypatch):
    monkeypatch.setattr(matters, "MOST", 0)
    assert decide(Query(f"{LAMP}. {RUBBISH}."), shipped, on=ON).supporting == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Satu kalimat saja tanpa titik", 1),
        ("Jl. Sudirman no. 5 rt. 3 gelap sekali", 1),
        ("Jalan rusak parah. Akibatnya banyak yang jatuh", 1),
        ("Jalan rusak parah. Lampu juga mati", 2),
        ("Kami melapor: 1. jalan rusak 2. lampu mati", 3),
        ("jalan rusak parah dan juga lampu mati", 2),
        ("jalan rusak parah.Lampu jalan mati", 2),
        ("", 1),
    ],
)
def test_sentences_as_people_write_them(text, parts):
    assert len(starts(text)) + 1 == parts


def test_only_so_many_sentences_are_looked_at():
    assert len(starts("jalan rusak parah. " * 1000)) == MOST
    assert len(starts("\n" * 10_000)) == 0


def test_no_part_is_judged_where_one_agency_alone_has_evidence(shipped, monkeypatch):
    monkeypatch.delattr(matters, "starts")  # asked for, it would fail
    assert decide(Query("Lampu jalan mati. Sudah seminggu pju padam."), shipped, on=ON).agency
