"""Rows of cases: what they hold is the record of a case, however fast it is written."""

from dataclasses import replace

import pytest

from broker.domain.case import Case, State, to_record
from broker.domain.case.deadlines import open_deadlines
from broker.store.cases.rows import CaseRows, case_of
from broker.store.cases.tables import cases
from schemas.envelope import dumps
from tests.unit.broker.domain.case.story import BRIBE, LIGHT, NOTHING, ROAD, Story

_RECORD = [column.name for column in cases.columns].index("record")


def lives() -> list[Case]:
    """Cases at every step of some lives."""
    found = []
    for text in (LIGHT, ROAD, BRIBE, NOTHING):
        story = Story().begins(text, title="Judul “kutip” \\ \u2028 \0")
        found.append(story.it)
        if (agency := story.it.agency) is None:
            continue
        for verb in ("acknowledged", "held", "resumed", "responded", "resolved"):
            story.says(f"agency.{agency}.{verb}")
            found.append(story.it)
        story.says("desk.sri.dismissed", reason="ganda", code="abuse")
        found.append(story.it)
    assert {case.state for case in found} == set(State)
    return found


@pytest.mark.parametrize("case", lives(), ids=lambda case: case.state)
def test_the_record_is_the_plain_one_to_the_byte(case: Case) -> None:
    plain = dumps(to_record(case) | {"complaint": None}).decode()
    assert CaseRows().case(case, 1)[_RECORD] == plain


def test_what_the_fast_way_cannot_write_is_written_all_the_same() -> None:
    case = replace(Story().begins(ROAD).it, hops=2**70)
    record = CaseRows().case(case, 1)[_RECORD]
    assert record == dumps(to_record(case) | {"complaint": None}).decode()
    assert case_of(record).hops == 2**70


def test_cases_that_share_clocks_owe_as_each_does_alone() -> None:
    rows, one = CaseRows(), Story().begins(ROAD).it
    others = [one, replace(one, agency="dlh"), replace(one, state=State.CLOSED), one]
    assert len({id(case.clocks) for case in others}) == 1
    for case in others:
        assert rows.deadlines(case) == open_deadlines(case)
