"""Road class, school level, places as conditions, dates."""

from dataclasses import replace
from datetime import date

from broker.domain.routing.decide import Query, decide
from broker.domain.routing.rules import compile_rules
from broker.domain.routing.tables import Agency, Topic, When

ON = date(2026, 1, 15)


def test_a_word_for_the_road_s_class_moves_the_matter(ask):
    decision = ask("jalan nasional rusak parah")
    assert (decision.agency, decision.rule) == ("bpjn", "text/road-damage#1")
    assert "jalan nasional" in decision.because


def test_the_table_of_roads_knows_the_class_of_a_named_road(ask):
    assert ask("jalan rusak di jl. jend. Sudirman").agency == "bpjn"
    assert ask("jalan rusak", address="Jln Sudirman 12").agency == "bpjn"
    assert ask("x", category="928", address="Jln Sudirman 12").agency == "bpjn"


def test_a_road_of_that_name_elsewhere_is_another_road(ask):
    assert ask("jalan rusak di jalan Sudirman", village="Serdang").agency == "dpupr"
    assert ask("jalan rusak di jalan Sudirman", village="Toboali").agency == "bpjn"


def test_the_words_outweigh_the_table_of_roads(ask):
    assert ask("jalan kabupaten rusak, jalan sudirman").agency == "dpupr"


def test_a_denied_condition_does_not_hold(ask):
    assert ask("jalan rusak, bukan jalan nasional").agency == "dpupr"


def test_the_level_of_a_school_moves_the_matter(ask):
    assert ask("guru tidak masuk di SD 3").agency == "dindik"
    assert ask("guru tidak masuk di SMAN, eh SMA 3").agency == "prov-dindik"
    assert ask("x SMA 3", category="school").agency == "prov-dindik"


def test_a_condition_shown_inside_a_longer_phrase_holds_and_inside_a_name_does_not(ask):
    assert ask("guru SMA bolos").agency == "prov-dindik"
    assert ask("guru tidak masuk, Jalan Jenderal SMA").agency == "prov-dindik"
    assert ask("guru tidak masuk, Jalan SMA Lama").agency == "dindik"


def test_a_condition_of_place_holds_there_and_below(ask):
    assert ask("jalan rusak", village="Bukit Lampu").agency == "kec-rawabaru"
    assert ask("jalan rusak", district="Rawabaru").agency == "kec-rawabaru"
    assert ask("jalan rusak", district="Toboali").agency == "dpupr"


def test_conditions_topics_and_agencies_are_in_force_from_and_until_their_dates():
    agencies = [Agency("a", "Satu"), Agency("b", "Dua", valid_until=date(2026, 2, 1))]
    topic = Topic("t", "T", "a", phrases=("kuda lari",), valid_from=date(2026, 1, 2))
    when = When("b", region="99", valid_until=date(2026, 3, 1))
    rules = compile_rules(
        tenant="x", name="X", version="1", region="99", agencies=agencies,
        topics=[replace(topic, when=(when,))],
    )  # fmt: skip
    query = Query("kuda lari")
    assert decide(query, rules, on=date(2026, 1, 1)).rule == "triage/nothing"
    assert decide(query, rules, on=date(2026, 1, 2)).agency == "a"


def test_of_two_topics_with_like_evidence_the_order_of_files_chooses_none():
    topics = [Topic(name, name, "a", phrases=("kuda lari",)) for name in ("t1", "t2", "t3")]

    def chosen(some: list[Topic]) -> str | None:
        rules = compile_rules(
            tenant="x", name="X", version="1", region="99", agencies=[Agency("a", "Satu")],
            topics=some,
        )  # fmt: skip
        return decide(Query("kuda lari"), rules, on=ON).topic

    assert chosen(topics) == chosen(topics[::-1]) == "t1"


def test_a_topic_whose_agency_has_ended_without_a_successor_is_for_a_person():
    agencies = [Agency("b", "Dua", valid_until=date(2026, 2, 1))]
    rules = compile_rules(
        tenant="x", name="X", version="1", region="99", agencies=agencies,
        topics=[Topic("t", "T", "b", phrases=("kuda lari",), lapor=(5,))],
    )  # fmt: skip
    assert decide(Query("kuda lari"), rules, on=date(2026, 1, 31)).agency == "b"
    for query in (Query("kuda lari"), Query("x", category="5")):
        decision = decide(query, rules, on=date(2026, 2, 1))
        assert (decision.agency, decision.rule) == (None, "triage/nobody-left")


def test_of_two_classes_of_roads_the_first_named_is_the_matter(ask):
    assert ask("jalan kabupaten rusak, yang tembus ke jalan nasional").agency == "dpupr"
    assert ask("jalan nasional rusak sampai ke simpang jalan kabupaten").agency == "bpjn"
