"""A region's own names are no foreign places, whatever the table of foreign places says."""

from datetime import date

import pytest

from broker.domain.routing.decide import decide
from broker.domain.routing.decision import Place, Query
from broker.domain.routing.rules import Rules, compile_rules
from broker.domain.routing.tables import Agency, Area, Outside, Topic

FOREIGN = (
    Outside("Jawa Timur", "provinsi", ("jatim",)),
    Outside("Jawa Barat", "provinsi", ("jabar",)),
    Outside("Surabaya", "kota"),
    Outside("Kota Malang", "kota", ("kabupaten malang",)),
    Outside("Koba", "kecamatan", ("kota koba",)),
    Outside("Kecamatan Gantung", "kecamatan"),
    Outside("Batam", "kota", ("kota batam",)),
)


def region(code: str, level: str, name: str, *aliases: str) -> Rules:
    """A region with the district Koba and in it the village Gantung."""
    return compile_rules(
        tenant="t",
        name=name,
        version="1",
        region=code,
        agencies=[Agency("dlh", "Dinas Lingkungan Hidup")],
        topics=[Topic("waste", "Sampah", "dlh", strong=("sampah menumpuk",))],
        areas=[
            Area(code, level, name, "", aliases),
            Area(f"{code}.01", "kecamatan", "Koba", code),
            Area(f"{code}.01.2001", "desa", "Gantung", f"{code}.01"),
        ],
        outside=FOREIGN,
    )


SURABAYA = region("35.78", "kota", "Kota Surabaya", "sby")
MALANG = region("35.07", "kabupaten", "Kabupaten Malang")


def rule(rules: Rules, text: str, district: str | None = None) -> str:
    query = Query(text, place=Place(district=district))
    return decide(query, rules, on=date(2026, 11, 2)).rule


@pytest.mark.parametrize(
    "where",
    [
        "di Surabaya",
        "di kota Surabaya",
        "di Surabaya Jawa Timur",
        "di Surabaya jatim",
        "di Jawa Timur",
        "di Koba",
        "di kota Koba",
        "di Gantung",
    ],
)
def test_its_own_name_districts_villages_and_province_are_not_outside(where):
    assert rule(SURABAYA, f"sampah menumpuk {where}") == "text/waste"


@pytest.mark.parametrize("where", ["di Batam", "di Jawa Barat", "di Malang", "di kota Malang"])
def test_what_is_not_its_own_stays_outside(where):
    foreign = "triage/outside" if where != "di Malang" else "text/waste"
    assert rule(SURABAYA, f"sampah menumpuk {where}") == foreign


def test_of_a_city_and_a_regency_of_one_name_only_the_own_one_is_inside():
    assert rule(MALANG, "sampah menumpuk di kabupaten Malang") == "text/waste"
    assert rule(MALANG, "sampah menumpuk di kota Malang") == "triage/outside"
    assert rule(MALANG, "sampah menumpuk di Malang") == "text/waste"


def test_another_districts_name_is_outside_where_only_a_village_bears_it():
    assert rule(SURABAYA, "sampah menumpuk di kecamatan Gantung") == "triage/outside"


def test_a_field_that_names_the_region_is_no_foreign_place():
    assert rule(SURABAYA, "sampah menumpuk", district="Surabaya") == "text/waste"
    assert rule(SURABAYA, "sampah menumpuk", district="Kota Batam") == "triage/outside"


def test_where_the_first_name_was_the_regions_own_another_one_names_the_foreign_place():
    city = region("35.73", "kota", "Kota Malang")
    query = Query("sampah menumpuk di kabupaten malang")
    assert "Kabupaten Malang" in decide(query, city, on=date(2026, 11, 2)).because
