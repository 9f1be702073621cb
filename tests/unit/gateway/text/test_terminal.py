"""Nothing that comes from outside moves a cursor, sets a title or turns the direction of text."""

import ast
import importlib
import io
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table
from rich.text import Text
from typer.testing import CliRunner

from broker.errors import BadConfiguration
from config.printable import json_printable, printable
from gateway.text.console import Console
from pintu.cli.main import app
from tests.support.regions import SMALL_REGION

ROOT = Path(__file__).parents[4]
FIXTURE = SMALL_REGION
EVIL = "\x1b]0;owned\x07\x1b[2J\x9b2J\u202egpj.exe\u2066\x7f"
SIGNS = "\x1b\x07\x9b\x7f\u202e\u2066\u2028\udcff"


def harmless(said: str) -> bool:
    return not any(sign in said for sign in SIGNS)


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.stdout + result.stderr


@given(st.dictionaries(st.text(), st.text(st.characters()) | st.just(EVIL + "\udcff\U000e0041")))
def test_json_keeps_its_value_and_holds_no_sign_that_a_terminal_acts_on(value: object) -> None:
    text = json_printable(json.dumps(value, ensure_ascii=False, indent=2))
    assert json.loads(text) == value
    categories = {unicodedata.category(sign) for sign in text.replace("\n", "")}
    assert not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_the_names_of_columns_of_a_file_to_publish_are_escaped(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text(f"text {EVIL},b{EVIL}\nx,y\n", "utf-8")
    said = run("publish", str(file))
    assert "no column text" in said
    assert harmless(said)


@pytest.mark.parametrize("command", ["publish", "route", "evaluate", "diff", "learn"])
def test_the_name_of_a_file_is_escaped(tmp_path: Path, command: str) -> None:
    file = str(tmp_path / os.fsdecode(b"in\x1b[2J\xff\xe2\x80\xae.csv"))
    words = {
        "publish": ["publish", file],
        "route": ["route", "--file", file, "--out", "out.csv"],
        "evaluate": ["rules", "evaluate", file],
        "diff": ["rules", "diff", "shipped", "shipped", "--on", file],
        "learn": ["rules", "learn", file, "--config", str(tmp_path / "made")],
    }
    said = run(*words[command])
    assert "No such file" in said
    assert harmless(said)


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_what_rules_hold_is_escaped(tmp_path: Path, options: list[str]) -> None:
    folder = Path(shutil.copytree(FIXTURE, tmp_path / "rules"))
    evil = EVIL.replace("\x07", "").replace("\x1b", "").replace("\x7f", "")
    with (folder / "agencies.toml").open("a", encoding="utf-8") as out:
        out.write(f'\n[[agency]]\ncode = "Bad {evil}"\nname = "x"\n"{evil}" = 1\n')
    (folder / f"stray{EVIL}.toml").touch()
    said = run("rules", "check", "--config", str(folder), *options)
    assert "stray" in said
    assert harmless(said)
    if options:
        assert any(EVIL in one["file"] for one in json.loads(said)["warnings"])


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_complaint_is_escaped_where_its_route_is_explained(options: list[str]) -> None:
    said = run("route", f"lampu jalan{EVIL} padam", "--title", EVIL, *options)
    assert "dishub" in said
    assert harmless(said)


def test_an_error_that_ends_a_command_is_escaped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise BadConfiguration(f"the file {EVIL}\udcff\nsecond line")

    program = importlib.import_module("pintu.cli.main")
    monkeypatch.setattr(program, "_run", fails)
    with pytest.raises(SystemExit) as left:
        program.main()
    said = capsys.readouterr().err
    assert (left.value.code, said.count("\n")) == (78, 2)
    assert harmless(said)


def test_tables_and_texts_of_a_console_are_escaped_and_its_colours_stay() -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=120)
    table = Table("heading" + EVIL)
    table.add_row(Text(EVIL, style="bold"))
    console.print(table)
    console.print(EVIL, Text("red", style="red"))
    said = file.getvalue()
    assert "\x1b[2J" not in said and "\x9b" not in said and "\u202e" not in said
    assert "\x1b[31mred\x1b[0m" in said


LOGS = """
import structlog, logging
from config.logging import configure_logging
configure_logging({form!r})
evil = {evil!r}
structlog.get_logger().info("told", file=evil + "\\udcff", parts=[evil], **{{"x" + evil: 1}})
logging.getLogger("library").warning(evil)
"""


@pytest.mark.parametrize("form", ["console", "json"])
def test_the_log_is_escaped(form: str) -> None:
    code = LOGS.format(form=form, evil=EVIL)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT)
    said = done.stderr.decode()
    assert said.count("\n") == 2, said
    assert harmless(said)
    if form == "json":
        assert json.loads(said.splitlines()[0])["file"] == EVIL + "\udcff"


def test_every_command_prints_through_one_place() -> None:
    found = []
    for part in ("consumers", "config"):
        for file in (ROOT / part).rglob("*.py"):
            name = str(file.relative_to(ROOT))
            if name in ("gateway/text/printable.py", "gateway/text/console.py"):
                continue
            tree = ast.parse(file.read_text("utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and node.attr in ("echo", "secho"):
                    found.append(name)
                if isinstance(node, ast.ImportFrom) and node.module == "rich.console":
                    names = [alias.name for alias in node.names]
                    found += [name] if "Console" in names and name not in TYPES_ONLY else []
    assert found == []


TYPES_ONLY = {
    "gateway/desk/page.py",
    *(f"consumers/demo/{name}.py" for name in ("life", "scenes", "story")),
}
"""They are given the console on which they print."""


def test_plain_text_costs_nothing_and_stays() -> None:
    assert printable("Jalan rusak di Toboali") == "Jalan rusak di Toboali"
