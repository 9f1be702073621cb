"""A case that begins is what the steps that move cases make of it, step by step."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from broker.domain.case import Case, State, transitions
from tests.unit.broker.domain.case.story import (
    BRIBE,
    CLOCKS,
    LIGHT,
    NOTHING,
    ROAD,
    RULES,
    Story,
    an_echo,
    routed_by_router,
)


@pytest.mark.parametrize("text", [LIGHT, ROAD, BRIBE, NOTHING])
@pytest.mark.parametrize(
    "said",
    [{}, {"classification": "information_request"}, {"anonymous": True}, {"oversight": True}],
)
@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=40)])
def test_it_is_what_being_placed_and_settled_would_give(
    text: str, said: dict[str, Any], late: timedelta
) -> None:
    story = Story()
    story.watermark = story.now  # nothing after it was read
    routed, *_ = routed_by_router(text, story.now, **said)
    story.now += late
    story.reads(an_echo(routed))
    case = story.it
    assert case.opened_at == story.now - late
    assert case == _step_by_step(case)


def _step_by_step(case: Case) -> Case:
    nowhere = replace(
        case, agency=None, external=False, state=State.TRIAGE, clocks=(), next_due=None
    )
    known = RULES.agencies.get(case.agency or "")
    external = known is not None and known.kind == "external"
    placed = transitions.placed(nowhere, case.agency, case.opened_at, external=external)
    return transitions.with_deadlines(None, placed, CLOCKS)
