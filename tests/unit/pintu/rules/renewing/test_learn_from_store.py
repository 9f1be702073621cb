"""`pintu rules learn --from-store`, `learnings` and `back`: what an operator sees."""

import errno
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from broker.errors import StoreUnavailable
from config.loading import load_rules
from pintu.cli.main import app
from pintu.rules.renewing.kept import Learnings
from tests.support.histories import a_history, write_history
from tests.support.regions import SMALL_REGION
from tests.unit.pintu.rules.renewing.conftest import (
    ROWS,
    answered,
    fill,
    long_ago,
    with_a_new_service,
)

PUBLIC_WORKS = ("--alias", "Dinas Pekerjaan Umum=dpupr")


def pintu(*arguments: str | Path) -> Result:
    """The program, as a user starts it."""
    return CliRunner().invoke(app, [str(a) for a in arguments])


def learn(config: Path, *more: str | Path) -> Result:
    return pintu("rules", "learn", "--from-store", "--config", config, *more)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ([], "name HISTORY.csv, or say --from-store"),
        (["h.csv", "--from-store"], "name one of them"),
        (["h.csv", "--base", "b.csv"], "--base goes with --from-store only"),
    ],
)
def test_it_is_said_what_to_learn_from(arguments, what, tmp_path):
    result = pintu("rules", "learn", *arguments, "--config", tmp_path / "town")
    assert result.exit_code == 2
    assert what in " ".join(result.stderr.split())
    assert not (tmp_path / "town").exists()


def test_a_store_without_answers_is_too_little_to_learn_from(state, tmp_path):
    fill(state, answered(1, long_ago(0), "jalan rusak", "dpupr"))
    result = learn(tmp_path / "town")
    assert result.exit_code == 2
    assert "1 usable rows are too few" in result.stderr
    assert "--base" in result.stderr
    assert [r.what for r in Learnings(tmp_path / "town").records()] == ["failed"]


def test_a_base_that_is_not_there_is_named(state, tmp_path):
    result = learn(tmp_path / "town", "--base", tmp_path / "none.csv")
    assert result.exit_code == 2
    assert "none.csv: cannot be read" in result.stderr


def test_a_store_that_is_away_is_told_and_changes_nothing(state, tmp_path, monkeypatch):
    monkeypatch.setenv("PINTU_DATABASE_URL", "postgresql://pintu@127.0.0.1:1/pintu")
    result = learn(tmp_path / "town")
    assert isinstance(result.exception, StoreUnavailable)
    assert [r.what for r in Learnings(tmp_path / "town").records()] == ["failed"]


def test_a_folder_that_cannot_be_written_is_refused_with_the_way_out(
    state, base, tmp_path, monkeypatch
):
    real = Path.mkdir

    def read_only(self: Path, *more: Any, **options: Any) -> None:
        if self.name == ".learnings":
            raise OSError(errno.EROFS, "Read-only file system", str(self))
        real(self, *more, **options)

    fill(state)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", read_only)
        result = learn(tmp_path / "town", "--base", base)
    assert result.exit_code == 2
    assert "Read-only file system" in result.stderr
    assert "mount it for writing" in " ".join(result.stderr.split())


def test_months_of_learning_are_kept_listed_and_taken_back(state, base, tmp_path):
    town = tmp_path / "kota-bunga"
    fill(state, answered(1, long_ago(1), "lampu padam gelap", "dishub"))
    first = learn(town, "--base", base)
    assert first.exit_code == 0, first.stderr
    assert "better: it is in force" in first.stdout
    one = load_rules(town).version
    assert "dishub" in load_rules(town).agencies

    again = learn(town, "--base", base, "--json")
    assert again.exit_code == 0, again.stderr
    assert json.loads(again.stdout)["reason"] == "too-few"
    assert load_rules(town).version == one

    rows = with_a_new_service(a_history(ROWS + 300, noise=0.02), ROWS)
    later = write_history(tmp_path / "later.csv", rows)
    then = learn(town, "--base", later)
    assert "better: it is in force" in then.stdout, then.output
    two = load_rules(town).version
    assert two != one

    found = json.loads(pintu("rules", "learnings", "--config", town, "--json").stdout)
    assert [r["what"] for r in found["learnings"]] == ["installed", "kept", "installed"]
    assert found["in_force"] == found["learnings"][2]["id"]
    assert found["learnings"][2]["before"] == found["learnings"][0]["id"]
    kept = town / ".learnings" / found["in_force"]
    assert {p.name for p in kept.iterdir()} == {
        *("learned", "learning.json", "report.json", "report.html", "diff.json")
    }
    assert json.loads((kept / "diff.json").read_text())["moved"] > 0
    for name in ("report.html", "report.json", "diff.json", "learning.json"):
        assert "ular masuk" not in (kept / name).read_text(), f"{name} outlives what it would quote"
    listed = pintu("rules", "learnings", "--config", town).stdout
    assert f"* {found['learnings'][2]['at'][:10]}" in listed

    back = pintu("rules", "back", "--config", town)
    assert back.exit_code == 0, back.stderr
    assert one in back.stdout
    assert load_rules(town).version == one
    assert pintu("rules", "back", "--config", town, found["in_force"]).exit_code == 0
    assert load_rules(town).version == two
    assert (
        "is in force already" in pintu("rules", "back", "--config", town, found["in_force"]).stderr
    )
    assert "no such learning" in pintu("rules", "back", "--config", town, "../x").stderr


def test_of_a_first_model_too_there_is_a_way_back(state, base, tmp_path):
    """To the phrases that people wrote, which it had to beat."""
    town = Path(shutil.copytree(SMALL_REGION, tmp_path / "town"))
    fill(state)
    assert "it is in force" in learn(town, "--base", base, *PUBLIC_WORKS).stdout
    assert load_rules(town).model is not None
    result = pintu("rules", "back", "--config", town)
    assert result.exit_code == 0, result.stderr
    assert load_rules(town).model is None
    assert not (town / "learned").exists()
    assert pintu("rules", "back", "--config", town).exit_code == 0
    assert load_rules(town).model is not None


def test_a_name_that_may_be_an_agency_of_the_folder_is_asked_about_once(state, base, tmp_path):
    town = Path(shutil.copytree(SMALL_REGION, tmp_path / "town"))
    fill(state)
    result = learn(town, "--base", base)
    assert result.exit_code == 78, result.output
    assert '--alias "Dinas Pekerjaan Umum=dpupr"' in result.stderr
    found = json.loads(pintu("rules", "learnings", "--config", town, "--json").stdout)
    assert [r["what"] for r in found["learnings"]] == ["failed"], "and noted once"
    assert learn(town, "--base", base, *PUBLIC_WORKS).exit_code == 0
    assert learn(town, "--base", base).exit_code == 0, "what was said is kept"


def test_an_alias_of_no_agency_is_refused_and_not_kept(state, base, tmp_path):
    town = Path(shutil.copytree(SMALL_REGION, tmp_path / "town"))
    fill(state)
    said = tmp_path / "said.toml"
    said.write_text('[alias]\n"Dinas Pekerjaan Umum" = "dpuprr"\n')
    result = learn(town, "--base", base, "--aliases", said)
    assert result.exit_code == 2, result.output
    assert "dpuprr" in result.stderr
    assert not (town / "names.toml").exists()
    assert load_rules(town)


def test_where_nobody_wrote_rules_the_first_model_cannot_be_taken_away(state, base, tmp_path):
    town = tmp_path / "kota-bunga"
    fill(state)
    assert "it is in force" in learn(town, "--base", base).stdout
    result = pintu("rules", "back", "--config", town)
    assert result.exit_code == 2
    assert "agencies.toml" in result.stderr
    assert load_rules(town).model is not None


def test_where_nothing_was_learned_nothing_is_taken_back(tmp_path):
    result = pintu("rules", "back", "--config", tmp_path)
    assert result.exit_code == 2
    assert "nothing is kept there" in result.stderr
    assert not list(tmp_path.iterdir())
    assert "nothing was learned" in pintu("rules", "learnings", "--config", tmp_path).stdout
