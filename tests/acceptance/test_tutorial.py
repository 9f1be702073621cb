"""The tutorial, run from its own text: its programs, its commands, what it says comes out."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.program import TOWN, Program, environment
from tests.support.eventually import eventually

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "first-complaint.md"
TEXT = TUTORIAL.read_text("utf-8")
PROGRAMS = dict(re.findall(r"as\s+`(\w+\.py)`:\n\n```python\n(.*?)```", TEXT, re.DOTALL))
BY_HAND = ("docker ", "export ", ".venv/bin/pintu run ")
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    for line in block.splitlines()
    if not line.startswith(BY_HAND)
]


@pytest.fixture
def everything(amqp_url: str, management_url: str, tmp_path: Path) -> Iterator[Program]:
    program = Program("all", amqp_url, tmp_path / "state", MANAGEMENT_URL=management_url)
    yield program
    program.kill()


def test_a_complaint_is_handed_over_answered_and_shown(
    everything: Program, amqp_url: str, tmp_path: Path
) -> None:
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parents[1])
    for name, source in PROGRAMS.items():
        (tmp_path / name).write_text(source)

    def run(command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", command],
            env=environment(
                AMQP_URL=amqp_url, STATE_DIR=str(everything.state_dir), CONFIG_DIR=str(TOWN)
            ),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    adapter, agency, listing, showing = COMMANDS
    first, second = run(adapter).splitlines()
    assert first == "handed over"
    assert re.fullmatch(r"complaint\.opened\.v1 [\w-]+ dishub answer by 20\S+T16:00:00\S*", second)
    text, because = run(agency).splitlines()
    assert text.startswith("lampu jalan mati")
    assert because.startswith("because ")
    assert second.split()[1] in run(listing)
    shown = eventually(
        lambda: found if "Lampu sudah menyala." in (found := run(showing)) else None,
        saying="the case shows the final answer",
    )
    assert "resolved" in shown
    everything.stop()


def test_the_tutorial_has_two_programs_and_four_commands() -> None:
    assert list(PROGRAMS) == ["adapter.py", "agency.py"]
    assert len(COMMANDS) == 4
