"""`pintu rules init` at a terminal: asks, explains, takes what is meant, and can be stopped."""

from pathlib import Path

from config.loading import load_rules
from config.loading.questions import QUESTIONS
from pintu.rules.asking.requests import Request
from pintu.rules.asking.terminal import DRAFT, Talk
from tests.unit.pintu.rules.asking.conftest import PLACES, pintu

REST = "\n" * len(QUESTIONS)


def agencies(folder: Path) -> dict[str, str]:
    return {topic.id: topic.agency for topic in load_rules(folder).topics}


def test_it_asks_for_region_and_answers_and_shows_the_result(tmp_path: Path):
    (tmp_path / "w.csv").write_text(PLACES)
    typed = f"35.78\nKota Surabaya\n{tmp_path / 'w.csv'}\nperkim\n@village\n" + REST
    result = pintu("rules", "init", "--config", tmp_path / "city", typed=typed)
    assert result.exit_code == 0, result.output
    assert f"1/{len(QUESTIONS)} Street lights" in result.output
    assert "1  dishub    Dinas Perhubungan" in result.output
    assert "6  desk      a person decides each time" in result.output
    assert "lampu jalan mati sudah seminggu → Dinas Perumahan dan Kawasan" in result.output
    assert agencies(tmp_path / "city")["street-light"] == "perkim"
    assert not (tmp_path / "city" / DRAFT).exists()
    assert 'street-light-lane = "@village"' in (tmp_path / "city" / "answers.toml").read_text()


def test_numbers_names_and_words_are_understood_and_nonsense_asked_again(tmp_path: Path):
    typed = "35\n3578\n00.01\n35.78\n\nKota Surabaya\nnone.csv\n\n2\nsama\nxyz\nBPBD\nmeja\n" + REST
    result = pintu("rules", "init", "--config", tmp_path / "city", typed=typed)
    assert result.exit_code == 0, result.output
    assert result.output.count("write the code of a kabupaten or kota") == 3
    assert "none.csv" in result.output
    assert "no agency is called 'xyz'" in result.output
    found = agencies(tmp_path / "city")
    assert (found["street-light"], found["tree-pruning"]) == ("perkim", "bpbd")
    assert found["fallen-tree"] == "@triage"


def test_a_question_mark_explains_with_what_citizens_write(tmp_path: Path):
    typed = "35.78\nKota Surabaya\n\n?\n" + REST
    result = pintu("rules", "init", "--config", tmp_path / "city", typed=typed)
    assert result.exit_code == 0, result.output
    assert "Lamps along roads that are out" in result.output
    assert "“pju padam, jalan jadi gelap gulita”" in result.output


def test_same_is_no_answer_where_there_is_no_condition(tmp_path: Path):
    typed = "35.78\nKota Surabaya\n\nsame\ndlh\n" + REST
    result = pintu("rules", "init", "--config", tmp_path / "city", typed=typed)
    assert result.exit_code == 0, result.output
    assert agencies(tmp_path / "city")["street-light"] == "dlh"


def test_who_stops_goes_on_where_it_stopped(tmp_path: Path):
    city = tmp_path / "city"
    stopped = pintu("rules", "init", "--config", city, typed="35.78\nKota Surabaya\n\nperkim\n")
    assert stopped.exit_code == 1
    assert "answers so far are kept" in stopped.output
    assert [p.name for p in city.iterdir()] == [DRAFT]
    again = pintu("rules", "init", "--config", city, typed="dishub\n" + REST)
    assert again.exit_code == 0, again.output
    assert "going on: 1 questions are answered" in again.output
    assert f"2/{len(QUESTIONS)} Street lights in lanes" in again.output
    assert agencies(city)["street-light"] == "perkim"
    assert not (city / DRAFT).exists()


def test_in_a_folder_that_is_one_enter_keeps_what_it_says(city: Path):
    before = agencies(city)
    result = pintu("rules", "init", "--config", city, typed="\n\n\n\ndlh\n" + REST)
    assert result.exit_code == 0, result.output
    assert "Kemendagri code" not in result.output
    assert {**before, "telecom-poles": "dlh"} == agencies(city)


def test_bytes_that_are_no_text_are_asked_for_again(tmp_path: Path):
    said = iter(["35.78", "Kota \udcff", "Kota Surabaya", ""])
    told: list[str] = []

    def ask(prompt: str, default: str) -> str:
        return next(said, default)

    answers = Talk(tmp_path / "city", ask, told.append).answers(Request("answers.toml"), {})
    assert answers.region and answers.region.name == "Kota Surabaya"
    assert any("is not UTF-8" in line for line in told)
