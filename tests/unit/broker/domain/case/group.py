"""Several cases that are told of in one story: the store is a dictionary."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from broker.domain.case import (
    Applied,
    Case,
    Context,
    Entry,
    Outcome,
    Said,
    apply,
    fire,
    from_record,
    read,
    related,
    to_record,
)
from broker.messaging.messages import trace_of
from schemas.updates import BadUpdate, Update
from tests.unit.broker.domain.case import story
from tests.unit.broker.domain.case.story import (
    CLOCKS,
    HOUR,
    MONDAY,
    ROAD,
    RULES,
    an_echo,
    an_update,
    routed_by_router,
    said,
)


@dataclass
class Group:
    """Cases by the names that a test gives them; each step is an hour after the last."""

    now: datetime = MONDAY
    cases: dict[UUID, Case] = field(default_factory=dict)
    names: dict[str, UUID] = field(default_factory=dict)
    events: list[story.Said] = field(default_factory=list)
    history: dict[UUID, list[Entry]] = field(default_factory=dict)
    causes: dict[UUID, set[str]] = field(default_factory=dict)
    conversation: dict[UUID, list[Said]] = field(default_factory=dict)
    ids: Any = field(default_factory=lambda: count(1))

    def begins(self, name: str, text: str = ROAD, **data: Any) -> "Group":
        """Routed by the router and read by the cases."""
        self.now += HOUR
        for out in routed_by_router(text, self.now, id=name, **data):
            message = an_echo(out)
            what = read(message)
            assert not isinstance(what, BadUpdate)
            case = self.cases.get(self.names[name]) if name in self.names else None
            outcome = apply(case, what, self.context(), trace_of(message.properties))
            assert isinstance(outcome, Applied)
            self.names.setdefault(name, outcome.case.complaint_id)
            self._take(outcome)
        return self

    def says(
        self, name: str, key: str, *, id: str | None = None, after: timedelta = HOUR, **data: Any
    ) -> Outcome:
        """An update of that case; `into` is the name of another."""
        self.now += after
        if "into" in data and data["into"] in self.names:
            data["into"] = str(self.names[data["into"]])
        complaint = self.names[name]
        message = an_update(complaint, key, id=id or f"u-{next(self.ids)}", time=self.now, **data)
        what = read(message)
        assert isinstance(what, Update), what
        case = self.loaded(complaint)
        others = {one: self.loaded(one) for one in related(what, case) if one in self.cases}
        for one in list(others.values()):
            others |= {two: self.loaded(two) for two in one.merged}
        others.pop(complaint, None)
        outcome = apply(case, what, self.context(), None, others)
        if isinstance(outcome, Applied):
            self._take(outcome)
        return outcome

    def merges(self, name: str, into: str, **data: Any) -> Outcome:
        return self.says(name, "desk.sri.merged", into=into, **data)

    def waits(self, until: datetime | timedelta) -> list[story.Said]:
        """Time passes, the escalations wake once; gives what they publish."""
        self.now = self.now + until if isinstance(until, timedelta) else until
        before = len(self.events)
        for complaint in list(self.cases):
            outcome = fire(
                self.cases[complaint],
                CLOCKS,
                now=self.now,
                watermark=self.now,
                name_of=RULES.agency_name,
            )
            if outcome is not None:
                self._take(outcome)
        return self.events[before:]

    def loaded(self, complaint: UUID) -> Case:
        """As the store gives it out."""
        record = json.loads(json.dumps(to_record(self.cases[complaint])))
        lines = len(self.history[complaint])
        case = from_record(record, self.causes[complaint], lines)
        return replace(case, conversation=tuple(self.conversation[complaint]))

    def context(self) -> Context:
        return Context(self.now, self.now, RULES, CLOCKS)

    def __getitem__(self, name: str) -> Case:
        return self.cases[self.names[name]]

    def lines(self, name: str) -> list[str]:
        return [line.what for line in self.history[self.names[name]]]

    def told(self, name: str, since: int = 0) -> list[story.Said]:
        about = str(self.names[name])
        return [one for one in self.events[since:] if one.data["complaint_id"] == about]

    def keys(self, name: str, since: int = 0) -> list[str]:
        return [one.key for one in self.told(name, since)]

    def _take(self, outcome: Applied) -> None:
        complaint = outcome.case.complaint_id
        self.cases[complaint] = outcome.case
        self.events += map(said, outcome.publish)
        self.history.setdefault(complaint, []).extend(outcome.history)
        self.causes.setdefault(complaint, set()).update(outcome.causes)
        self.conversation.setdefault(complaint, []).extend(outcome.said)
        for other in outcome.others:
            self._take(other)


def a_group(*names: str, text: str = ROAD, **data: Any) -> Group:
    """Cases of one kind, the first of which is the lead."""
    group = Group()
    for name in names:
        group.begins(name, text, **data)
    for name in names[1:]:
        outcome = group.merges(name, names[0])
        assert isinstance(outcome, Applied), outcome
    return group


def running(case: Case) -> list[str]:
    return [clock.name for clock in case.clocks if clock.running]


def reasons(*outcomes: Outcome) -> Sequence[str | None]:
    return [getattr(outcome, "reason", None) for outcome in outcomes]
