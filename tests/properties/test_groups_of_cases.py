"""However cases are merged, moved, answered and parted: nobody is forgotten, no two are together
that are kept apart, and nobody's deadline becomes later by it."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.domain.case import Applied, Case, State, overdue_too
from broker.domain.case.mergeable import unlike
from broker.domain.clocks import BREACH, RESOLUTION
from tests.unit.broker.domain.case.group import Group
from tests.unit.broker.domain.case.story import (
    BRIBE,
    DAY,
    HOUR,
    LIGHT,
    NOTHING,
    ROAD,
    RULES,
    said,
)

NAMES = ("a", "b", "c", "d")
AGENCIES = ("dpupr", "dishub", "dlh", "pln", "inspektorat")
KEYS = (
    *(
        f"agency.{code}.{verb}"
        for code in AGENCIES
        for verb in ("acknowledged", "responded", "resolved", "held", "resumed", "returned")
    ),
    *(f"desk.sri.{verb}" for verb in ("assigned", "held", "resumed", "dismissed", "separated")),
    *(f"channel.web.{verb}" for verb in ("replied", "accepted", "withdrawn")),
)
merges = st.tuples(st.just("desk.sri.merged"), st.sampled_from(NAMES), st.sampled_from(NAMES))
speech = st.tuples(st.sampled_from(KEYS), st.sampled_from(NAMES), st.sampled_from(NAMES))
steps = st.tuples(
    st.one_of(merges, speech, speech), st.integers(0, 3), st.sampled_from([1, 1, 30, 400])
)
texts = st.sampled_from([*[ROAD] * 4, LIGHT, LIGHT, NOTHING, NOTHING, BRIBE])
kinds = st.fixed_dictionaries(
    {
        "text": texts,
        "anonymous": st.sampled_from([True, True, True, False]),
        "classification": st.sampled_from([*["complaint"] * 4, "information_request"]),
    }
)


def spoken(group: Group, step: tuple[str, str, str], id: int, hours: int) -> None:
    key, name, other = step
    data: dict[str, Any] = {"reason": "bukan kami", "note": "Kami periksa."}
    if key.endswith("merged"):
        data["into"] = other
        if name == other:
            return
    if key.endswith("assigned"):
        data |= {"agency": AGENCIES[id], "oversight": True if other == "d" else None}
        data |= {"classification": "information_request" if other == "c" else None}
    if key.endswith("replied"):
        data["note"] = {"a": ROAD, "b": BRIBE}.get(other, "Masih.")
    data = {name: value for name, value in data.items() if value is not None}
    before = due(group[name])
    outcome = group.says(name, key, id=str(id), after=hours * HOUR, **data)
    if key.endswith("merged") and isinstance(outcome, Applied) and outcome.changed and before:
        lead = group[other].clock(RESOLUTION.name)
        assert lead is not None and lead.open and lead.due_at <= before


def due(case: Case) -> datetime | None:
    clock = case.clock(RESOLUTION.name)
    if clock is None or not clock.open or clock.held_at is not None:
        return None
    return clock.due_at


def time_passes(group: Group) -> None:
    """The escalations wake, and tell those that follow."""
    before = {one: case for one, case in group.cases.items()}
    fired = group.waits(timedelta())
    late = {one.data["complaint_id"] for one in fired if one.key.startswith("overdue.")}
    for one in before:
        if str(one) in late:
            step = Applied(group.cases[one], publish=tuple(e.out for e in fired))
            told = overdue_too([step], group.cases, now=group.now, name_of=RULES.agency_name)
            group.events += map(said, told)


def holds(group: Group) -> None:
    heard = Counter(e.data["complaint_id"] for e in group.events if e.key.startswith("overdue."))
    for case in group.cases.values():
        if not case.open:
            assert not any(clock.open for clock in case.clocks)
            continue
        if not case.waits_for_lead:
            assert any(clock.running for clock in case.clocks), "something of it is due"
            continue
        assert case.merged_into is not None
        follower_of(case, group.cases, heard)


def follower_of(case: Case, cases: Mapping[UUID, Case], heard: Counter[str]) -> None:
    assert case.merged_into is not None
    lead = cases[case.merged_into.complaint_id]
    assert case.complaint_id in lead.merged
    assert lead.open and lead.merged_into is None and lead.state is not State.RESOLVED
    assert lead.agency == case.agency
    assert any(clock.running for clock in lead.clocks)
    assert unlike(case, lead) is None
    own = {s.agency for s in case.supporting}
    assert all(clock.name == "response" for clock in case.clocks if clock.running)
    assert all(clock.agency in own for clock in case.clocks if clock.running)
    resolution = lead.clock(RESOLUTION.name)
    if resolution is not None and BREACH in resolution.fired:
        assert heard[str(case.complaint_id)], "its reporter heard that it is overdue"


@settings(max_examples=150, deadline=None)
@given(kinds=st.lists(kinds, min_size=4, max_size=4), life=st.lists(steps, min_size=4, max_size=24))
def test_nobody_of_a_group_is_forgotten(kinds: list[dict[str, Any]], life: list[Any]) -> None:
    group = Group()
    for name, kind in zip(NAMES, kinds, strict=True):
        group.begins(name, **kind)
        group.now += 2 * DAY
    for n, (step, id, hours) in enumerate(life):
        spoken(group, step, id, hours)
        if n % 2:
            time_passes(group)
        holds(group)
    # That it is overdue is said again, as the same event, to one that is merged there again.
    once = [event for event in group.events if not event.key.startswith("overdue.")]
    assert len({event.id for event in once}) == len(once)
