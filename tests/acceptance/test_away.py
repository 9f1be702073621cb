"""What a command says when it cannot reach RabbitMQ: one line, and an exit code for scripts."""

import pytest

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
