"""What the rooms below the catalogues say is recognised, and said in the language in use."""

import re

import pytest

from broker.errors import BrokerUnavailable
from config import foreign
from config.broker_sentences import FORMS, told
from config.language import spoken_in
from tests.unit.language.sentences import ROOT, literals

OF_PYTHON = (
    "Connect call failed {host}",
    "[Errno {n}] Connect call failed {host}",
    "[Errno {n}] {why}",
)


@pytest.fixture(scope="module")
def said() -> list[str]:
    """Every literal of these rooms, with ``{}`` for values."""
    rooms = ("broker", "gateway/attachments", "gateway/api")
    paths = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    return [text for path in paths for _, text, _ in literals(path)]


def test_every_form_is_one_that_somebody_says(said: list[str]) -> None:
    own = [form for form in FORMS if form not in foreign.FORMS and form not in OF_PYTHON]
    assert [form for form in own if not any(_bare(form) in text for text in said)] == []


def test_an_error_is_told_with_its_place_and_what_it_quotes() -> None:
    why = BrokerUnavailable("amqp://guest:***@localhost:1/: there is no queue agency.dlh")
    with spoken_in("id"):
        assert told(why) == "amqp://guest:***@localhost:1/: tidak ada antrean agency.dlh"
    assert told(why) == str(why)


def test_each_line_of_an_error_is_told() -> None:
    why = BrokerUnavailable("a: the channel was closed\nb: no answer within 5 s\nc: whatever it is")
    with spoken_in("id"):
        assert told(why) == (
            "a: channel tertutup\nb: tidak ada jawaban dalam 5 dtk\nc: whatever it is"
        )


def _bare(form: str) -> str:
    """Without the values, and what stands in brackets behind one without them."""
    return re.sub(r"\{\w+\}", "{}", form).removeprefix("{} (").removesuffix(")")
