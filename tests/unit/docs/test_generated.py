"""Every generated page is what its maker gives."""

import os
import subprocess
import sys

import pytest

from scripts.documents.log_events import log_events, meanings
from scripts.documents.pages import FOLDER, PAGES, ROOT


@pytest.fixture(autouse=True)
def _without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PINTU_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PINTU_LANGUAGE", "en")


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_the_generated_one(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == PAGES[name](), "run: make docs"


def test_the_command_prints_the_page_of_the_topology() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pintu", "topology", "show", "--markdown"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert (FOLDER / "topology.md").read_text("utf-8") == done.stdout


def test_every_event_that_the_program_logs_has_a_meaning_and_no_other() -> None:
    assert sorted(meanings()) == sorted(log_events()), "scripts/documents/log_events.toml"
