"""What phrases say is one more thing that a model knows complaints by."""

import shutil
from dataclasses import replace
from datetime import date

from broker.domain.routing.decide import Query, decide
from broker.domain.routing.learned.hints import STRONGEST, hints_of
from broker.domain.routing.rules import compile_rules
from config.loading import check_rules, load_rules
from tests.support.histories import a_history, write_history
from tests.unit.pintu.rules.learning.conftest import learn, pintu

ON = date(2026, 1, 15)
UNSEEN = "ular"
"""In a word that no row of the history has: phrases know that a fire brigade comes for it."""


def with_snakes(rows: int):
    """A history in which the brigade is called by its other matter."""
    history = a_history(rows)
    for row in history[::6]:
        at = history.index(row)
        history[at] = type(row)(
            "sarang tawon besar di atap",
            row.address,
            row.district,
            row.village,
            "Evakuasi hewan",
            "Dinas Pemadam Kebakaran",
            row.reported_at,
        )
    return history


def test_a_matter_in_unseen_words_goes_where_its_phrases_went(tmp_path):
    file = write_history(tmp_path / "h.csv", with_snakes(300))
    assert learn(file, tmp_path / "kota").exit_code == 0
    rules = load_rules(tmp_path / "kota")
    decision = decide(Query(UNSEEN), rules, on=ON)
    best = decision.agency or decision.alternatives[0].agency
    assert rules.agency_name(best) == "Dinas Pemadam Kebakaran"
    deaf = decide(Query(UNSEEN), replace(rules, hints=without_phrases(rules)), on=ON)
    assert "dinas-pemadam-kebakaran" not in (deaf.agency, deaf.alternatives[0].agency)


def without_phrases(rules):
    """Rules that have no phrases for it."""
    return compile_rules(
        tenant="t", name="t", version="1", region=rules.region, agencies=[], topics=[]
    )


def test_a_folder_without_phrases_gets_a_copy_and_one_with_phrases_none(learned, tmp_path, history):
    assert (learned / "learned" / "phrases" / "topics").is_dir()
    shipped = load_rules(None)
    rules = load_rules(learned)
    assert rules.hints is not None and len(rules.hints.topics) == len(shipped.topics)
    own = tmp_path / "own"
    shutil.copytree(learned / "learned" / "phrases", own)
    assert learn(history, own).exit_code == 0
    assert not (own / "learned" / "phrases").exists()
    assert load_rules(own).hints is None


def test_what_is_broken_in_the_copy_is_told_with_its_place(learned):
    file = learned / "learned" / "phrases" / "rules.toml"
    file.write_text("tenant = 1\n", "utf-8")
    told = check_rules(learned).errors
    assert told and all(problem.file.startswith("learned/phrases/") for problem in told)
    assert pintu("rules", "check", "--config", learned).exit_code == 1


def test_the_strongest_hint_of_a_kind_counts_most_and_a_text_without_any_has_none():
    rules = load_rules(None)
    hints = hints_of(Query("lampu jalan padam di depan sekolah"), rules, ON)
    assert max(hints.values()) == STRONGEST and min(hints.values()) >= 1
    assert {name.partition(" ")[0] for name in hints} == {"topic", "agency"}
    assert hints_of(Query("zzz qqq"), rules, ON) == {}
