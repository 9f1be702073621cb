"""The story that a newcomer sees first, told to its end on a node of its own."""

from pathlib import Path

import pytest

from tests.acceptance.program import pintu

pytestmark = pytest.mark.rabbitmq

TOLD = (
    "none lost",
    "0 of them twice",
    "─ The desk asks, and the answer routes it ─",
    "─ Moved to PT PLN",
    "not for the reporter: Sudah kami cek",
    "─ The reporter is content, and a rating closes the case ─",
    "★★★★★",
    "Any door, and any agency",
    "webhook, signed",
    "mail, a link",
    "─ Answered ─",
    "─ Handed back, and routed anew ─",
    "the node is stopped and its folder removed",
)


def test_the_demonstration_tells_the_whole_story(tmp_path: Path) -> None:
    settings = {"STATE_DIR": str(tmp_path / "state"), "HTTP": "127.0.0.1:0"}
    done = pintu("demo", settings=settings, within=180.0)
    said = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    for words in TOLD:
        assert words in said
    # A machine that is too slow for a day in 0.4 seconds says so, and has a shorter story.
    assert "─ Nobody answered ─" in said or "not climbed to its end in time" in said
