"""What topics and agencies are called is learned from as well."""

import csv
from datetime import date

import numpy as np

from broker.domain.routing.decide import Query, decide
from broker.domain.routing.learned.features import distinct
from config.loading import load_rules
from pintu.rules.evaluating.history import COLUMNS
from pintu.rules.learning.given_names import names_in
from pintu.rules.learning.history import Row
from tests.unit.pintu.rules.learning.conftest import learn


def test_a_word_that_only_the_topics_are_called_by_tells_the_agency(tmp_path):
    topics = ("Jembatan Rusak", "Jembatan Gantung")
    history = tmp_path / "h.csv"
    with history.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number in range(120):
            wide = number % 3 == 0
            text = "papan lapuk di atas kali" if wide else "lampu padam gelap di gang"
            agency = "Dinas Bina Marga" if wide else "Dinas Perhubungan"
            topic = topics[number % 2] if wide else "Lampu Jalan"
            writer.writerow({"text": text, "agency": agency, "topic": topic})
    assert learn(history, tmp_path / "config").exit_code == 0
    decision = decide(Query("jembatan"), load_rules(tmp_path / "config"), on=date(2026, 1, 15))
    best = decision.agency or decision.alternatives[0].agency
    assert best == "dinas-bina-marga"


def test_a_name_stands_once_for_each_class_with_the_first_row_that_has_both():
    rows = [
        Row("a", "Dinas A", topic="Pohon  Tumbang"),
        Row("b", "Dinas B", topic="Pohon Tumbang"),
        Row("c", "Dinas A", topic="Pohon Tumbang"),
        Row("d", "Kelurahan Melati"),
        Row("e", "Kelurahan Kenanga"),
    ]
    found = names_in(rows, ["a", "b", "a", "@village", "@village"])
    assert found == [
        ("Pohon Tumbang", "a", 0),
        ("Dinas A", "a", 0),
        ("Pohon Tumbang", "b", 1),
        ("Dinas B", "b", 1),
        ("Kelurahan", "@village", 3),
    ]


def test_distinct_numbers_are_in_order_with_how_often_each_was_there():
    for given in ([], [7], [3, 1, 3, 3, 2, 1]):
        numbers, times = distinct(np.array(given, dtype=np.int64))
        assert numbers.tolist() == sorted(set(given))
        assert times.tolist() == [given.count(n) for n in numbers.tolist()]
