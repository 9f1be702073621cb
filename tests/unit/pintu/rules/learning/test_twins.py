"""A name of the history that may be an agency of the folder is asked about, never learned in
silence; what was said is kept."""

import shutil
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.loading import check_rules, load_rules
from config.loading.names import Names, read_names
from config.loading.problems import Findings
from pintu.rules.learning.history import Row
from pintu.rules.learning.keeping_names import keep_names
from pintu.rules.learning.naming import name_everything
from pintu.rules.learning.twins import twins_of
from tests.support.histories import a_history, write_history
from tests.support.regions import SMALL_REGION
from tests.unit.pintu.rules.learning.conftest import learn, pintu
from tests.unit.pintu.rules.learning.test_learning import files_of

NAME = "Dinas Pekerjaan Umum"


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_history(tmp_path_factory.mktemp("few") / "h.csv", a_history(120))


@pytest.fixture
def region(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL_REGION, tmp_path / "region"))


def test_a_likely_twin_is_named_with_its_evidence_and_nothing_is_learned(few, region):
    before = files_of(region)
    result = learn(few, region)
    assert result.exit_code == 78
    assert f"{NAME} (" in result.stderr
    assert "dpupr, Dinas Pekerjaan Umum dan Penataan Ruang" in result.stderr
    assert '--alias "Dinas Pekerjaan Umum=dpupr"' in result.stderr
    assert 'code = "dpupr": aliases = ["dinas pu", "pupr", "Dinas Pekerjaan Umum"]' in result.stderr
    assert tomllib.loads(result.stdout)["alias"] == {NAME: "dpupr"}
    assert files_of(region) == before


def test_what_it_prints_can_be_given_back_and_is_remembered(few, region, tmp_path):
    printed = learn(few, region).stdout
    (tmp_path / "said.toml").write_text(printed)
    result = learn(few, region, "--aliases", str(tmp_path / "said.toml"))
    assert result.exit_code == 0, result.output
    rules = load_rules(region)
    assert rules.agency_index["dinaspekerjaanumum"] == "dpupr"
    assert "dinas-pekerjaan-umum" not in rules.agencies
    assert rules.model is not None
    assert "dpupr" in rules.model.classes
    assert learn(few, region).exit_code == 0


def test_two_that_were_said_to_be_apart_are_two_and_nobody_is_asked_again(few, region):
    result = learn(few, region, "--keep-apart", NAME)
    assert result.exit_code == 0, result.output
    assert "dinas-pekerjaan-umum" in load_rules(region).agencies
    assert read_names(region, Findings())[0].apart == (NAME,)
    again = learn(few, region)
    assert again.exit_code == 0, again.output


def test_a_twin_that_was_learned_before_is_a_warning(few, region):
    assert learn(few, region, "--keep-apart", NAME).exit_code == 0
    (region / "names.toml").unlink()
    result = learn(few, region)
    assert result.exit_code == 0, result.output
    assert f"{NAME} (" in result.stderr


def test_a_fresh_folder_asks_nothing_but_says_which_of_its_own_names_are_alike(tmp_path):
    rows = [
        replace(row, agency="Dinas PU") if n % 7 == 0 and row.agency == NAME else row
        for n, row in enumerate(a_history(120))
    ]
    history = write_history(tmp_path / "h.csv", rows)
    result = learn(history, tmp_path / "kota")
    assert result.exit_code == 0, result.output
    assert "may be one agency" in result.stderr
    assert '--alias "Dinas Pekerjaan Umum=dinas-pekerjaan-umum"' not in result.stderr
    joined = learn(history, tmp_path / "kota2", "--alias", "Dinas PU=dinas-pekerjaan-umum")
    assert joined.exit_code == 0, joined.output
    rules = load_rules(tmp_path / "kota2")
    assert rules.agency_index["dinaspu"] == "dinas-pekerjaan-umum"
    assert "dinas-pu" not in rules.agencies


@pytest.mark.parametrize("alias", ["Dinas PU", "=dpupr", "Dinas PU=dpuprr", "Dinas PU="])
def test_an_alias_that_says_nothing_is_refused(few, region, alias):
    result = learn(few, region, "--alias", alias)
    assert result.exit_code == 2
    assert "--alias" in result.stderr
    assert "write NAME=CODE" in result.stderr


def test_what_the_phrases_say_of_the_rows_is_evidence(tmp_path):
    """The names have no word in common; the complaints are those of the existing office."""
    on = datetime(2026, 3, 2, tzinfo=UTC)
    texts = ("jalan berlubang di depan pasar", "saluran air mampet penuh lumpur", "aspal rusak")
    rows = [
        Row(f"{text} nomor {n}", "Dinas Prasarana Kota", reported_at=on)
        for n, text in enumerate(texts * 8)
    ]
    rules = load_rules(None)
    named = name_everything(rows, rules, ([], []))
    (twin,) = twins_of(rows, named, rules, Names())
    assert (twin.name, twin.code, twin.rows) == ("Dinas Prasarana Kota", "dpupr", 24)
    assert twin.said > 12
    assert twins_of(rows, named, rules, Names(apart=("dinas prasarana kota",))) == []


def test_comments_in_the_file_of_names_stay(tmp_path):
    file = tmp_path / "names.toml"
    file.write_text('# dari Bagian Organisasi\n[alias]\n"Dinas A" = "a"\n[apart]\nnames = []\n')
    keep_names(tmp_path, Names({"Dinas B": "b"}, ("Dinas C",)))
    text = file.read_text()
    assert text.startswith("# dari Bagian Organisasi\n")
    found = read_names(tmp_path, Findings())[0]
    assert found == Names({"Dinas B": "b", "Dinas A": "a"}, ("Dinas C",))
    keep_names(tmp_path, Names({"Dinas C": "c"}, ()))
    assert read_names(tmp_path, Findings())[0].apart == ()


def test_an_alias_of_nobody_is_an_error_of_the_folder(region):
    (region / "names.toml").write_text('[alias]\n"Dinas X" = "dlhh"\n')
    (error,) = [str(error) for error in check_rules(region).errors]
    assert error.startswith("names.toml:2: alias, Dinas X: ")
    assert "dlh" in error


def test_evaluate_says_which_agency_an_unknown_name_may_be(few):
    result = pintu("rules", "evaluate", few, "--config", SMALL_REGION)
    assert result.exit_code == 0, result.output
    assert "perhaps dpupr?" in result.stdout or "mungkin dpupr?" in result.stdout


@pytest.mark.parametrize("option", ["--alias", "--keep-apart"])
def test_a_name_in_bytes_that_are_no_text_is_refused_and_nothing_is_learned(few, region, option):
    before = files_of(region)
    result = learn(few, region, option, "Dinas \udcff=dlh")
    assert result.exit_code == 2, result.exception
    assert f"{option}: 'Dinas \\udcff" in result.stderr and "UTF-8" in result.stderr
    assert files_of(region) == before
