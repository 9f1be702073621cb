"""`pintu rules init` with files: every error at once, nothing written over unasked, and the same
twice changes nothing."""

from pathlib import Path

from typer.testing import Result

from broker.errors import BadConfiguration
from tests.unit.pintu.rules.asking.conftest import ANSWERS, filled_in, pintu, questionnaire


def init(folder: Path, sheet: Path) -> Result:
    return pintu("rules", "init", "--config", folder, "--answers", sheet)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_error_of_all_files_is_told_at_once_and_nothing_is_made(tmp_path: Path):
    sheet, places, agencies = (tmp_path / n for n in ("a.toml", "places.csv", "opd.csv"))
    sheet.write_text(filled_in({"parks": "taman", "markets": "", "fallen-trees": "same"}))
    places.write_text("code,name\n35.78.01,Karangpilang\n3578,Salah\n35.78.02.1001,Tanpa Induk\n")
    agencies.write_text("code,name,replaces\nDinas PU,Dinas PU,\nbinamarga,,dpuprr\npu,Dinas PU,\n")
    result = pintu(
        *("rules", "init", "--config", tmp_path / "city", "--answers", sheet),
        *("--places", places, "--agencies", agencies),
    )
    assert result.exit_code != 0
    told = str(result.exception)
    for said in (
        "a.toml:",
        "who, parks: no agency is called 'taman'",
        "who, markets: is not answered",
        "who, fallen-trees: 'same'",
        "places.csv:3: row 3578: code",
        "places.csv: row 35.78.02.1001: parent",
        "opd.csv:2: row Dinas PU: code",
        "opd.csv:3: row binamarga: name: is empty",
        "opd.csv:4: row pu: name: looks like dpupr, Dinas Pekerjaan Umum dan Penataan Ruang",
        "opd.csv:3: row binamarga: replaces: no shipped agency has the code 'dpuprr'",
    ):
        assert said in told, (said, told)
    assert not (tmp_path / "city").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.toml", "opd.csv", "places.csv"]


def test_an_empty_questionnaire_says_what_is_missing(tmp_path: Path):
    (tmp_path / "a.toml").write_text(questionnaire())
    result = init(tmp_path / "c", tmp_path / "a.toml")
    assert result.exit_code != 0
    assert "a.toml:11: region, code" in str(result.exception)
    assert "a.toml:12: region, name" in str(result.exception)


def test_a_file_that_is_none_is_an_error_and_no_traceback(tmp_path: Path):
    for text in ("[who", "who = 3", "\0", ""):
        (tmp_path / "a.toml").write_text(text)
        result = pintu(
            "rules", "init", "--config", tmp_path / "c", "--answers", tmp_path / "a.toml"
        )
        assert "a.toml" in str(result.exception)
    result = init(tmp_path / "c", tmp_path / "none.toml")
    assert "none.toml" in str(result.exception)
    assert not (tmp_path / "c").exists()


def test_running_it_again_changes_nothing(city: Path, sheet: Path):
    before = files_of(city)
    result = init(city, sheet)
    assert result.exit_code == 0, result.output
    assert files_of(city) == before


def test_a_changed_answer_changes_that_line_alone_and_comments_stay(city: Path, sheet: Path):
    record = city / "answers.toml"
    record.write_text("# Rapat 3 November: lampu ke perkim.\n" + record.read_text())
    topics = city / "topics" / "order.toml"
    topics.write_text(topics.read_text() + "\n# ditambah oleh Rina\n")
    before = files_of(city)
    sheet.write_text(
        sheet.read_text().replace('markets = "bagian-perekonomian"', 'markets = "dlh"')
    )
    result = init(city, sheet)
    assert result.exit_code == 0, result.output
    assert "markets: bagian-perekonomian → dlh" in result.stdout
    after = files_of(city)
    assert {n for n in after if after[n] != before.get(n)} == {"answers.toml"}
    changed = [
        (a, b)
        for a, b in zip(
            before["answers.toml"].splitlines(), after["answers.toml"].splitlines(), strict=True
        )
        if a != b
    ]
    assert changed == [(b'markets = "bagian-perekonomian"', b'markets = "dlh"')]


def test_a_question_that_the_record_lacks_is_added_to_it(city: Path, sheet: Path):
    record = city / "answers.toml"
    lines = record.read_text().splitlines(keepends=True)
    record.write_text("".join(line for line in lines if not line.startswith("parks =")))
    result = init(city, sheet)
    assert result.exit_code == 0, result.output
    assert 'parks = "desk"' in record.read_text()


def test_what_people_wrote_is_not_written_over_unless_forced(city: Path, sheet: Path):
    places = city.parent / "neu.csv"
    places.write_text("code,name\n35.78.09,Baru\n35.78.09.1001,Baru Kidul\n")
    before = files_of(city)
    command = ("rules", "init", "--config", city, "--answers", sheet, "--places", places)
    result = pintu(*command)
    assert result.exit_code == 1
    assert "places.csv" in result.stderr
    assert files_of(city) == before
    result = pintu(*command, "--force")
    assert result.exit_code == 0, result.output
    assert "Baru Kidul" in (city / "places.csv").read_text()
    assert (city / "places.csv~").read_bytes() == before["places.csv"]


def test_a_file_that_was_there_before_the_folder_was_made_stays(tmp_path: Path, sheet: Path):
    city = tmp_path / "city"
    city.mkdir()
    (city / "channels.toml").write_text('[[channel]]\ncode = "web"\nname = "Portal kota"\n')
    result = init(city, sheet)
    assert result.exit_code == 1
    assert "channels.toml" in result.stderr
    assert [p.name for p in city.iterdir()] == ["channels.toml"]


def test_dry_run_says_it_and_writes_nothing(city: Path, sheet: Path):
    before = files_of(city)
    sheet.write_text(filled_in({**ANSWERS, "parks": "dlh"}))
    result = pintu("rules", "init", "--config", city, "--answers", sheet, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "parks: desk → dlh" in result.stdout
    assert files_of(city) == before


def test_another_regions_questionnaire_is_refused(city: Path, tmp_path: Path):
    sheet = tmp_path / "b.toml"
    sheet.write_text(filled_in({}, {"code": "64.72", "name": "Kota Samarinda"}))
    result = init(city, sheet)
    assert "choose another folder for Kota Samarinda" in str(result.exception)


def test_the_questionnaire_of_a_folder_has_its_answers(city: Path, sheet: Path):
    result = pintu("rules", "init", "--questions", "--config", city)
    assert result.exit_code == 0, result.output
    assert 'name = "Kota Surabaya"' in result.stdout
    assert 'street-trees = "perkim"' in result.stdout
    sheet.write_text(result.stdout)
    again = init(city, sheet)
    assert "nothing to change" in again.stdout


def test_without_a_folder_it_says_so(sheet: Path):
    assert pintu("rules", "init", "--answers", sheet).exit_code == 2


def test_the_places_of_a_questionnaire_lie_beside_it(tmp_path: Path, sheet: Path):
    (tmp_path / "wilayah.csv").write_text("kode,nama\n35.78.01,Karangpilang\n")
    sheet.write_text(sheet.read_text().replace("# places =", "places ="))
    result = init(tmp_path / "city", sheet)
    assert result.exit_code == 0, result.output
    assert "kec-karangpilang" in (tmp_path / "city" / "places.csv").read_text()


def test_what_is_there_and_is_no_utf_8_is_told_and_never_a_traceback(city: Path, sheet: Path):
    record = city / "answers.toml"
    made = city.parent / "made"
    made.mkdir()
    (made / "sla.toml").write_bytes("# kafé\n".encode("latin-1"))
    result = init(made, sheet)
    assert (result.exit_code, "sla.toml" in result.stderr) == (1, True), "people wrote it"
    record.write_bytes(record.read_bytes() + "# kafé\n".encode("latin-1"))
    result = init(city, sheet)
    assert isinstance(result.exception, BadConfiguration), result.output
    assert "answers.toml" in str(result.exception) and "UTF-8" in str(result.exception)
    record.unlink()
    record.mkdir()
    result = init(city, sheet)
    assert isinstance(result.exception, BadConfiguration), result.output


def test_a_file_as_windows_saves_it_is_no_change(tmp_path: Path, sheet: Path):
    places = tmp_path / "wilayah.csv"
    places.write_bytes(b'code,name\r\n35.78.01,"Karang\r\nPilang"\r\n')
    command = ("rules", "init", "--config", tmp_path / "c", "--answers", sheet)
    assert pintu(*command, "--places", places).exit_code == 0
    again = pintu(*command, "--places", places)
    assert (again.exit_code, "nothing to change" in again.stdout) == (0, True), again.output
