"""Agency field, then category, then text; and who is out of the question."""

from datetime import date

import pytest


def test_the_agency_that_the_reporter_picked_comes_before_category_and_text(ask):
    decision = ask("lampu jalan mati", agency="dlh", category="928")
    assert (decision.agency, decision.rule, decision.confidence) == ("dlh", "picked", 0.95)
    assert decision.topic == "road-damage"


@pytest.mark.parametrize("written", ["dpupr", "DPUPR", "Dinas P.U.", "pupr", " PUPR "])
def test_a_picked_agency_may_be_a_code_a_short_name_or_an_alias(ask, written):
    assert ask("x", agency=written).agency == "dpupr"


def test_a_picked_agency_that_ended_is_followed_to_its_successor(ask):
    assert ask("x", agency="tata kota").agency == "dpupr"
    assert ask("x", agency="tata kota", on=date(2019, 12, 31)).agency == "dinas-lama"
    assert ask("x", agency="tata kota", on=date(2020, 1, 1)).agency == "dpupr"


@pytest.mark.parametrize("agency", ["dinas sihir", "badan-bubar", "triage"])
def test_a_picked_agency_that_is_nobody_is_a_warning_and_the_text_decides(ask, agency):
    decision = ask("sampah menumpuk", agency=agency)
    assert decision.agency == "dlh"
    assert [w.partition(":")[0] for w in decision.warnings] == ["agency"]


def test_an_agency_that_handed_the_complaint_back_does_not_get_it_again(ask):
    decision = ask("sampah menumpuk", agency="dlh", excluded={"dlh"})
    assert decision.agency is None
    assert "dlh" not in {a.agency for a in decision.alternatives}
    assert decision.rule == "triage/nobody-left"


def test_without_the_agency_that_returned_it_nobody_is_surer_than_before(ask):
    text = "lampu jalan mati dan sampah menumpuk"
    before = ask(text)
    assert before.agency == "dishub"
    after = ask(text, excluded={"dishub"})
    assert after.agency is None
    assert after.rule == "triage/unsure"
    assert after.alternatives == before.alternatives
    assert after.confidence == before.alternatives[0].confidence < 0.1


@pytest.mark.parametrize("category", ["928", " 928 ", 928, "road-damage", "ROAD-DAMAGE"])
def test_a_category_is_a_topic_or_a_lapor_id(ask, category):
    decision = ask("apa saja", category=category)
    assert (decision.agency, decision.rule) == ("dpupr", "category/road-damage")
    assert decision.confidence == 0.95


def test_an_unknown_category_is_a_warning_and_the_text_decides(ask):
    decision = ask("sampah menumpuk", category="4711")
    assert decision.agency == "dlh"
    assert decision.warnings == ("category: kategori tidak dikenal",)


def test_a_category_that_says_nothing_leaves_the_text_to_decide(ask):
    assert ask("sampah menumpuk", category="110").agency == "dlh"
    assert ask("begitulah", category="110").rule == "triage/rule"


def test_a_category_whose_agency_handed_it_back_leaves_the_text_to_decide(ask):
    decision = ask("sampah menumpuk", category="928", excluded=["dpupr"])
    assert decision.agency == "dlh"
    assert decision.confidence == ask("sampah menumpuk").confidence
    rival = ask("sampah menumpuk di jalan rusak", category="928", excluded=["dpupr"])
    assert rival.agency is None, "the words for it stand against the others, category or none"


def test_a_successor_that_handed_it_back_is_out_of_the_question_too(ask):
    assert ask("x", agency="tata kota", excluded={"dpupr"}).agency is None


def test_what_the_rules_leave_to_a_person_goes_to_triage_with_its_topic(ask):
    decision = ask("sengketa tetangga soal pagar")
    assert (decision.agency, decision.rule) == (None, "triage/rule")
    assert decision.topic == "neighbours"


def test_nothing_found_is_triage_with_a_reason(ask):
    decision = ask("asdf qwer")
    assert (decision.agency, decision.rule, decision.confidence) == (None, "triage/nothing", 0.0)
    assert decision.because.endswith(".")


def test_two_agencies_with_like_evidence_are_candidates_for_a_person(ask):
    decision = ask("suap dan sampah")
    assert (decision.agency, decision.rule) == (None, "triage/unsure")
    assert [a.agency for a in decision.alternatives] == ["inspektorat", "dlh"]
    assert decision.supporting == ()


def test_supporting_agencies_follow_from_the_topic_only(ask):
    assert ask("lampu jalan mati").supporting == ("pln",)
    assert ask("lampu jalan mati", agency="dlh").supporting == ()
    assert ask("lampu jalan mati", excluded={"pln"}).supporting == ()


def test_a_name_of_an_agency_speaks_for_it_but_does_not_decide_alone(ask):
    decision = ask("sudah lapor ke dinas lingkungan hidup")
    assert decision.agency is None
    assert [a.agency for a in decision.alternatives] == ["dlh"]
    assert decision.rule == "triage/unsure"
    assert decision.because == (
        "Nama Dinas Lingkungan Hidup disebut, tetapi belum meyakinkan; petugas yang memutuskan."
    )


def test_the_sender_s_oversight_flag_sends_nothing_to_the_inspectorate(ask):
    decision = ask("jalan rusak parah", oversight=True)
    assert (decision.agency, decision.oversight) == ("dpupr", False)
    assert ask("jalan rusak parah", agency="dpupr", oversight=True).oversight is False


def test_oversight_is_confirmed_by_the_topic(ask):
    assert ask("ada pungli").oversight is True
    assert ask("ada pungli", agency="dindik", oversight=True).oversight is True
    assert ask("ada pungli", agency="dindik").oversight is False
