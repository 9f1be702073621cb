"""Does to the store again what was done to cases once: by the same rules of the same life.

Nothing is published, and what a case had already is passed over: its own memory says what it has
taken in (``Case.seen``), which rungs of its clocks fired, and who was forgotten.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from broker.domain.case import (
    INTERNAL_ERROR,
    Applied,
    Context,
    Early,
    Outcome,
    Refused,
    Repeated,
    Replayed,
    apply,
    fire_again,
    refusal_of,
)
from broker.domain.case.forgetting import FORGOTTEN, forgotten_line
from broker.domain.clocks import SlaCalendar
from broker.domain.routing.rules import Rules
from broker.messaging.messages import trace_of
from broker.ports import CaseStore, CaseTransaction, Deferred
from config.logging import where
from consumers.audit.kept import Kept
from consumers.audit.steps import Forgotten, Step
from consumers.cases.batch import CaseBatch
from consumers.cases.handler import PATIENCE
from consumers.cases.inputs import Input, key_of, speaker_of, waits_under
from consumers.cases.loading import loaded
from schemas import verbs
from schemas.envelope import event_type
from schemas.events import Routing
from schemas.updates import BadUpdate, Update

log = structlog.get_logger()

BATCH: Final = 500
"""Steps in a transaction."""
_BEFORE_ALL: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""No watermark: what ran out is in the trail itself, and from when a message counts too."""
_GONE: Final = ("unknown-case", "no-lead")


@dataclass(slots=True)
class Rebuilt:
    """What came of it.

    ``begun``, ``updated``, ``fired``, ``forgotten``: what the store lacked; ``known``: what it had;
    ``refused``: by reason, what no longer fits; ``missing``: complaints that began before the trail
    does, and are not in the store; ``deferred``: messages that wait for their case again.
    """

    begun: int = 0
    updated: int = 0
    fired: int = 0
    forgotten: int = 0
    known: int = 0
    deferred: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    missing: set[UUID] = field(default_factory=set)


class Rebuilding:
    """``patience``: for how long an update waits for its case, by the clock of the cases."""

    def __init__(
        self,
        store: CaseStore,
        rules: Rules,
        clocks: SlaCalendar,
        *,
        patience: timedelta = PATIENCE,
    ) -> None:
        self.done = Rebuilt()
        self._store = store
        self._rules = rules
        self._clocks = clocks
        self._patience = patience
        self._contexts: dict[tuple[datetime, datetime], Context] = {}

    async def take(self, steps: Sequence[Step]) -> None:
        """These, in their order. Raises StoreUnavailable."""
        batch: list[Step] = []
        for step in steps:
            if step.forgotten is not None or len(batch) == BATCH:
                await self._batch(batch)
                batch = []
            if step.forgotten is not None:
                await self._forget(step.complaint, step.forgotten)
            else:
                batch.append(step)
        await self._batch(batch)

    async def unanswered(self, messages: Sequence[Kept], now: datetime) -> list[Kept]:
        """What nobody answered waits for its case, where that is not there: it did in the store
        that is lost, or lies in the queue; then it is known there. Gives what may be unread."""
        unread: list[Kept] = []
        for start in range(0, len(messages), BATCH):
            unread += await self._unread(messages[start : start + BATCH], now)
        return unread

    async def read_up_to(self, moment: datetime) -> None:
        """The watermark of the store, which never goes back."""
        async with self._store.transaction() as transaction:
            await transaction.advance_watermark(moment)

    async def _batch(self, steps: Sequence[Step]) -> None:
        if not steps:
            return
        inputs = [_input(step) for step in steps]
        async with self._store.transaction() as transaction:
            cases = await loaded(transaction, [one for one in inputs if one is not None], ())
            lacking = {step.complaint for step in steps if step.fired} - cases.cases.keys()
            cases.cases |= await transaction.load(lacking, whole=())
            for step, given in zip(steps, inputs, strict=True):
                self._count(step, self._do(step, given, cases))
            if changes := cases.changes:
                await transaction.save(changes)
            await _decide(transaction, [one for one in inputs if one is not None])
        self._contexts.clear()

    def _do(self, step: Step, given: Input | None, cases: CaseBatch) -> Outcome:
        """What becomes of it in its case."""
        if given is not None:
            context = self._context(step)
            joins = isinstance(given.what, Routing) and given.what.data.role == "supporting"
            if joins and step.at is None:
                return _joined(given, cases, context)
            return cases.judge(cases.names.of(given), context)
        case = cases.cases.get(step.complaint)
        if case is None or step.fired is None:
            return Refused(_GONE[0], "")
        try:
            fired = fire_again(case, self._clocks, step.fired, name_of=self._rules.agency_name)
        except Exception as error:  # one case must not hold up the others
            log.error("cases.failed", traceback=where(error))
            return INTERNAL_ERROR
        if fired is None:
            return Repeated()
        cases.applied(fired)
        return fired

    def _context(self, step: Step) -> Context:
        if step.given is not None and isinstance(step.given.what, Update):
            replayed = Replayed(step.decision)
            return self._world(step.now, _BEFORE_ALL, replayed)
        key = step.now, step.at or _BEFORE_ALL
        found = self._contexts.get(key)
        if found is None:  # most of a batch began at one moment, and on the same terms
            found = self._contexts[key] = self._world(*key)
        return found

    def _world(
        self, now: datetime, watermark: datetime, replayed: Replayed | None = None
    ) -> Context:
        return Context(
            now,
            watermark,
            self._rules,
            self._clocks,
            self._patience,
            patient=False,
            replayed=replayed,
        )

    def _count(self, step: Step, outcome: Outcome) -> None:
        done = self.done
        match outcome:
            case Repeated():
                done.known += 1
            case Refused(reason, _):
                if reason in _GONE:
                    done.missing.add(step.complaint)
                else:
                    done.refused[reason] += 1
            case Applied() if step.fired is not None:
                done.fired += 1
            case Applied(history=lines) if any(line.state_from is None for line in lines):
                done.begun += 1
            case _:
                done.updated += 1

    async def _forget(self, complaint: UUID, gone: Forgotten) -> None:
        case = await self._store.find(complaint)
        if case is None:
            self.done.missing.add(complaint)
            return
        lines = await self._store.history(complaint)
        if any(line.what == FORGOTTEN and line.at == gone.at for line in lines):
            self.done.known += 1
            return
        line = forgotten_line(case, by=gone.by, reason=gone.why, at=gone.at)
        waiting = (waits_under(case.tracking),)
        if await self._store.erase(complaint, line, waiting, gone.at):
            self.done.forgotten += 1
        else:
            self.done.refused["open"] += 1

    async def _unread(self, messages: Sequence[Kept], now: datetime) -> list[Kept]:
        context = Context(now, _BEFORE_ALL, self._rules, self._clocks, self._patience)
        inputs = [Input(one.message, one.what) for one in messages]
        unread: list[Kept] = []
        early: list[Deferred] = []
        async with self._store.transaction() as transaction:
            cases = await loaded(transaction, inputs, ())
            for one, given in zip(messages, inputs, strict=True):
                named = cases.names.of(given)
                outcome = cases.judge(named, context)
                if isinstance(outcome, Applied | Early):
                    unread.append(one)
                if isinstance(outcome, Early) and named.complaint is not None:
                    early.append(_deferred(named, outcome, named.complaint))
            # What was only tried is not written.
            if early:
                await transaction.defer(early)
        self.done.deferred += len(early)
        return unread


def _input(step: Step) -> Input | None:
    """What it was done for, with the case that it was found to be about, and since when it counts;
    None where time alone did it."""
    if step.given is None:
        return None
    what = step.given.what
    if isinstance(what, Update):
        # 0.1 does not say from when a move counts.
        at = step.at or min(what.time or step.now, step.now)
        what = replace(what, complaint_id=step.complaint, counts_at=at)
    return Input(step.given.message, what)


def _joined(given: Input, cases: CaseBatch, context: Context) -> Outcome:
    """A supporting agency that joins its case. Where it would be told to somebody that it does not,
    it is left to whoever tells it."""
    case = cases.cases.get(given.complaint) if given.complaint is not None else None
    if isinstance(given.what, BadUpdate):
        return refusal_of(given.what)
    outcome = apply(case, given.what, context, trace_of(given.message.properties))
    if isinstance(outcome, Applied):
        if any(event.type != event_type(verbs.JOINED) for event in outcome.publish):
            return Repeated()
        cases.applied(outcome)
    return outcome


async def _decide(transaction: CaseTransaction, inputs: Sequence[Input]) -> None:
    """The restored store may hold some of these as deferred: they are so no longer."""
    keys = {key_of(one) for one in inputs}
    if waiting := await transaction.deferred_keys(keys):
        await transaction.forget_deferred(waiting)


def _deferred(given: Input, early: Early, complaint: UUID) -> Deferred:
    message = given.message
    headers = {
        name: value for name, value in message.properties.headers.items() if name[:2] != "x-"
    }
    message = replace(message, properties=replace(message.properties, headers=headers))
    return Deferred(
        key_of(given), complaint, early.at, early.until, message, speaker_of(given.what)
    )
