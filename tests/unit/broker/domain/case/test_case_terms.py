"""The terms on which cases begin are worked out once for all of a batch that share them."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from broker.domain.case import Applied, Context, apply
from schemas.events import Routing, read_routing
from tests.unit.broker.domain.case.story import (
    BRIBE,
    CLOCKS,
    LIGHT,
    MONDAY,
    NOTHING,
    ROAD,
    RULES,
    routed_by_router,
)

_LATER = MONDAY + timedelta(seconds=1)


def test_cases_that_begin_alike_share_their_clocks() -> None:
    context = a_context()
    one, other = began(event("c-1", LIGHT), context), began(event("c-2", LIGHT), context)
    assert one.case.complaint_id != other.case.complaint_id
    assert one.case.clocks is other.case.clocks
    assert len(context.terms) == 1


def test_what_differs_in_any_of_them_has_terms_of_its_own() -> None:
    context = a_context()
    events = [
        event("c-1", ROAD),
        event("c-2", LIGHT),
        event("c-3", NOTHING),
        event("c-4", BRIBE),
        event("c-5", ROAD, classification="aspiration"),
        event("c-6", ROAD, seconds=1),
    ]
    together = [began(one, context) for one in events]
    assert len(context.terms) == len(events)
    assert together == [began(one, a_context()) for one in events]


def test_a_moment_is_kept_as_it_was_written_whatever_its_neighbours_wrote() -> None:
    context = a_context()
    plain = event("c-1", ROAD)
    body = json.loads(routed_by_router(ROAD, MONDAY, id="c-2")[0].body)
    body["data"]["routed_at"] = "2026-02-02T09:00:00+07:00"
    local = read_routing(json.dumps(body).encode())
    assert plain.data.routed_at == local.data.routed_at
    opened = [began(one, context).case.opened_at.isoformat() for one in (plain, local)]
    assert opened == ["2026-02-02T02:00:00+00:00", "2026-02-02T09:00:00+07:00"]


def test_other_rules_and_clocks_have_other_terms() -> None:
    context = a_context()
    began(event("c-1", ROAD), context)
    assert replace(context, patient=False).terms == {}


def a_context() -> Context:
    return Context(_LATER, MONDAY, RULES, CLOCKS)


def event(id: str, text: str, seconds: int = 0, **data: Any) -> Routing:
    at = MONDAY + timedelta(seconds=seconds)
    return read_routing(routed_by_router(text, at, id=id, **data)[0].body)


def began(event: Routing, context: Context) -> Applied:
    outcome = apply(None, event, context)
    assert isinstance(outcome, Applied)
    return outcome
