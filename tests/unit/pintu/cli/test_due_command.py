"""`pintu due`: the deadline alone on standard output; what is wrong, clearly, with exit code 2."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from pintu.cli.due import due

app = typer.Typer()
app.command()(due)


def run(*args: str) -> Result:
    return CliRunner().invoke(app, list(args), env={"COLUMNS": "200", "PINTU_CONFIG_DIR": None})


@pytest.mark.parametrize(
    ("args", "deadline"),
    [
        (["2025-02-04T16:00", "3"], "2025-02-07T16:00:00+07:00"),
        (["2025-03-26T10:00:00+07:00", "5"], "2025-04-11T16:00:00+07:00"),
        (["2025-04-10T17:30:00Z", "3"], "2025-04-16T16:00:00+07:00"),
        (["2025-02-04T23:59", "3"], "2025-02-07T16:00:00+07:00"),
        (["2025-04-11T00:30", "3"], "2025-04-16T16:00:00+07:00"),
        (["2026-02-02 09:00", "60"], "2026-05-08T16:00:00+07:00"),
        (["2025-02-04", "3"], "2025-02-07T16:00:00+07:00"),
        (
            ["2025-02-04T10:00", "3", "--held", "2025-02-05T09:00..2025-02-06T09:00"],
            "2025-02-10T16:00:00+07:00",
        ),
        (
            [
                "2025-02-04T10:00",
                "3",
                "--held=2025-02-05T09:00..2025-02-06T09:00",
                "--held=2025-02-07T08:30:00.5+07:00..2025-02-10T02:00Z",
            ],
            "2025-02-11T16:00:00+07:00",
        ),
    ],
)
def test_the_deadline_and_nothing_else_is_on_standard_output(
    args: list[str], deadline: str
) -> None:
    result = run(*args)
    assert (result.exit_code, result.stdout, result.stderr) == (0, deadline + "\n", "")


def test_doubts_go_to_standard_error_and_the_deadline_still_comes() -> None:
    result = run("2035-01-01", "60")
    assert result.exit_code == 0
    assert result.stdout == "2035-03-29T16:00:00+07:00\n"
    assert "warning: 2035: no cuti bersama is known yet" in result.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["tomorrow", "3"], "'tomorrow' is no moment in ISO 8601"),
        (["2025-02-30", "3"], "'2025-02-30' is no moment"),
        (["2025-02-04", "0"], "greater than or equal to 1"),
        (["2025-02-04", "three"], "valid integer"),
        (["2025-02-04"], "DAYS"),
        (["2025-02-04", "3", "--held", "2025-02-05"], "is not FROM..TO"),
        (["2025-02-04", "3", "--held", "2025-02-05.."], "is no moment"),
        (["2025-02-04", "3", "--held", "2025-02-06..2025-02-05"], "ends before it starts"),
        (["9999-12-30", "5"], "outside the years 1 to 9999"),
        (["2025-02-04", "99999999999999999999"], "outside the years 1 to 9999"),
        (["2025-02-04", "3", "--config", "/no/such/folder"], "/no/such/folder: no such folder"),
    ],
)
def test_what_is_wrong_is_said_on_standard_error_with_exit_code_2(
    args: list[str], said: str
) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr


def test_the_configuration_folder_decides_on_the_days_off(tmp_path: Path) -> None:
    (tmp_path / "holidays.toml").write_text('[[day_off]]\ndate = 2025-02-05\nreason = "x"\n')
    result = run("2025-02-04T16:00", "3", "--config", str(tmp_path))
    assert result.stdout == "2025-02-10T16:00:00+07:00\n"


def test_a_broken_configuration_is_told_with_file_and_place(tmp_path: Path) -> None:
    (tmp_path / "holidays.toml").write_text("[[day_off]]\ndate = 2025-02-05\n")
    result = run("2025-02-04T16:00", "3", "--config", str(tmp_path))
    assert result.exit_code == 2
    assert "holidays.toml: day_off 1, reason: is missing; it is required" in result.stderr


def test_the_help_shows_an_example() -> None:
    assert "pintu due 2025-02-04T16:00 3" in run("--help").stdout
