"""Histories and folders that are not as they should be, and what becomes of them."""

import csv
import hashlib
import os
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from broker.domain.routing.decide import Place, Query, decide
from config.loading import ConfigurationError, check_rules, load_rules
from config.loading.model_file import BadModel, read_model
from pintu.cli.main import exit_code
from pintu.rules.learning import writing
from pintu.rules.learning.history import read_history
from tests.support.histories import a_history, write_history
from tests.support.regions import SMALL_REGION
from tests.unit.pintu.rules.learning.conftest import learn, pintu
from tests.unit.pintu.rules.learning.test_learning import files_of

FIXTURE = SMALL_REGION


def model_of(folder: Path) -> Path:
    return folder / "learned" / "model.bin"


def resigned(content: bytes) -> bytes:
    """With a checksum that fits again, as somebody would who edits the file."""
    rest = content.partition(b"\n")[2]
    return f"pintu-model 2 {hashlib.sha256(rest).hexdigest()}\n".encode() + rest


@pytest.mark.parametrize(
    ("breakage", "said"),
    [
        (lambda content: content[: len(content) // 2], "truncated or was changed"),
        (lambda content: content[:-1] + bytes([content[-1] ^ 1]), "truncated or was changed"),
        (lambda content: b"", "is not a learned model"),
        (lambda content: b"PK\x03\x04" + content, "is not a learned model"),
        (lambda content: content.replace(b"pintu-model 2 ", b"pintu-model 9 ", 1), "version 9"),
        (lambda content: resigned(content[:-40]), "is broken"),
        (lambda content: resigned(content.replace(b'"scale"', b'"sacle"', 1)), "is broken"),
        (lambda content: resigned(content.replace(b'"rows": ', b'"rows": 1', 1)), "is broken"),
    ],
    ids=["half", "one bit", "empty", "foreign", "version", "cut", "header", "parts"],
)
def test_a_broken_model_is_an_error_that_says_what_to_do(learned, breakage, said):
    file = model_of(learned)
    file.write_bytes(breakage(file.read_bytes()))
    result = pintu("rules", "check", "--config", learned)
    assert result.exit_code == 1
    assert "learned/model.bin" in result.output
    assert said in result.output
    assert "pintu rules learn" in result.output
    with pytest.raises(ConfigurationError, match=r"model\.bin"):
        load_rules(learned)


def test_a_folder_in_place_of_the_model_is_an_error_that_says_what_to_do(learned):
    model_of(learned).unlink()
    model_of(learned).mkdir()
    (error,) = check_rules(learned).errors
    assert "cannot be read" in str(error) and "pintu rules learn" in str(error)


def test_the_error_names_the_folder_and_the_command_ends_with_78(learned):
    model_of(learned).write_bytes(b"")
    with pytest.raises(ConfigurationError) as raised:
        load_rules(learned)
    assert str(raised.value).startswith(f"{learned}/learned/model.bin: ")
    assert exit_code(raised.value) == 78


def test_a_model_that_went_missing_is_an_error(learned):
    model_of(learned).unlink()
    assert "model.bin" in str(check_rules(learned).errors[0])


def test_a_model_of_agencies_that_no_table_knows_is_an_error(learned):
    (learned / "learned" / "agencies.toml").write_text("", "utf-8")
    (error,) = (str(e) for e in check_rules(learned).errors if e.file.endswith("model.bin"))
    assert "knows agencies 'dinas-" in error and "in no table of this folder" in error
    assert "pintu rules learn" in error


def test_deciding_without_numpy_says_what_to_install(learned, monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(BadModel, match=r"pip install 'pintu\[learn\]'"):
        read_model(model_of(learned).read_bytes())


SAID = ("--alias", "Dinas Pekerjaan Umum=dpupr")
"""Else it would be a twin of "Dinas Pekerjaan Umum dan Penataan Ruang"."""


def test_learning_without_the_extra_says_what_to_install(monkeypatch, history, tmp_path):
    for name in [m for m in sys.modules if m.startswith("pintu.rules.learning")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy", None)
    result = learn(history, tmp_path / "config")
    assert result.exit_code != 0
    assert "pip install 'pintu[learn]'" in str(result.exception)
    assert not (tmp_path / "config").exists()


def test_bad_rows_are_named_and_left_out(tmp_path):
    history = write_history(tmp_path / "h.csv", a_history(200))
    lines = history.read_text("utf-8").splitlines()
    lines[3] = lines[3].split(",", 1)[1].join([",", ""])  # no text
    lines.insert(7, "hanya teks")
    lines.insert(9, "teks,,,,,,2024-01-01")
    history.write_text("\n".join(lines), "utf-8")
    result = learn(history, tmp_path / "config")
    assert result.exit_code == 0, result.output
    assert "1 rows: no text (line 4)" in result.output
    assert "1 rows: too few columns (line 8)" in result.output
    assert "1 rows: no agency (line 10)" in result.output


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_spreadsheets_file_gives_the_same_as_one_with_commas(tmp_path, history, delimiter):
    written = tmp_path / "h.csv"
    with history.open(encoding="utf-8", newline="") as source:
        rows = list(csv.reader(source))
    with written.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    for source, name in ((history, "a"), (written, "b")):
        assert learn(source, tmp_path / name, "--name", "kota").exit_code == 0
    models = [(tmp_path / name / "learned" / "model.bin").read_bytes() for name in "ab"]
    assert models[0] == models[1]


def test_a_stray_quotation_mark_loses_no_row(tmp_path):
    history = write_history(tmp_path / "h.csv", a_history(200))
    with history.open("a", encoding="utf-8") as file:
        file.write('"lampu" padam gelap,,,,,Dinas Perhubungan,2026-01-01\n')
    assert len(read_history(history).rows) == 201


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"", "is empty"),
        (b"isi,instansi\nx,y\n", "row 1 has no column text"),
        (b"text,agency\n\xff\xfe,x\n", "row 2 (line 2) is not UTF-8"),
        (b"text,agency\nx,Dinas A\ny,Dinas B\n", "2 usable rows are too few"),
        (b"text,agency\n" + b"lampu mati,Dinas A\n" * 60, "names one agency only"),
    ],
)
def test_a_history_that_cannot_be_learned_from(tmp_path, content, said):
    file = tmp_path / "h.csv"
    if content is not None:
        file.write_bytes(content)
    result = learn(file, tmp_path / "config")
    assert result.exit_code == 2
    assert said in result.output
    assert not (tmp_path / "config").exists()


def test_what_people_wrote_stays_and_counts(tmp_path, history):
    config = Path(shutil.copytree(FIXTURE, tmp_path / "config"))
    before = files_of(config)
    assert learn(history, config, *SAID).exit_code == 0
    after = files_of(config)
    assert {name: after[name] for name in before} == before
    new = {name.split("/")[0] for name in after.keys() - before.keys()}
    assert new == {"learned", "names.toml", "sla.toml"}
    rules = load_rules(config)
    # Known by its name there, so it keeps the code that people gave it.
    assert rules.agency_index["dinaslingkunganhidup"] == "dlh"
    assert rules.model is not None
    assert "dlh" in rules.model.classes
    query = Query("sampah menumpuk bau tps pengangkutan", place=Place(village="Kenanga"))
    assert decide(query, rules, on=date(2026, 1, 15)).agency == "dlh"


def test_where_history_knows_nothing_phrases_decide(tmp_path, history):
    config = Path(shutil.copytree(FIXTURE, tmp_path / "config"))
    query = Query("pungutan liar, ada suap dan minta uang", place=Place(village="Serdang"))
    by_hand = decide(query, load_rules(config), on=date(2026, 1, 15))
    assert learn(history, config, *SAID).exit_code == 0
    decision = decide(query, load_rules(config), on=date(2026, 1, 15))
    assert (decision.agency, decision.rule) == ("inspektorat", "text/bribe")
    assert (by_hand.agency, by_hand.oversight) == (decision.agency, decision.oversight)


def test_learning_again_replaces_what_was_learned_and_keeps_the_codes(learned, tmp_path):
    before = {p["code"]: p for p in _places(learned)}
    later = a_history(400, seed=8)
    later += [
        type(later[0])("banjir genangan", "", "Tanjung", "Baru", "", "Dinas Air", "2026-01-01")
    ] * 20
    assert learn(write_history(tmp_path / "h.csv", later), learned).exit_code == 0
    after = {p["code"]: p for p in _places(learned)}
    assert {code: after[code] for code in before} == before
    assert "Tanjung" in {p["name"] for p in after.values()}
    assert "dinas-air" in load_rules(learned).agencies
    assert not [p for p in learned.iterdir() if p.name.startswith(".")]


def _places(folder: Path) -> list[dict[str, str]]:
    with (folder / "learned" / "places.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_failed_learning_leaves_the_folder_as_it_was(learned, history, monkeypatch):
    before = files_of(learned)

    def full(*_):
        raise OSError(28, "No space left on device")

    for step in ("write_tables", "write_learned_model", "install"):
        with monkeypatch.context() as patch:
            patch.setattr(writing, step, full)
            result = learn(history, learned)
        assert result.exit_code == 2
        assert "No space left on device" in result.output
        assert files_of(learned) == before


def test_an_exchange_that_fails_halfway_is_undone(learned, history, monkeypatch):
    before, real = files_of(learned), os.rename

    def rename(source, target):
        if Path(target).name == "learned" and ".learning" in str(source):
            raise OSError(5, "Input/output error")
        real(source, target)

    monkeypatch.setattr(writing, "exchanged", lambda *_: False)  # as on some network file systems
    monkeypatch.setattr(os, "rename", rename)
    assert learn(history, learned).exit_code == 2
    assert files_of(learned) == before


def test_a_model_is_never_missing_while_another_takes_its_place(learned, history, monkeypatch):
    """Where the file system can exchange two folders, nothing is renamed away first."""
    real = os.rename

    def rename(source, target):
        assert Path(source) != learned / "learned"
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)
    assert learn(history, learned).exit_code == 0
    assert not [p for p in learned.iterdir() if p.name.startswith(".")]


def test_a_broken_configuration_is_not_learned_into(tmp_path, history):
    config = Path(shutil.copytree(FIXTURE, tmp_path / "config"))
    (config / "agencies.toml").write_text("[[agency]]\ncode = 'UPPER'\n", "utf-8")
    before = files_of(config)
    result = learn(history, config)
    assert result.exit_code == 2
    assert "agencies.toml" in result.output
    assert files_of(config) == before


def test_a_history_in_which_everything_is_foreseen_is_learned_from(tmp_path):
    """Where every row that was held back is right, no confidence may fall as the lead grows."""
    lines = ["text,agency,reported_at"]
    for number in range(120):
        text, agency = (("lampu padam", "dishub"), ("jalan rusak", "dpupr"))[number % 2]
        day = f"2026-{1 + number // 28:02d}-{1 + number % 28:02d}"
        lines.append(f"{text} gang {'abcdefgh'[number % 8]}, {agency}, {day}")
    history = tmp_path / "h.csv"
    history.write_text("\n".join(lines), "utf-8")
    assert learn(history, tmp_path / "config").exit_code == 0
    assert load_rules(tmp_path / "config").model is not None
