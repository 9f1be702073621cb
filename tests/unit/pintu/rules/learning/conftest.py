"""A configuration learned from an invented town's history, learned once."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pintu.cli.main import app
from tests.support.histories import a_history, write_history

ROWS = 600


def pintu(*arguments: str | Path) -> Result:
    """The program, as a user starts it."""
    return CliRunner().invoke(app, [str(a) for a in arguments])


def learn(history: Path, config: Path, *more: str) -> Result:
    return pintu("rules", "learn", history, "--config", config, *more)


@pytest.fixture(scope="session")
def history(tmp_path_factory) -> Path:
    return write_history(tmp_path_factory.mktemp("history") / "history.csv", a_history(ROWS))


@pytest.fixture(scope="session")
def learned_once(tmp_path_factory, history) -> Path:
    config: Path = tmp_path_factory.mktemp("learned") / "kota-bunga"
    result = learn(history, config)
    assert result.exit_code == 0, result.output
    return config


@pytest.fixture
def learned(tmp_path, learned_once) -> Path:
    """A copy of one's own."""
    return Path(shutil.copytree(learned_once, tmp_path / "kota-bunga"))
