"""From labelled history to a configuration that decides."""

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from broker.domain.routing.decide import Decision, Place, Query, decide
from broker.domain.routing.directory import agency_key
from broker.domain.routing.grounds import grounds
from config.loading import check_rules, load_rules
from pintu.rules.evaluating.history import COLUMNS
from tests.support.histories import a_history, write_history
from tests.unit.pintu.rules.learning.conftest import ROWS, learn, pintu

ON = date(2026, 1, 15)


def asked(config: Path, text: str, excluded=(), **place: Any) -> Decision:
    return decide(Query(text, place=Place(**place)), load_rules(config), on=ON, excluded=excluded)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_was_learned_passes_the_check(learned):
    checked = check_rules(learned)
    assert (checked.errors, checked.warnings) == ((), ())
    assert pintu("rules", "check", "--config", learned).exit_code == 0


def test_a_later_complaint_goes_where_its_like_went(learned):
    decision = asked(learned, "lampu padam gelap", district="Anggrek", village="Kenanga")
    assert decision.agency == "dinas-perhubungan"
    assert decision.rule == "learned/lampu-jalan"
    assert decision.confidence >= load_rules(learned).auto
    assert load_rules(learned).agency_name(decision.agency) == "Dinas Perhubungan"


def test_the_reason_names_the_words_that_weighed_most(learned):
    decision = asked(learned, "mohon pak segera lampu kami padam 08123456789", village="Kenanga")
    assert "“lampu”" in decision.because
    assert "“padam”" in decision.because
    assert "Dinas Perhubungan" in decision.because
    assert "0812" not in decision.because


def test_the_words_that_weighed_most_are_marked_in_the_text(learned):
    text = "Mohon Pak, LAMPUUU kami padam di Kenanga"
    result = pintu("route", text, "--config", learned)
    assert result.stdout.startswith("Mohon Pak, «LAMPUUU» kami «padam» di «Kenanga»\n")
    found = json.loads(pintu("route", text, "--config", learned, "--json").stdout)["evidence"]
    assert [(e["words"], e["shows"]) for e in found] == [
        ("LAMPUUU", "topic"),
        ("padam", "topic"),
        ("Kenanga", "place"),
    ]


def test_the_desk_is_told_what_speaks_for_each_candidate(learned):
    query = Query("got mampet, lampu padam", place=Place(village="Kenanga"))
    decision = decide(query, load_rules(learned), on=ON)
    why = grounds(query, load_rules(learned), ON)
    both = {decision.agency, *(a.agency for a in decision.alternatives)}
    assert {"dinas-perhubungan", "dinas-pekerjaan-umum"} <= both
    assert "“padam”" in why["dinas-perhubungan"]
    assert "“mampet”" in why["dinas-pekerjaan-umum"]


def test_the_office_is_that_of_the_place(learned):
    text = "lurah tidak ada di loket pelayanan, stempel pengantar"
    there = asked(learned, text, district="Anggrek", village="Melati Indah")
    elsewhere = asked(learned, text, district="Cempaka", village="Seruni")
    assert (there.agency, elsewhere.agency) == ("kelurahan-melati-indah", "kelurahan-seruni")
    district = asked(learned, "camat legalisir rekomendasi antrean pegawai", district="Cempaka")
    assert district.agency == "kecamatan-cempaka"


def test_the_place_may_stand_in_the_text(learned):
    decision = asked(learned, "lurah seruni tidak ada di loket pelayanan stempel pengantar")
    assert decision.agency == "kelurahan-seruni"


def test_without_the_place_a_person_decides(learned):
    decision = asked(learned, "lurah loket pelayanan stempel pengantar kantor")
    assert (decision.agency, decision.rule) == (None, "triage/place-missing")


def test_whoever_handed_it_back_does_not_get_it_again(learned):
    text = "sampah menumpuk bau di got mampet"
    first = asked(learned, text, village="Seruni")
    second = asked(learned, text, village="Seruni", excluded={"dinas-lingkungan-hidup"})
    best = [first.agency, *(a.agency for a in first.alternatives)]
    assert "dinas-lingkungan-hidup" in best[:2]
    assert second.agency != "dinas-lingkungan-hidup"
    assert "dinas-lingkungan-hidup" not in [a.agency for a in second.alternatives]
    assert (second.agency or second.alternatives[0].agency) == "dinas-pekerjaan-umum"
    before = {a.agency: a.confidence for a in first.alternatives}
    if first.agency is None:
        first_of_all = before.pop("dinas-lingkungan-hidup")
        assert first_of_all > 0
    assert {a.agency: a.confidence for a in second.alternatives}.items() >= before.items()
    assert second.agency is None, "nobody is surer because another handed it back"


def test_candidates_stand_best_first_and_add_up_to_one_at_most(learned):
    decision = asked(learned, "yang ada di depan rumah", village="Seruni")
    assert decision.agency is None
    sure = [a.confidence for a in decision.alternatives]
    assert sure == sorted(sure, reverse=True)
    assert 0 < sum(sure) <= 1.0


def test_a_text_of_unknown_words_still_has_a_best_candidate(learned):
    decision = asked(learned, "xqzzy wvut 🙂")
    assert decision.rule.startswith("triage/")
    assert decision.alternatives


def test_a_file_is_routed_and_its_own_labels_play_no_part(learned, tmp_path):
    rows = a_history(80, seed=5, noise=0.0)
    honest = write_history(tmp_path / "honest.csv", rows)
    lying = [replace(row, agency="Dinas Sosial", topic="Bantuan") for row in rows]
    results = []
    for source in (honest, write_history(tmp_path / "lying.csv", lying)):
        out = source.with_suffix(".out.csv")
        done = pintu("route", "--file", source, "--out", out, "--config", learned)
        assert done.exit_code == 0, done.output
        with out.open(encoding="utf-8", newline="") as file:
            header, *body = csv.reader(file)
        assert header == [*COLUMNS, "agency", "confidence", "auto"]
        results.append([row[-3:] for row in body])
    assert results[0] == results[1]
    index = load_rules(learned).agency_index
    right = [f[0] == index[agency_key(r.agency)] for f, r in zip(results[0], rows, strict=True)]
    assert all(found[0] for found in results[0])  # the best candidate, also below the threshold
    assert sum(right) >= 0.9 * len(rows)


def test_the_same_history_gives_the_same_bytes_and_the_same_decisions(learned, history, tmp_path):
    again = tmp_path / "again" / "kota-bunga"
    assert learn(history, again).exit_code == 0
    assert files_of(again) == files_of(learned)
    query = Query("got mampet lampu banjir", place=Place(village="Kenanga"))
    decisions = [decide(query, load_rules(folder), on=ON) for folder in (learned, again)]
    assert decisions[0] == decisions[1]


def test_decisions_name_the_model(learned):
    decision = asked(learned, "lampu padam", village="Kenanga")
    model = load_rules(learned).model
    assert model is not None
    assert decision.table == f"1+{model.digest[:8]}"


def test_the_model_carries_the_figures_of_its_validation(learned):
    model = load_rules(learned).model
    assert model is not None
    found = model.validation
    assert (found["rows"], found["from"]) == (ROWS, "2024-01-01")
    assert found["in_order_of_time"]
    assert found["precision"] >= found["asked_precision"] == 0.90
    assert 0 < found["coverage"] <= 1
    assert found["auto"] == load_rules(learned).auto


def test_the_model_says_what_another_precision_would_bring(learned):
    model = load_rules(learned).model
    assert model is not None
    found = model.validation
    asked = {precision: figures for precision, *figures in found["asked"]}
    assert asked[found["asked_precision"]] == [found["auto"], found["coverage"], found["precision"]]
    coverages = [coverage for _, coverage, _ in asked.values()]
    assert sorted(asked) == list(asked) and sorted(coverages, reverse=True) == coverages


def test_more_precision_routes_less(history, tmp_path):
    """Some rows are labelled at random, so that being right has its price."""
    noisy = write_history(tmp_path / "noisy.csv", a_history(ROWS, seed=3, noise=0.25))
    figures = []
    for asked_for in ("0.75", "0.85"):
        config = tmp_path / f"p{asked_for}"
        assert learn(noisy, config, "--precision", asked_for).exit_code == 0
        model = load_rules(config).model
        assert model is not None
        figures.append(model.validation)
        if model.validation["precision"] is not None:
            assert model.validation["precision"] >= float(asked_for)
    assert figures[0]["coverage"] > figures[1]["coverage"]


def test_a_precision_that_cannot_be_had_leaves_everything_to_people(tmp_path):
    rows = a_history(200, seed=4, noise=1.0)
    config = tmp_path / "random"
    result = learn(write_history(tmp_path / "h.csv", rows), config, "--precision", "0.999")
    assert result.exit_code == 0
    assert "everything goes to a person" in result.output
    assert asked(config, "lampu padam gelap", village="Kenanga").agency is None


def test_text_and_agency_are_enough(tmp_path):
    rows = [row for row in a_history(200) if row.agency.startswith("Dinas")]
    history = write_history(tmp_path / "h.csv", rows, columns=("text", "agency"))
    config = tmp_path / "config"
    assert learn(history, config).exit_code == 0
    decision = asked(config, "sampah menumpuk bau tps")
    assert decision.agency == "dinas-lingkungan-hidup"
    assert decision.rule == "learned/dinas-lingkungan-hidup"


def test_codes_stay_codes(tmp_path):
    codes = {"Dinas Sosial": "dinsos", "Dinas Perhubungan": "dishub"}
    rows = [replace(r, agency=codes[r.agency]) for r in a_history(400) if r.agency in codes]
    config = tmp_path / "config"
    assert learn(write_history(tmp_path / "h.csv", rows), config).exit_code == 0
    assert asked(config, "bansos beras miskin").agency == "dinsos"


def test_the_decision_reads_as_json(learned):
    result = pintu("route", "lampu padam gelap", "--config", learned, "--json")
    assert json.loads(result.stdout)["agency"] == "dinas-perhubungan"


@pytest.mark.parametrize("flag", [True, False])
def test_the_flag_of_oversight_alone_changes_nothing(learned, flag):
    query = Query("lampu padam gelap", oversight=flag)
    decision = decide(query, load_rules(learned), on=ON)
    assert (decision.agency, decision.oversight) == ("dinas-perhubungan", False)
