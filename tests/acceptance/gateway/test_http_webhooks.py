"""`pintu run webhooks` and the examples that take what it sends: nothing is lost between them, and
nothing comes twice, also where the receiver is killed meanwhile."""

from pathlib import Path
from typing import Final

import pytest

from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.http_examples import Example, Language
from tests.acceptance.gateway.test_http_receivers import HERE, Receiver, a_port
from tests.acceptance.program import pintu
from tests.support.eventually import eventually

pytestmark = pytest.mark.slow

AGENCIES: Final = {
    "python": ("dlh", "sampah menumpuk"),
    "node": ("dpupr", "jalan rusak"),
    "php": ("inspektorat", "pungli di kantor"),
    "java": ("dlh", "sampah di sungai"),
}
"""Whom each of them is the receiver of, and what goes there."""


@pytest.mark.parametrize("language", HERE, ids=lambda language: language.name)
def test_what_becomes_of_cases_reaches_the_receiver_over_a_kill(
    language: Language, door: Door, gateway_url: str, tmp_path: Path
) -> None:
    language.skip_where_missing()
    agency, text = AGENCIES[language.name]
    receiver = Receiver(Example(language, tmp_path, tmp_path / "classes"), a_port())
    settings = {**door.settings, "AMQP_URL": gateway_url}
    address = f"http://127.0.0.1:{receiver.port}/pintu"
    added = pintu("webhook", "add", f"agency.{agency}", address, settings=settings)
    assert added.returncode == 0, added.stderr
    receiver.secret = added.stdout.decode().strip()
    try:
        with receiver.works() as working:
            with receiver.running():
                eventually(receiver.answers, saying="it serves")
                first = door.files(text)
                working.says(f"{first['tracking']} routed")
            second = door.files(text)
            door.until(second, "routed")
            with receiver.running():
                working.says(f"{second['tracking']} routed")
                lines = [line.split()[0] for line in working.lines()]
        assert [lines.count(one["tracking"]) for one in (first, second)] == [1, 1]
    finally:
        name = f"agency.{agency}"
        removed = pintu("webhook", "remove", name, "--give-back", settings=settings)
    assert removed.returncode == 0, removed.stderr
