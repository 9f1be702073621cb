"""`pintu rules init`: a folder for a region that is not the shipped one."""

import json
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from broker.domain.routing.decide import decide
from broker.domain.routing.decision import Place, Query
from broker.domain.routing.rules import Rules
from config.loading import load_rules
from tests.unit.pintu.rules.asking.conftest import filled_in, pintu

CASES = tomllib.loads(Path(__file__).with_name("a_city.toml").read_text("utf-8"))["case"]
OF_THE_SHIPPED_REGION = re.compile(r"bangka|belitung|basel|babel|toboali|besaoh", re.IGNORECASE)


@pytest.fixture(scope="session")
def rules(city_once: Path) -> Rules:
    return load_rules(city_once)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_its_citizens_write_goes_where_its_answers_say(rules: Rules, case):
    place = Place(district=case.get("district"), village=case.get("village"))
    decision = decide(Query(case["text"], place=place), rules, on=date(2026, 11, 2))
    assert (decision.agency or decision.rule) == case["expect"], decision.because


def test_its_places_have_offices_and_other_regions_rows_are_left_out(rules: Rules):
    offices = {code: area.office for code, area in rules.gazetteer.areas.items()}
    assert offices == {
        "35.78": None,
        "35.78.01": "kec-karangpilang",
        "35.78.01.1001": "kel-karang-pilang",
        "35.78.01.1002": "kel-waru-gunung",
        "35.78.02": "kec-wonocolo",
        "35.78.02.1001": "kel-siwalankerto",
        "35.78.02.2001": "desa-karang-pilang",
    }
    assert rules.gazetteer.areas["35.78"].level == "kota"


def test_no_agency_bears_a_name_of_the_shipped_region(rules: Rules):
    for agency in rules.agencies.values():
        if agency.code in ("pt-timah", "bank-sumsel-babel"):
            continue
        for name in (agency.name, agency.short or "", *agency.aliases):
            assert not OF_THE_SHIPPED_REGION.search(name), (agency.code, name)


def test_the_shipped_region_is_outside_and_its_own_province_is_not(rules: Rules):
    outside = {other.name for other in rules.outside}
    assert {"Bangka Selatan", "Kepulauan Bangka Belitung", "Sidoarjo"} <= outside
    assert not {"Surabaya", "Jawa Timur"} & outside


def test_the_folder_passes_the_check(city_once: Path):
    result = pintu("rules", "check", "--config", city_once)
    assert result.exit_code == 0, result.output


def test_the_picture_shows_a_sentence_of_each_question(tmp_path: Path, city: Path, sheet: Path):
    result = pintu("rules", "init", "--config", city, "--answers", sheet)
    assert result.exit_code == 0, result.output
    assert "nothing to change" in result.stdout
    assert "taman kota rusak, bangku taman patah → the desk" in result.stdout
    assert "kabel internet menjuntai di jalan → Satuan Polisi Pamong Praja" in result.stdout


def test_agencies_of_its_own_take_the_place_of_shipped_ones(tmp_path: Path):
    (tmp_path / "opd.csv").write_text(
        "code,name,short,aliases,replaces\n"
        "dsdabm,Dinas Sumber Daya Air dan Bina Marga,DSDABM,dinas pu bina marga,dpupr\n"
        "dlh,Dinas Lingkungan Hidup dan Pertamanan,DLHP,,\n"
        "perkim-tanah,Dinas Pertanahan dan Permukiman,,,-\n"
    )
    (tmp_path / "answers.toml").write_text(filled_in({"drains": "DSDABM"}))
    result = pintu(
        *("rules", "init", "--config", tmp_path / "city"),
        *("--answers", tmp_path / "answers.toml", "--agencies", tmp_path / "opd.csv"),
    )
    assert result.exit_code == 0, result.output
    rules = load_rules(tmp_path / "city")
    assert rules.agency_name("dlh") == "Dinas Lingkungan Hidup dan Pertamanan"

    def agency(text: str) -> str | None:
        return decide(Query(text), rules, on=date(2026, 11, 2)).agency

    assert agency("jalan berlubang parah") == "dsdabm"
    assert agency("got mampet penuh lumpur") == "dsdabm"
    assert rules.agency_index["dinaspekerjaanumumdanpenataanruang"] == "dpupr"


def test_without_places_it_says_what_waits(tmp_path: Path, sheet: Path):
    result = pintu("rules", "init", "--config", tmp_path / "city", "--answers", sheet)
    assert result.exit_code == 0, result.output
    assert "waits at the desk" in result.stdout


def test_a_program_hears_the_same_as_json(city: Path, sheet: Path):
    sheet.write_text(sheet.read_text().replace('parks = "desk"', 'parks = "dlh"'))
    result = pintu("rules", "init", "--config", city, "--answers", sheet, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["changed"] == {"parks": {"from": "@triage", "to": "dlh"}}
    assert found["written_over"] == ["answers.toml"]
    assert {e["question"]: e["agency"] for e in found["examples"]}["parks"] == "dlh"
