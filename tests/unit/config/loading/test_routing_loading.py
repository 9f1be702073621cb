"""A configuration folder with mistakes: all of them are told at once, each with its place."""

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from config.loading import ConfigurationError, check_rules, load_rules
from pintu.cli import rules as rules_command


@pytest.fixture
def folder(tmp_path: Path, fixture_folder: Path) -> Path:
    return Path(shutil.copytree(fixture_folder, tmp_path / "rules"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def append(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def errors(folder: Path) -> list[str]:
    checked = check_rules(folder)
    assert (checked.rules is None) == bool(checked.errors)
    return [str(problem) for problem in checked.errors]


def test_a_good_folder_has_no_error_and_no_warning(folder):
    checked = check_rules(folder)
    assert (checked.errors, checked.warnings) == ((), ())
    assert load_rules(folder).agency_name("desa-serdang") == "Pemerintah Desa Serdang"


def test_every_error_is_told_at_once(folder):
    edit(folder / "agencies.toml", 'successor = "dpupr"', 'successor = "dpurp"')
    edit(folder / "topics" / "works.toml", 'phrases = ["sampah"', 'phrase = ["sampah"')
    edit(folder / "places.csv", "99.01.03,kecamatan", "99.01.03,kecamtan")
    with pytest.raises(ConfigurationError) as raised:
        load_rules(folder)
    assert len(raised.value.problems) == 3
    files = {problem.file for problem in raised.value.problems}
    assert files == {"agencies.toml", "topics/works.toml", "places.csv"}
    assert str(raised.value).count("\n") == len(raised.value.problems) - 1


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "topics/works.toml",
            'phrases = ["sampah"',
            'phrase = ["sampah"',
            "topics/works.toml:36: topic waste, phrase: unknown key; did you mean 'phrases'?",
        ),
        (
            "agencies.toml",
            'aliases = ["tata kota"]',
            'aliases = ["tata kota", "Dishub"]',
            "agencies.toml:17: agency dinas-lama: the code, name or alias 'dishub' is also at "
            "agencies.toml:7 (agency dishub); keep it in one place",
        ),
        (
            "agencies.toml",
            'successor = "dpupr"',
            'successor = "dinas-lama"',
            "agencies.toml:17: agency dinas-lama: successors go round: dinas-lama → dinas-lama",
        ),
        (
            "agencies.toml",
            'successor = "dpupr"',
            'successor = "dpurp"',
            "agencies.toml:17: agency dinas-lama: successor: unknown agency 'dpurp'; "
            "did you mean 'dpupr'?",
        ),
        (
            "agencies.toml",
            "valid_until = 2020-01-01",
            "valid_until = 2010-01-01",
            "agencies.toml:17: agency dinas-lama: valid_until must lie after valid_from",
        ),
        (
            "agencies.toml",
            "valid_from = 2010-01-01",
            'valid_from = "2010-01-01"',
            "agencies.toml:17: agency dinas-lama, valid_from: Input should be a valid date "
            "(given: '2010-01-01')",
        ),
        (
            "agencies.toml",
            'code = "dlh"',
            'code = "triage"',
            "agencies.toml:12: agency triage, code: Value error, 'triage' is reserved; "
            "choose another code (given: 'triage')",
        ),
        (
            "landmarks.csv",
            "Pasar Rawa,99.01.02.2001",
            "Pasar Rawa,99.01.02.2009",
            "landmarks.csv:2: row Pasar Rawa: place: there is no place '99.01.02.2009'; "
            "did you mean '99.01.02.2002'?",
        ),
        (
            "landmarks.csv",
            "road=national",
            "road=nasional",
            "landmarks.csv:4: row Jembatan Kembar: shows: road has no value 'nasional'; "
            "did you mean 'national'?",
        ),
        (
            "topics/works.toml",
            'road = "national"',
            'rood = "national"',
            "topics/works.toml:1: topic road-damage: when 1: unknown key or attribute 'rood'; "
            "did you mean 'road'?",
        ),
        (
            "topics/works.toml",
            'road = "national"',
            'road = "nasional"',
            "topics/works.toml:1: topic road-damage: when 1: road has no value 'nasional'; "
            "did you mean 'national'?",
        ),
        (
            "topics/works.toml",
            'road = "national"\n',
            "",
            "topics/works.toml:1: topic road-damage: when 1: has no condition; "
            "name an attribute or a region",
        ),
        (
            "topics/people.toml",
            "lapor = [77]",
            "lapor = [928]",
            "topics/works.toml:1: topic road-damage: the SP4N-LAPOR! id '928' is also at "
            "topics/people.toml:19 (topic village-office); keep it in one place",
        ),
        (
            "topics/people.toml",
            'id = "other"',
            'id = "waste"',
            "topics/works.toml:36: topic waste: the id 'waste' is also at "
            "topics/people.toml:34 (topic waste); keep it in one place",
        ),
        (
            "topics/people.toml",
            'agency = "@village"',
            'agency = "@vilage"',
            "topics/people.toml:19: topic village-office, agency: String should match pattern "
            "'^(@village|@district|@triage|[a-z][a-z0-9-]{0,39})$' (given: '@vilage')",
        ),
        (
            "places.csv",
            "99.01.02.2001,desa,Sukamaju,99.01.02",
            "99.01.02.2001,desa,Sukamaju,99.01.09",
            "places.csv:8: row 99.01.02.2001: parent: there is no place '99.01.09'; "
            "add it or correct the code",
        ),
        (
            "places.csv",
            "desa-sukamaju-2",
            "desa-sukamaju-2,x",
            "places.csv:12: row 99.01.03.2002: write 6 columns in each row",
        ),
        (
            "places.csv",
            "aliases,office",
            "alias,office",
            "places.csv:1: unknown column 'alias'; did you mean 'aliases'?",
        ),
        (
            "roads.csv",
            ",national,",
            ",nation,",
            "roads.csv:2: row Jalan Jenderal Sudirman: class: road has no value 'nation'; "
            "did you mean 'national'?",
        ),
        (
            "rules.toml",
            'region = "99.01"',
            'region = "1905"',
            "rules.toml: region: String should match pattern "
            "'^\\d\\d(\\.\\d\\d){0,2}(\\.\\d{4})?$' "
            "(given: '1905')",
        ),
        (
            "channels.toml",
            "[[channel]]",
            "[[chanel]]",
            "channels.toml:1: unknown key 'chanel'; did you mean 'channel'?",
        ),
    ],
)
def test_a_mistake_is_told_with_its_file_its_place_and_what_to_do(folder, file, old, new, told):
    edit(folder / file, old, new)
    assert told in errors(folder)


def test_broken_toml_is_told_with_its_line(folder):
    edit(folder / "words.toml", 'jln = "jalan"', "jln = jalan")
    assert [line for line in errors(folder) if line.startswith("words.toml:3: is not TOML")]


def test_bytes_that_are_no_text_are_told(folder):
    (folder / "roads.csv").write_bytes(b"name\xff")
    assert "roads.csv: is not UTF-8 (byte 4); save it as UTF-8" in errors(folder)


def test_missing_files_are_told(folder, tmp_path):
    (folder / "agencies.toml").unlink()
    assert "agencies.toml: the file is missing; create it (docs/reference/rules.md)" in errors(
        folder
    )
    assert errors(tmp_path / "nowhere") == [f"{tmp_path / 'nowhere'}: no such folder"]


def test_a_phrase_that_two_topics_claim_as_strong_is_a_warning(folder):
    edit(folder / "topics" / "people.toml", 'strong = ["pungli"]', 'strong = ["lampu merah mati"]')
    checked = check_rules(folder)
    assert checked.rules is not None
    assert [str(w) for w in checked.warnings] == [
        "topics/works.toml:29: topic traffic-light: the strong phrase 'lampu merah mati' is also "
        "strong for 'bribe'"
    ]


def test_a_phrase_with_a_word_that_says_nothing_is_a_warning(folder):
    edit(folder / "topics" / "works.toml", '"lampu merah"]', '"lampu merah pak"]')
    assert [str(w) for w in check_rules(folder).warnings] == [
        "topics/works.toml:29: topic traffic-light: the phrase 'lampu merah pak' is read without "
        "'pak' ([ignore] in words.toml)"
    ]


def test_a_topic_without_phrases_is_a_warning(folder):
    edit(folder / "topics" / "people.toml", "lapor = [110]", "")
    checked = check_rules(folder)
    assert checked.rules is not None
    assert [str(w) for w in checked.warnings] == [
        "topics/people.toml:34: topic other: has neither phrases nor a SP4N-LAPOR! id: "
        "only its own id leads to it"
    ]


def test_a_file_that_is_not_read_is_a_warning(folder):
    (folder / "agancies.toml").write_text("")
    assert [w.file for w in check_rules(folder).warnings] == ["agancies.toml"]


def run(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    app.add_typer(rules_command.app, name="rules")
    result = CliRunner().invoke(app, ["rules", *arguments])
    return result.exit_code, result.stdout


def test_rules_check_prints_a_summary(folder):
    code, out = run("check", "--config", str(folder))
    assert code == 0
    assert "Kabupaten Contoh, version 2026.1: 20 agencies" in out


def test_rules_check_prints_every_error_and_fails(folder):
    append(folder / "roads.csv", "x,motorway,,,true\ny,,,,maybe\n")
    code, out = run("check", "--config", str(folder))
    assert code == 1
    assert "roads.csv:4" in out
    assert "roads.csv:5" in out


def test_rules_check_speaks_json(folder):
    (folder / "sla.toml").write_text("nonsense = 1\n")
    code, out = run("check", "--config", str(folder), "--json")
    answer = json.loads(out)
    assert (code, answer["ok"], answer["summary"]) == (1, False, None)
    assert {problem["file"] for problem in answer["errors"]} == {"sla.toml"}
