"""A value with some fields changed is what dataclasses.replace makes of it."""

import dataclasses

import pytest

from broker.domain.case import Case, State
from broker.domain.case.replacing import replace
from schemas.updates import Update
from tests.unit.broker.domain.case.story import ROAD, Story


@pytest.fixture(name="case")
def a_case() -> Case:
    return Story().begins(ROAD).it


def test_it_is_the_same_but_for_these_fields(case: Case) -> None:
    changes = {"state": State.HELD, "lines": 7, "closed": None}
    changed = replace(case, **changes)  # type: ignore[arg-type]  # of several types
    expected = dataclasses.replace(case, **changes)  # type: ignore[arg-type]  # of several types
    assert (changed, changed.lines) == (expected, 7)
    assert case.state is State.ROUTED


def test_a_clock_too(case: Case) -> None:
    clock = case.clocks[0]
    assert replace(clock, start=2) == dataclasses.replace(clock, start=2)


def test_a_field_that_is_not_there_is_told(case: Case) -> None:
    with pytest.raises(KeyError, match="colour"):
        replace(case, colour="red")  # type: ignore[call-arg]  # that is the point


def test_a_value_that_works_something_out_is_refused() -> None:
    made = Story().begins(ROAD)
    update = Update("desk", "sri", "assigned", made.it.complaint_id, "u-1", None, None, {})
    with pytest.raises(TypeError, match="Update"):
        replace(update, name="budi")
    assert dataclasses.replace(update, name="budi").cause.startswith("desk.budi.")
