"""Learning anew each month as it is measured: how a history is cut, and how ways are compared."""

import json
from datetime import date
from importlib import import_module

import pytest

from bench.monthly.comparing import paired
from bench.monthly.models import DISCRETION, REGIME
from bench.monthly.report import ONCE, as_json, text
from bench.monthly.scoring import Outcome
from bench.monthly.splits import FEWEST, read, splits
from bench.monthly.switches import without_corrector, without_phrases
from broker.domain.routing.decide import Query
from broker.domain.routing.learned.hints import hints_of
from config.loading import load_rules

ON = date(2026, 1, 15)


def rows_of(months: dict[str, int]) -> list[dict[str, str]]:
    return [
        {"text": "t", "agency": "a", "reported_at": f"{month}-{1 + n % 28:02} 08:00:00"}
        for month, count in months.items()
        for n in range(count)
    ]


def test_each_of_the_last_months_is_cut_from_all_that_came_before_it():
    rows = rows_of({"2024-01": FEWEST, "2024-02": 5, "2024-03": FEWEST, "2024-04": FEWEST})
    cut = splits(rows, 2)
    assert [split.month for split in cut] == ["2024-03", "2024-04"]
    assert [len(split.before) for split in cut] == [FEWEST + 5, 2 * FEWEST + 5]
    assert all(row["reported_at"] < split.month for split in cut for row in split.before)


def test_the_first_month_and_one_with_few_rows_are_not_scored():
    rows = rows_of({"2024-01": FEWEST, "2024-02": FEWEST, "2024-03": FEWEST - 1})
    assert [split.month for split in splits(rows, 9)] == ["2024-02"]
    assert splits(rows_of({"2024-01": FEWEST}), 9) == []


def test_a_history_without_times_is_refused(tmp_path):
    file = tmp_path / "h.csv"
    file.write_text("text,agency\na,b\n", "utf-8")
    with pytest.raises(SystemExit, match="reported_at"):
        read(file)


def test_rows_that_both_have_right_or_wrong_do_not_count_in_the_sign_test():
    both = paired([True, True, False, False, True], [True, False, True, False, False])
    assert (both.only_first, both.only_other) == (2, 1)
    assert both.chance == 1.0
    assert paired([True] * 10, [False] * 10).chance == pytest.approx(2 / 2**10)
    assert paired([True], [True]).chance == 1.0


def outcomes(right: int, wrong: int) -> list[Outcome]:
    good = [Outcome("lampu", True, (True, False))] * right
    return good + [Outcome("urusan", False, (True, False))] * wrong


def test_ways_are_reported_with_and_without_the_desks_discretion():
    months = {"2024-01": outcomes(6, 4), "2024-02": outcomes(10, 0)}
    once = {"2024-01": outcomes(6, 4), "2024-02": outcomes(8, 2)}
    found = {REGIME: months, ONCE: once, DISCRETION: months}
    score = json.loads(as_json(found, {"urusan"}))
    assert score["months"]["2024-01"]["right"] == 0.6
    regime = score["ways"][REGIME]
    assert (regime["rows"], regime["right"], regime["others"]["right"]) == (20, 0.8, 1.0)
    assert regime["asked_90"] == {"by_itself": 1.0, "of_these_right": 0.8}
    assert regime["asked_95"] == {"by_itself": 0.0, "of_these_right": None}
    against = score["ways"][ONCE]["against_regime"]
    assert (against["only_regime_right"], against["only_this_right"]) == (2, 0)
    assert score["discretion"] == {"topics": 1, "rows": 4, "share_of_wrong": 1.0}
    assert any("without the 1 topics" in line for line in text(found, {"urusan"}))


def test_a_part_that_is_switched_off_is_off(tmp_path):
    query = Query("lmapu jalan padam")
    with without_corrector():
        uncorrected = load_rules(None)
    rules = load_rules(None)
    assert rules.words.corrected and not uncorrected.words.corrected
    learn = import_module("pintu.rules.learning.learn")
    asked = hints_of(query, rules, ON)
    with without_phrases():
        assert learn.hints_of(query, rules, ON) == {}
    assert learn.hints_of(query, rules, ON) == asked != {}
