"""`answers.toml`: for each question and each answer that can be given, the complaint goes where the
answer says; what is wrong in it is said at once with its line."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from broker.domain.routing.decide import decide
from broker.domain.routing.decision import Decision, Place, Query
from broker.domain.routing.rules import Rules
from config.loading import check_rules, load_rules
from config.loading.answers import with_answers
from config.loading.clocks import SHIPPED
from config.loading.problems import Findings
from config.loading.questions import BY_ID, QUESTIONS, Question
from config.loading.rules import topic_of
from config.loading.rules_tables import read_tables
from tests.support.regions import SMALL_REGION

HERE = Place(village="Rias")
OTHER = "bagian-adpem"
"""An agency that none of the questions leads to by itself."""
SAYINGS = [(question, text) for question in QUESTIONS for text in question.examples]
CASES = pytest.mark.parametrize(
    ("question", "text"), SAYINGS, ids=[f"{q.id}: {text}" for q, text in SAYINGS]
)


def file_with(folder: Path, answers: Mapping[str, str]) -> None:
    lines = [f'{id} = "{answer}"' for id, answer in answers.items()]
    (folder / "answers.toml").write_text("[who]\n" + "\n".join(lines) + "\n")


@pytest.fixture(scope="session")
def shipped() -> Rules:
    return load_rules(None)


@pytest.fixture(scope="session")
def answered(shipped: Rules, tmp_path_factory: pytest.TempPathFactory):
    """The shipped rules, where everybody answers so. Who answers for a topic is looked up when a
    complaint is decided, so nothing is compiled anew."""
    tables = read_tables(SHIPPED, Findings())

    @cache
    def rules(answer: str, conditional: str | None = None) -> Rules:
        folder = tmp_path_factory.mktemp("answers")
        file_with(
            folder,
            {
                q.id: answer if q.condition is None or conditional is None else conditional
                for q in QUESTIONS
            },
        )
        findings = Findings()
        topics = [topic_of(t.entry) for t in with_answers(folder, tables, findings).topics]
        assert not findings.errors
        return replace(shipped, topics=tuple(sorted(topics, key=lambda topic: topic.id)))

    return rules


def decided(rules: Rules, text: str) -> Decision:
    return decide(Query(text, place=HERE), rules, on=date(2026, 11, 2))


@CASES
@pytest.mark.parametrize(
    ("answer", "agency"),
    [(OTHER, OTHER), ("pln", "pln"), ("@village", "desa-rias"), ("@district", "kec-toboali")],
)
def test_the_complaint_goes_where_the_answer_says(answered, question, text, answer, agency):
    assert decided(answered(answer), text).agency == agency


@CASES
def test_desk_leaves_it_to_a_person(answered, question, text):
    decision = decided(answered("desk"), text)
    assert (decision.agency, decision.rule) == (None, "triage/rule")


@CASES
def test_an_answer_for_lanes_or_dogs_holds_there_and_nowhere_else(answered, question, text):
    agency = "damkar" if question.condition else OTHER
    decision = decided(answered(OTHER, "damkar"), text)
    lane = {"parking-disorder"}  # "menutup gang": no question about lanes asks of parking
    assert decision.agency == (OTHER if question.id in lane else agency)


@CASES
def test_same_means_as_without_the_condition(answered, question, text):
    assert decided(answered(OTHER, "same"), text).agency == OTHER


@pytest.mark.parametrize("question", QUESTIONS, ids=[q.id for q in QUESTIONS])
def test_every_choice_that_is_offered_can_be_answered(question: Question, shipped: Rules):
    rules = shipped
    known = {*rules.agencies, "@village", "@district"}
    assert set(question.choices) <= known
    assert {t.id for t in rules.topics} >= set(question.topics)
    assert question.condition is None or question.condition in rules.attributes


@CASES
def test_the_usual_answer_is_what_the_shipped_rules_do(question, text, shipped):
    assert decided(shipped, text).agency == question.choices[0]


def test_another_agencys_roads_stay_its_own(answered):
    for answer in (OTHER, "desk"):
        rules = answered(answer)
        assert decided(rules, "lampu jalan nasional mati semua, pju padam").agency == "bptd"
        assert decided(rules, "got mampet di tepi jalan nasional").agency == "bpjn"


def test_who_helps_besides_stays_and_is_not_the_one_who_answers(answered):
    tree = "pohon rimbun mengenai kabel listrik, mohon pemangkasan pohon"
    assert decided(answered(OTHER), tree).supporting == ("pln",)
    assert decided(answered("pln"), tree).supporting == ()


def test_names_and_words_of_officers_are_answers_too(tmp_path: Path):
    answers = {
        "street-light": "Dinas Lingkungan Hidup",
        "street-light-lane": "sama",
        "parks": "meja",
        "markets": "@desa",
        "fallen-trees": "BPBD Basel",
    }
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "region"))
    file_with(folder, answers)
    rules = load_rules(folder)
    agencies = {t.id: t.agency for t in rules.topics}
    assert agencies["street-light"] == "dlh"
    assert agencies["park"] == "@triage"
    assert agencies["market"] == "@village"
    assert agencies["fallen-tree"] == "bpbd"


def told(folder: Path, text: str) -> list[str]:
    (folder / "answers.toml").write_text(text)
    return [str(error) for error in check_rules(folder).errors]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL_REGION, tmp_path / "small"))


def test_every_error_is_told_at_once_with_its_line(small: Path):
    errors = told(
        small,
        '[who]\nstreet-light = "dlhh"\nstreet-lamp = "dlh"\nparks = ""\n\nmarkets = "same"\n',
    )
    assert len(errors) == 4
    assert errors[0].startswith("answers.toml:2: who, street-light: ")
    assert "dlh" in errors[0]
    assert errors[1].startswith("answers.toml:3: who, street-lamp: ")
    assert "street-light" in errors[1]
    assert errors[2].startswith("answers.toml:4: who, parks: ")
    assert errors[3].startswith("answers.toml:6: who, markets: ")


@pytest.mark.parametrize(
    "text",
    ["[who]\nparks = 3\n", "[whom]\n", "[who\n", '[region]\ncode = "x"\nname = "y"\n', "who = 1\n"],
)
def test_a_broken_file_is_an_error_and_no_traceback(small: Path, text: str):
    errors = told(small, text)
    assert errors
    assert all(error.startswith("answers.toml") for error in errors)


def test_an_answer_about_topics_that_the_folder_lacks_is_a_warning(small: Path):
    assert told(small, '[who]\ncemeteries = "dlh"\n') == []
    warnings = [str(w) for w in check_rules(small).warnings]
    assert any(w.startswith("answers.toml:2: who, cemeteries: ") for w in warnings)


def test_of_two_regions_the_one_of_rules_toml_counts(small: Path):
    assert told(small, '[region]\ncode = "35.78"\nname = "Kota Surabaya"\n') == []
    assert any("35.78" in str(w) for w in check_rules(small).warnings)


def test_without_the_file_nothing_changes(small: Path):
    assert check_rules(small).errors == ()
    assert "street-light" in BY_ID
