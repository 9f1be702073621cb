"""Any interleaving of routed, updates, time, repeats, reordering and crashes, against a model."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from broker.domain.case import (
    Applied,
    Case,
    Context,
    Early,
    Refused,
    Repeated,
    Said,
    apply,
    cause_of,
    counts_from,
    fire,
    from_record,
    read,
    refuse,
    to_record,
)
from broker.messaging import names
from broker.messaging.messages import Incoming
from schemas.events import Routing
from schemas.updates import BadUpdate, Update
from tests.properties.case_invariants import (
    an_open_case_has_a_clock_that_runs_and_a_closed_one_none_and_no_text,
    it_is_as_the_model_says,
    no_internal_note_is_on_a_channel,
    the_channel_hears_the_end_once,
    who_was_told_that_it_is_theirs_has_it,
)
from tests.properties.case_model import Model
from tests.properties.case_model_clocks import AGENCIES
from tests.properties.case_model_published import Published
from tests.properties.case_model_words import (
    ANOTHER,
    GO_ON,
    KEYS,
    MORE,
    OTHER_RULES,
    SPANS,
    fitting,
    note_in,
    read_known,
)
from tests.unit.broker.domain.case.story import (
    CLOCKS,
    LIGHT,
    MONDAY,
    NOTHING,
    ROAD,
    RULES,
    an_echo,
    an_update,
    routed_by_router,
)

ANSWERS = {Applied: "applied", Repeated: "repeated", Early: "early", Refused: "refused"}


class Cases(RuleBasedStateMachine):
    """Two queues that merge in any order, a consumer that may die after publishing, and a model."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.watermark = MONDAY
        self.store: dict[str, Any] | None = None
        self.causes: set[str] = set()
        self.talk: tuple[Said, ...] = ()
        self.events: list[Incoming] = []
        self.updates: list[Incoming] = []
        self.done: list[Incoming] = []
        self.aside: list[tuple[Incoming, datetime, datetime]] = []
        self.published = Published()
        self.numbers = 0
        self.changed = False

    @initialize(text=st.sampled_from([LIGHT, ROAD, NOTHING]))
    def begin(self, text: str) -> None:
        self.text = text
        self.model = Model(text)
        self.route(text, self.now, RULES)

    # the world

    @precondition(lambda self: self.text == ROAD)
    @rule()
    def the_router_dies_and_tries_again_under_other_rules(self) -> None:
        self.route(self.text, self.now, OTHER_RULES)

    @rule()
    def the_router_publishes_again(self) -> None:
        self.route(self.text, self.now, RULES)

    @rule(
        key=st.sampled_from(KEYS),
        ago=st.sampled_from([-30, 0, 0, 0, 5, 90, 3000]),
        agency=st.sampled_from([*sorted(AGENCIES), "nobody"]),
        suggest=st.sampled_from([None, *sorted(AGENCIES), "nobody"]),
        oversight=st.sampled_from([None, None, True, False]),
        more=MORE,
        known=st.booleans(),
    )
    def somebody_speaks(self, key, ago, agency, suggest, oversight, more, known) -> None:
        self.speaks(key, ago, agency, suggest, oversight, more, known)

    def speaks(self, key, ago, agency, suggest, oversight, more, known) -> None:
        self.numbers += 0 if known and self.numbers else 1
        data: dict[str, Any] = {"reason": "x", "agency": agency, "suggest": suggest, **more}
        data["note"] = note_in(self.text, more["note"])
        data |= {"oversight": oversight, "duplicate_of": ANOTHER}
        time = self.now - timedelta(minutes=ago)
        complaint = self.complaint
        message = an_update(complaint, key, id=str(self.numbers), time=time, **data)
        self.updates.append(message)

    @precondition(lambda self: self.model.state)
    @rule(
        verb=st.sampled_from(GO_ON),
        agency=st.sampled_from(sorted(AGENCIES)),
        more=MORE,
    )
    def whoever_has_it_speaks_and_is_read(self, verb, agency, more) -> None:
        """So that a case gets somewhere: other words, and its end, come by chance."""
        key = fitting(verb, self.model.lead, agency)
        self.speaks(key, 0, agency, None, None, more, known=False)
        self.all_is_read()

    @rule()
    def all_is_read(self) -> None:
        for _ in range(200):
            if self.events:
                self.take(self.events.pop(0), False)
            elif self.updates:
                self.take(self.updates.pop(0), False)
            elif self.aside:
                self.look_aside(patient=False)
            else:
                break
        assert not (self.events or self.updates or self.aside)
        self.watermark = self.now

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        self.now += span

    @precondition(lambda self: self.model.ahead())
    @rule()
    def what_is_next_falls_due_and_all_is_read(self) -> None:
        self.now = max(self.now, min(at for at, _, _ in self.model.ahead()))
        self.all_is_read()

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def a_message_comes_again(self, data: st.DataObject) -> None:
        message = data.draw(st.sampled_from(self.done))
        (self.events if message.exchange == names.EVENTS else self.updates).append(message)

    # the case consumer

    @precondition(lambda self: self.events)
    @rule(dies=st.sampled_from([False, False, False, True]))
    def the_cases_read_an_event(self, dies: bool) -> None:
        if self.take(self.events[0], dies):
            self.done.append(self.events.pop(0))

    @precondition(lambda self: self.updates)
    @rule(dies=st.sampled_from([False, False, False, True]))
    def the_cases_read_an_update(self, dies: bool) -> None:
        if self.take(self.updates[0], dies):
            self.done.append(self.updates.pop(0))

    @precondition(lambda self: not self.events and not self.updates and not self.aside)
    @rule()
    def the_cases_have_read_everything(self) -> None:
        self.watermark = self.now

    @precondition(lambda self: self.store)
    @rule(dies=st.sampled_from([False, False, True]))
    def the_escalations_wake(self, dies: bool) -> None:
        case = self.case([])
        assert case
        outcome = fire(case, CLOCKS, now=self.now, watermark=self.watermark)
        if outcome is None:
            assert case.next_due is None or case.next_due > self.watermark
            return
        self.published.add(outcome.publish)
        if not dies:
            self.model.catch_up(self.watermark)
            self.keep(outcome)

    # how

    @property
    def complaint(self):
        return read_known(self.first).data.complaint_id

    def route(self, text: str, now: datetime, rules) -> None:
        out = routed_by_router(text, now, rules=rules)
        self.first = an_echo(out[0])
        self.published.add(out)
        self.events += map(an_echo, out)

    def case(self, causes: list[str]) -> Case | None:
        if self.store is None:
            return None
        known = [cause for cause in causes if cause in self.causes]
        case = from_record(json.loads(json.dumps(self.store)), known)
        return replace(case, conversation=self.talk)

    def take(
        self,
        message: Incoming,
        dies: bool,
        patient: bool = True,
        counts_at: datetime | None = None,
    ) -> bool:
        """Handle one message; False where the case consumer died and has it still."""
        what = read(message)
        assert not isinstance(what, BadUpdate)
        if isinstance(what, Update) and counts_at:
            what = replace(what, counts_at=counts_at)
        context = Context(self.now, self.watermark, RULES, CLOCKS, patient=patient)
        case = self.case([cause_of(what)])
        outcome = apply(case, what, context)
        if isinstance(outcome, Applied):
            self.published.add(outcome.publish)
            self.events += [
                an_echo(out)
                for out in outcome.publish
                if out.routing_key.startswith(("routed", "triaged"))
            ]
        if isinstance(outcome, Refused):
            refusal = refuse(message, what, outcome, case=case, now=self.now)
            assert refusal[0].body == message.body
        if dies:
            return False
        answer = self.expected(what, message, context)
        given = ANSWERS[type(outcome)]
        if isinstance(outcome, Applied) and not outcome.changed:
            given = "unchanged"
        if answer == "decided":  # the same words again may make nothing else of it
            assert given in ("applied", "unchanged")
        else:
            assert given == answer, (message.routing_key, outcome, answer)
        if isinstance(outcome, Applied):
            self.model.seen.update(out.message_id for out in outcome.publish)
            self.keep(outcome)
            self.look_aside(patient=True)
        if isinstance(outcome, Early):
            self.aside.append((message, outcome.at, outcome.until))
        return True

    def expected(self, what: Routing | Update, message: Incoming, context: Context) -> str:
        now, watermark, patient = context.now, context.watermark, context.patient
        if isinstance(what, Routing):
            return self.model.routed(json.loads(message.body), now, watermark, patient)
        at = counts_from(what, context)
        data = {**what.data, "internal_note": what.internal_note}
        return self.model.update(message.routing_key, what.cause, data, at, now, watermark, patient)

    def keep(self, outcome: Applied) -> None:
        self.store = to_record(outcome.case)
        self.causes.update(outcome.causes)
        self.talk = (*self.talk, *outcome.said) if outcome.case.open else ()
        self.changed = True

    def look_aside(self, *, patient: bool) -> None:
        waiting, self.aside = self.aside, []
        for message, at, _ in waiting:
            self.take(message, False, patient, at)

    # what always holds

    @invariant()
    def all_is_well(self) -> None:
        if self.changed:
            self.changed = False
            case = self.case([])
            assert case
            it_is_as_the_model_says(case, self.model)
            an_open_case_has_a_clock_that_runs_and_a_closed_one_none_and_no_text(case)

    def teardown(self) -> None:
        """When all is read, who was told that a complaint is theirs has it, or was told again."""
        if not hasattr(self, "model"):
            return
        self.all_is_read()
        # Escalations that died after publishing wake again.
        case = self.case([])
        assert case
        outcome = fire(case, CLOCKS, now=self.now, watermark=self.watermark)
        if outcome is not None:
            self.published.add(outcome.publish)
            self.model.catch_up(self.watermark)
            self.keep(outcome)
        case = self.case([])
        assert case
        it_is_as_the_model_says(case, self.model)
        who_was_told_that_it_is_theirs_has_it(case, self.published.events)
        the_channel_hears_the_end_once(case, self.published.events)
        no_internal_note_is_on_a_channel(self.published.events)


TestCases = Cases.TestCase
TestCases.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
