"""Which topics seem to be the desk's discretion, and what a score says of those that are."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from pintu.rules.evaluating.discretion import Outcomes, entry
from tests.unit.pintu.rules.learning.conftest import pintu

TOWN = Path(__file__).parents[4] / "acceptance" / "town"
PLACES = ("a", "b", "c", "d")


def with_topic(right: int, wrong: int, places: tuple[str, ...] = PLACES) -> Outcomes:
    """A topic "Urusan" beside a hundred complaints of which ten go wrong."""
    outcomes = Outcomes()
    for number in range(100):
        outcomes.take(f"Topik {number % 7}", "y", "x", number % 10 > 0)
    for _ in range(right):
        outcomes.take("Urusan", "@village", "@village", True)
    for number in range(wrong):
        outcomes.take(" urusan ", "@village", places[number % len(places)], False)
    return outcomes


def test_a_topic_that_goes_wrong_to_many_agencies_seems_to_be_the_desks_discretion():
    (found,) = with_topic(right=6, wrong=24).doubtful()
    assert (found.topic, found.rows, found.right, found.places) == ("Urusan", 30, 6, 5)
    assert (found.of_rows, found.astray, found.wrong) == (130, 24, 34)


@pytest.mark.parametrize(
    ("right", "wrong", "places"),
    [
        pytest.param(6, 24, ("a",), id="all of it goes to one agency: an office that moved"),
        pytest.param(20, 18, PLACES, id="half of it and more is right"),
        pytest.param(2, 12, PLACES, id="few complaints"),
    ],
)
def test_it_does_not_seem_so_where_another_thing_explains_it(right, wrong, places):
    assert with_topic(right, wrong, places).doubtful() == []


def test_complaints_without_a_topic_are_none():
    outcomes = Outcomes()
    for number in range(60):
        outcomes.take(None, "y", PLACES[number % 4], False)
    assert outcomes.doubtful() == []
    assert Outcomes().doubtful() == []


def test_the_entry_can_be_pasted_whatever_the_name_is():

    name = 'Urusan "lain" \\ dll'
    (topic,) = tomllib.loads(entry("urusan-lain", name))["topic"]
    assert topic == {
        "id": "urusan-lain",
        "name": name,
        "agency": "@triage",
        "discretion": True,
    }


@pytest.fixture
def town(tmp_path) -> Path:
    """A town where gatherings are the desk's discretion."""
    folder: Path = shutil.copytree(TOWN, tmp_path / "town")
    (folder / "topics" / "desk.toml").write_text(
        entry("kegiatan-warga", "Kegiatan Warga") + 'phrases = ["rapat warga"]\n', "utf-8"
    )
    return folder


HISTORY = """text,topic,agency
sampah menumpuk,Kebersihan,DLH
rapat warga ricuh,kegiatan warga,DLH
sampah rapat,Kegiatan  Warga,DLH
sampah di kali,Kegiatan Warga,Dinas Perhubungan
"""


@pytest.fixture
def history(tmp_path) -> Path:
    file: Path = tmp_path / "history.csv"
    file.write_text(HISTORY, "utf-8")
    return file


def test_what_is_the_desks_discretion_is_scored_apart(town, history):
    ended = pintu("rules", "evaluate", history, "--config", town, "--json")
    score = json.loads(ended.stdout)
    assert score["rows"] == 4
    apart = score["discretion"]
    assert (apart["rows"], apart["routed"], apart["routed_right"]) == (3, 2, 1)
    assert apart["others"] == {"coverage": 1.0, "precision": 1.0, "accuracy": 1.0}
    assert score["desk"] == {"triage/rule": 1}


def test_a_person_and_a_page_are_told_so_too(town, history, tmp_path):
    page = tmp_path / "page.html"
    ended = pintu("rules", "evaluate", history, "--config", town, "--html", page)
    assert "Of these 3 (75.0 %) are of topics that are the desk's discretion" in ended.stdout
    assert "right agency first 100.0 %" in ended.stdout
    assert "the desk&#39;s discretion" in page.read_text("utf-8")
