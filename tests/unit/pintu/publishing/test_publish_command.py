"""The command line of `pintu publish`: what is wrong is told before a broker is asked."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pintu.cli.main import app


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["complaints.txt"], "give --format"),
        (["missing.csv"], "No such file"),
        (["."], "give --format"),
        ([".", "--format", "csv"], "Is a directory"),
        (["no-text.csv"], "no column text"),
        (["empty.csv"], "is empty"),
        (["good.csv", "--channel", "SMS Center"], "a channel's code"),
        (["good.csv", "--only", "adress"], "no column adress"),
        (["good.csv", "--ignore", "adress"], "no column adress"),
        (["good.csv", "--ignore", "Anonymous"], "anonymous cannot be left out"),
        (["good.jsonl", "--ignore", "confidential"], "confidential cannot be left out"),
        (["good.csv", "--from", "0"], "--from"),
        (["good.csv", "--map", "text"], "it is like"),
        (["good.csv", "--map", "text=isi"], "isi is no field of a complaint"),
        (["good.csv", "--map", "Anonymous="], "anonymous cannot be left out"),
        (["good.csv", "--map", "isi=text"], "--map: no column isi"),
        (["good.csv", "--extra", "isi"], "--extra: no column isi"),
        (["good.csv", "--encoding", "klingon"], "no encoding of that name"),
        (["good.csv", "--format", "xlsx"], "no Excel workbook"),
        (["good.csv", "--format", "json"], "neither an array nor an object"),
    ],
)
def test_wrong_use_ends_with_code_2_and_says_what_is_wrong(
    words: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "good.csv").write_text("text,anonymous\nsampah,ya\n")
    (tmp_path / "good.jsonl").write_text('{"text": "sampah"}\n')
    (tmp_path / "complaints.txt").write_text("sampah\n")
    (tmp_path / "no-text.csv").write_text("isi\nsampah\n")
    (tmp_path / "empty.csv").write_text("")
    monkeypatch.chdir(tmp_path)
    # A broker that nobody could reach: it must not come to that.
    monkeypatch.setenv("PINTU_AMQP_URL", "amqp://127.0.0.1:1/")
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["publish", *words])
    assert done.exit_code == 2, done.output
    assert says in " ".join(done.output.split())
