"""Markets, schools, bridges: where they stand, and what they tell of the matter."""

from broker.domain.routing.decide import Decision
from broker.domain.routing.marking import marks


def test_a_landmark_tells_the_place_and_hides_nothing_but_names(ask):
    decision = ask("sampah menumpuk depan Pasar Rawa")
    assert (decision.agency, decision.region) == ("dlh", "99.01.02.2001")
    decision = ask("guru tidak masuk, Sekolah Rakyat Bukit Payung")
    assert decision.region == "99.01.02.2002", "Payung is part of the name, not the district"
    assert "“guru tidak masuk”" in decision.because


def test_a_landmark_shows_its_condition(ask):
    assert ask("guru tidak masuk di sekolah rakyat bukit payung").agency == "prov-dindik"
    assert ask("jalan rusak dekat jembatan kembar").agency == "bpjn"
    assert ask("jalan rusak", address="Jembatan Kembar").agency == "bpjn"


def test_a_word_for_the_condition_outweighs_the_landmark(ask):
    assert ask("jalan kabupaten rusak dekat jembatan kembar").agency == "dpupr"


def test_a_landmark_that_is_denied_tells_nothing(ask):
    assert ask("sampah menumpuk, bukan Pasar Rawa").region is None


def test_the_words_of_a_landmark_s_name_are_read_by_topics_as_ever(ask):
    assert ask("ada dipungut liar").topic == "bribe"  # "pungutan" in a name keeps its affixes


def test_a_landmark_and_a_village_elsewhere_point_to_what_holds_both(ask):
    def place(text: str) -> str | None:
        decision: Decision = ask(text)
        return decision.region

    assert place("sampah di Bukit Lampu arah Pasar Rawa") == "99.01.02"
    assert place("sampah di desa Bukit Lampu arah Pasar Rawa") == "99.01.02.2002"


def test_the_office_of_a_landmark_s_village_can_answer(ask):
    assert ask("kantor desa tutup, yang dekat pasar ikan rawa").agency == "desa-sukamaju-1"


def test_a_landmark_is_marked_as_a_place(rules):
    text = "sampah menumpuk depan Pasar Rawa"
    assert [text[a:b] for a, b, shows in marks(text, rules) if shows == "place"] == ["Pasar Rawa"]
