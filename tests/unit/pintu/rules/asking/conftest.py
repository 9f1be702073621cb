"""A new region made of a filled-in questionnaire, once for all tests."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from pintu.cli.main import app

CITY: Final = {"code": "35.78", "name": "Kota Surabaya"}
PLACES: Final = """kode;nama
35.78;Kota Surabaya
35.78.01;Karangpilang
35.78.01.1001;Karang Pilang
35.78.01.1002;Waru Gunung
35.78.02;Wonocolo
35.78.02.1001;Siwalankerto
35.78.02.2001;Desa Karang Pilang
35.15.01.2001;Sedati
"""
ANSWERS: Final = {
    "street-light": "perkim",
    "street-light-lane": "@village",
    "street-trees": "Dinas Perumahan dan Kawasan Permukiman",
    "cables-poles": "satpolpp",
    "practice-permits": "dpmptsp",
    "markets": "bagian-perekonomian",
    "drains-lane": "@district",
    "stray-dogs": "dppp",
    "parks": "desk",
}


def pintu(*arguments: str | Path, typed: str | None = None) -> Result:
    """The program, as a user starts it, in English."""
    return CliRunner().invoke(
        app, [str(a) for a in arguments], input=typed, env={"PINTU_LANGUAGE": "en"}
    )


def questionnaire() -> str:
    """What `--questions` prints."""
    result = pintu("rules", "init", "--questions")
    assert result.exit_code == 0, result.output
    return result.stdout


def filled_in(answers: Mapping[str, str], region: Mapping[str, str] = CITY) -> str:
    """The questionnaire with these answers in the place of the usual ones."""
    text = questionnaire()
    for key, value in {**region, **answers}.items():
        text, n = re.subn(rf'^{key} = "[^"]*"', f'{key} = "{value}"', text, flags=re.MULTILINE)
        assert n == 1, key
    return text


@pytest.fixture(scope="session")
def city_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    room = tmp_path_factory.mktemp("city")
    (room / "answers.toml").write_text(filled_in(ANSWERS))
    (room / "wilayah.csv").write_text(PLACES)
    result = pintu(
        *("rules", "init", "--config", room / "city", "--answers", room / "answers.toml"),
        *("--places", room / "wilayah.csv"),
    )
    assert result.exit_code == 0, result.output
    return room / "city"


@pytest.fixture
def city(tmp_path: Path, city_once: Path) -> Path:
    """A copy of one's own."""
    return Path(shutil.copytree(city_once, tmp_path / "city"))


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """The questionnaire as the city filled it in."""
    file = tmp_path / "filled.toml"
    file.write_text(filled_in(ANSWERS))
    return file
