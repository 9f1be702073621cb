"""What reports and files make of a text takes a time in proportion to its length."""

import json
import time
from collections.abc import Callable
from datetime import UTC

import pytest

from gateway.text.names import without_names
from pintu.publishing.columns import columns_of
from pintu.publishing.records import Place
from pintu.rules.evaluating.labels import labelled
from schemas.envelope import loads
from tests.support.budgets import FACTOR, SECONDS
from tests.unit.broker.domain.case.story import CLOCKS, ROAD, RULES, Story


def seconds(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


@pytest.mark.parametrize("said", ["nama saya", "atas nama", "a/n", "nama", "bernama"])
def test_blanks_after_what_announces_a_name(said: str) -> None:
    text = said + " " * 20_000 + "1"
    assert seconds(lambda: without_names(text)) < SECONDS * FACTOR
    assert without_names(text) == text


def test_a_reporters_name_of_a_mebibyte_is_looked_for_by_its_beginning() -> None:
    story = Story().begins(f"{ROAD} kata Siti", reporter={"name": "Siti " * 200_000})
    story.says("agency.dpupr.responded")
    assert seconds(lambda: labelled(story.it, RULES, CLOCKS.calendar)) < SECONDS * FACTOR


def test_a_cell_of_brackets_is_a_text() -> None:
    columns = columns_of(["text", "extra"], zone=UTC)
    record = columns.record(Place(2, 2, 0), ["halo", "[" * 100_000])
    assert record.data["extra"] == {"extra": "[" * 100_000}


def test_json_that_is_nested_too_deeply_is_none() -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        loads("[" * 100_000 + "]" * 100_000)
    assert loads(json.dumps([[[]]])) == [[[]]]
