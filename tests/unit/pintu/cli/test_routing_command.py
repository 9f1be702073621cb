"""`pintu route`: a dry run for one complaint or a file of them."""

import csv
import io
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from broker.errors import BadConfiguration
from pintu.cli.main import exit_code
from pintu.cli.route import route


@pytest.fixture
def run(fixture_folder):
    app = typer.Typer()
    app.command()(route)

    def invoked(*arguments: str, stdin: str | bytes = "") -> Result:
        return CliRunner().invoke(app, [*arguments, "--config", str(fixture_folder)], input=stdin)

    return invoked


def test_one_complaint_is_explained(run):
    result = run("sampah menumpuk", "--village", "Serdang")
    assert result.exit_code == 0
    for part in ("dlh", "Dinas Lingkungan Hidup", "“sampah menumpuk”", "99.01.01.2002"):
        assert part in result.stdout


def test_json_holds_the_decision(run):
    result = run("x", "--category", "928", "--district", "Toboali", "--json")
    decision = json.loads(result.stdout)
    assert (decision["agency"], decision["region"]) == ("dpupr", "99.01.03")
    assert decision["because"].startswith("Kategori 928")


def test_without_colour_signs_mark_the_evidence_and_no_line_is_broken(run):
    result = run("Pak, LAMPU jalan di Desa Serdang " + "yang itu " * 30, "--title", "Lampu jalan")
    first, second, *rest = result.stdout.splitlines()
    assert first == "«Lampu jalan»"
    assert second.startswith("Pak, «LAMPU jalan» di «Desa Serdang» yang itu")
    assert second.count("itu") == 30
    assert any(line.startswith("because ") and line.endswith(".") for line in rest)


def test_json_tells_where_the_evidence_stands(run):
    text = "Pak, LAMPU jalan di Desa Serdang"
    evidence = json.loads(run(text, "--json").stdout)["evidence"]
    assert [(e["in"], e["shows"], e["words"]) for e in evidence] == [
        ("text", "topic", "LAMPU jalan"),
        ("text", "place", "Desa Serdang"),
    ]
    assert [text[e["start"] : e["end"]] for e in evidence] == [e["words"] for e in evidence]


def test_what_a_terminal_would_act_on_is_escaped(run):
    result = run("sampah \x1b[2Jmenumpuk \u202e")
    assert "\\x1b[2J" in result.stdout and "\\u202e" in result.stdout
    assert "\x1b" not in result.stdout and "\u202e" not in result.stdout


def test_of_a_long_text_the_evidence_is_shown_and_where_it_goes_on(run):
    result = run("kata lagi " * 400 + "sampah menumpuk di Serdang" + " kata lagi" * 400)
    shown = " ".join(result.stdout.split("agency")[0].split())
    assert "lagi «sampah menumpuk» di «Serdang» kata" in shown
    assert " … " in shown and shown.endswith("…")
    assert len(shown) < 600


@pytest.mark.parametrize("arguments", [["--json"], ["-", "--json"]])
def test_the_text_may_come_from_standard_input(run, arguments):
    result = run(*arguments, stdin=b"sampah menumpuk \xff\n")
    assert json.loads(result.stdout)["agency"] == "dlh"


def routed(run, tmp_path: Path, content: str | bytes) -> tuple[Result, list[dict[str, str]]]:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    result = run("--file", str(source), "--out", str(target))
    assert not target.with_name("out.csv.part").exists()
    rows = target.read_text("utf-8") if target.exists() else ""
    return result, list(csv.DictReader(io.StringIO(rows)))


def test_a_file_keeps_its_columns_in_order_and_gets_three_more(run, tmp_path):
    content = (
        "id,village,text,note\n"
        '7,Serdang,"kantor desa\ntutup",\n'
        "8,,suap dan sampah,x\n"
        '9,,"begi\rtulah",\n'
    )
    result, rows = routed(run, tmp_path, "\ufeff" + content)
    assert result.exit_code == 0
    assert list(rows[0]) == ["id", "village", "text", "note", "agency", "confidence", "auto"]
    assert [(r["id"], r["agency"], r["auto"]) for r in rows] == [
        ("7", "desa-serdang", "true"),
        ("8", "inspektorat", "false"),
        ("9", "", "false"),
    ]
    assert 0.0 < float(rows[1]["confidence"]) < 0.6
    assert rows[0]["text"] == "kantor desa\ntutup"


def test_a_file_of_semicolons_stays_one(run, tmp_path):
    result, rows = routed(run, tmp_path, "id;text\n1;kantor desa tutup\n")
    assert result.exit_code == 0
    assert list(rows[0]) == ["id;text;agency;confidence;auto"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is empty"),
        ("teks\nx\n", "row 1 has no column text"),
        ("text,id\nsampah,1\nsampah\n", "row 3 (line 3) has 1 columns, the header 2"),
        ('text\n"a\nb"\nx\n"y', "row 4 (line 5) is not CSV"),
        (b"text\nok\n\xff\n", "row 3 (line 3) is not UTF-8"),
        ("\n\ntext,id\n\nx\n", "row 5 (line 5) has 1 columns, the header 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_row(run, tmp_path, content, told):
    result, rows = routed(run, tmp_path, content)
    assert result.exit_code == 2
    assert told in result.stderr
    assert rows == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--file", "x.csv"], "go together"),
        (["text", "--file", "x.csv", "--out", "y.csv"], "not both"),
        (["--file", "/nowhere/x.csv", "--out", "/tmp/y.csv"], "No such file"),
        (["  "], "the text is empty"),
    ],
)
def test_bad_use_is_told_with_exit_code_two(run, arguments, told):
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr


def test_rules_that_cannot_be_used_are_told(tmp_path):
    app = typer.Typer()
    app.command()(route)
    result = CliRunner().invoke(app, ["x", "--config", str(tmp_path)])
    assert isinstance(result.exception, BadConfiguration)
    assert exit_code(result.exception) == 78
    assert f"{tmp_path}/rules.toml: the file is missing" in str(result.exception)
