"""Rules and clocks are refused in one way: one type of error, all of them, each with its place."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from broker.domain.routing.rules import Rules
from config.loading import ConfigurationError, load_rules
from config.loading.clocks import check_clocks, load_clocks, load_zone
from config.loading.configuration import load_configuration
from config.loading.problems import Problem
from pintu.cli.main import app
from tests.support.regions import SMALL_REGION


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "region"
    shutil.copytree(SMALL_REGION, place, copy_function=shutil.copyfile)
    return place


def broken(folder: Path) -> None:
    (folder / "channels.toml").write_text("[[channel]\n")
    (folder / "sla.toml").write_text("x = 1\n[calendar\n")
    (folder / "holidays.toml").write_text('[[day_off]]\ndate = 2025-02-05\nreson = "pilkada"\n')


def test_both_raise_the_same_error_with_problems_that_have_file_line_and_place(
    folder: Path,
) -> None:
    broken(folder)
    with pytest.raises(ConfigurationError) as of_rules:
        load_rules(folder)
    with pytest.raises(ConfigurationError) as of_clocks:
        load_clocks(folder)
    [rule] = of_rules.value.problems
    assert (rule.file, rule.line) == ("channels.toml", 1)
    assert str(of_rules.value).startswith(f"{folder}/channels.toml:1: is not TOML: ")
    first, *others = of_clocks.value.problems
    assert (first.file, first.line) == ("sla.toml", 2)
    assert others == [
        Problem("holidays.toml", 0, "day_off 1, reason", "is missing; it is required"),
        Problem("holidays.toml", 0, "day_off 1, reson", "unknown key"),
    ]


def test_a_process_that_starts_is_told_of_both_at_once(folder: Path) -> None:
    broken(folder)
    with pytest.raises(ConfigurationError) as raised:
        load_configuration(folder)
    files = [problem.file for problem in raised.value.problems]
    assert files == ["channels.toml", "sla.toml", "holidays.toml", "holidays.toml"]
    with pytest.raises(ConfigurationError, match="nowhere: no such folder") as raised:
        load_configuration(folder / "nowhere")
    assert len(raised.value.problems) == 1
    rules, clocks = load_configuration(None)
    assert isinstance(rules, Rules) and clocks.policies


def test_rules_check_gives_both_with_file_line_and_place(folder: Path) -> None:
    broken(folder)
    done = CliRunner().invoke(app, ["rules", "check", "--config", str(folder), "--json"])
    errors = json.loads(done.stdout)["errors"]
    assert [(e["file"], e["line"], e["place"]) for e in errors] == [
        ("channels.toml", 1, ""),
        ("sla.toml", 2, ""),
        ("holidays.toml", 0, "day_off 1, reason"),
        ("holidays.toml", 0, "day_off 1, reson"),
    ]


def test_a_folder_that_is_not_there_is_one_error(tmp_path: Path) -> None:
    words = ["rules", "check", "--config", str(tmp_path / "nowhere"), "--json"]
    errors = json.loads(CliRunner().invoke(app, words).stdout)["errors"]
    assert [error["what"] for error in errors] == ["no such folder"]


def test_an_empty_file_is_read_as_what_it_is(folder: Path) -> None:
    (folder / "words.toml").write_text("")
    (folder / "holidays.toml").write_text("")
    assert load_configuration(folder)
    (folder / "rules.toml").write_text("")
    with pytest.raises(ConfigurationError, match="tenant: is missing; it is required"):
        load_rules(folder)


def test_a_link_that_leads_nowhere_does_not_mean_the_shipped_clocks(folder: Path) -> None:
    (folder / "sla.toml").symlink_to("gone.toml")
    with pytest.raises(ConfigurationError, match=r"sla\.toml: the file is missing"):
        load_zone(folder)
    assert check_clocks(folder).clocks is None
