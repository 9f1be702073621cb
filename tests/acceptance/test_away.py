"""What a command says when RabbitMQ or its store is away: one line, and a code for scripts."""

from pathlib import Path

import pytest
from yarl import URL

from tests.acceptance.program import TOWN, pintu

NOBODY = "amqp://pintu:secret@127.0.0.1:1/"


@pytest.mark.parametrize(
    "words", ["topology apply", "topology verify", "parked list", "parked replay --all"]
)
def test_rabbitmq_that_is_away_is_told_in_one_line_without_the_password(words: str) -> None:
    settings = {"AMQP_URL": NOBODY, "CONFIG_DIR": str(TOWN)}
    done = pintu(*words.split(), settings=settings)
    assert (done.returncode, done.stdout) == (75, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("pintu: amqp://pintu:***@127.0.0.1:1/: ")


@pytest.mark.parametrize("words", ["topology verify", "parked list"])
def test_a_user_whom_rabbitmq_does_not_let_in_is_told_so_and_not_to_try_again(
    words: str, amqp_url: str
) -> None:
    for url, says in (
        (URL(amqp_url).with_password("wrong"), "ACCESS_REFUSED"),
        (URL(amqp_url).with_path("/nowhere"), "/nowhere: RabbitMQ does not open this vhost"),
    ):
        done = pintu(*words.split(), settings={"AMQP_URL": str(url), "CONFIG_DIR": str(TOWN)})
        (line,) = done.stderr.decode().splitlines()
        assert says in line
        assert (done.returncode, done.stdout) == (77, b"")


def test_a_state_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "state"
    done = pintu("case", "list", settings={"STATE_DIR": str(folder), "CONFIG_DIR": str(TOWN)})
    (line,) = done.stderr.decode().splitlines()
    assert line == f"pintu: The state folder {folder} cannot be used: Not a directory"
    assert (done.returncode, done.stdout) == (75, b"")
