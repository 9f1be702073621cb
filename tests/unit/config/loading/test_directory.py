"""The directory of agencies: what the rules say of who there is, and nothing compiled."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from broker.domain.routing import rules as compiled
from broker.domain.routing.rules import Rules
from config.loading import ConfigurationError, load_rules
from config.loading.directory import load_directory
from tests.support.regions import SMALL_REGION


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "region"
    shutil.copytree(SMALL_REGION, place, copy_function=shutil.copyfile)
    return place


@pytest.mark.parametrize("where", [None, SMALL_REGION])
def test_it_knows_whom_the_rules_know(where: Path | None) -> None:
    rules, directory = load_rules(where), load_directory(where)
    assert dict(directory.agencies) == dict(rules.agencies)
    assert dict(directory.agency_index) == dict(rules.agency_index)
    day = date(2025, 6, 2)
    assert directory.active_agencies(day) == rules.active_agencies(day)
    for code in rules.agencies:
        assert directory.agency_name(code) == rules.agency_name(code)
        assert directory.answering(code, day) == rules.answering(code, day)


def test_rules_are_a_directory_too() -> None:
    assert isinstance(load_rules(SMALL_REGION), Rules)
    assert issubclass(Rules, type(load_directory(SMALL_REGION)))


@pytest.mark.parametrize(
    ("name", "added"),
    [
        ("agencies.toml", '\n[[agency]]\ncode = "dlh"\nname = "Lagi"\n'),
        ("agencies.toml", '\n[[agency]]\ncode = "x"\nname = "X"\nsuccessor = "nobody"\n'),
        ("channels.toml", '\n[[channel]]\ncode = "web"\n'),
        ("places.csv", "99.01.09,desa,Nowhere,99.77,,\n"),
        ("rules.toml", "nonsense = 1\n"),
    ],
)
def test_what_is_wrong_with_its_files_is_told_as_the_rules_tell_it(
    folder: Path, name: str, added: str
) -> None:
    with (folder / name).open("a") as file:
        file.write(added)
    with pytest.raises(ConfigurationError) as of_rules:
        load_rules(folder)
    with pytest.raises(ConfigurationError) as of_directory:
        load_directory(folder)
    assert str(of_directory.value) == str(of_rules.value)
    assert f"{folder}/{name}" in str(of_directory.value)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nowhere: no such folder"):
        load_directory(tmp_path / "nowhere")


def test_no_phrase_is_compiled_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("compiled")

    monkeypatch.setattr(compiled, "compile_matcher", refused)
    assert load_directory(None).agencies
    with pytest.raises(AssertionError, match="compiled"):
        load_rules(None)
