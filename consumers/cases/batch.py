"""The cases of one transaction, in memory: inputs follow on each other, what follows is collected.

Nothing here waits; the store and the broker come before and after.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

import structlog

from broker.domain.case import (
    INTERNAL_ERROR,
    Applied,
    Case,
    Context,
    Early,
    Entry,
    Outcome,
    Place,
    Refused,
    Said,
    apply,
    has_part,
    link,
    receipt,
    refusal_of,
    refuse,
)
from broker.messaging.messages import Outgoing, trace_context
from broker.messaging.parking.park import park
from broker.ports import CaseChange, Deferred
from config.logging import where
from consumers.cases.inputs import Input, given_up, key_of, read_safely, speaker_of
from consumers.cases.line import Line
from consumers.cases.named import Named
from consumers.cases.room import Room
from schemas import verbs
from schemas.complaint import PublicComplaint
from schemas.events import Routing
from schemas.updates import BadUpdate, Update

log = structlog.get_logger()

_VERBS: Final = frozenset(
    (*verbs.AGENCY_UPDATES, *verbs.DESK_UPDATES, *verbs.CHANNEL_UPDATES),
)
_OTHER: Final = "other"
_OUTCOMES: Final[Mapping[str, str]] = {
    "Applied": "accepted",
    "Repeated": "repeated",
    "Refused": "refused",
    "Early": "early",
}


class CaseBatch:
    """Cases that were loaded, with what is deferred for them; ``changes`` is to be saved."""

    def __init__(
        self,
        cases: Mapping[UUID, Case],
        deferred: Sequence[Deferred] = (),
        room: Room | None = None,
        names: Named | None = None,
    ) -> None:
        self.cases = dict(cases)
        self.publish: list[Outgoing] = []
        self.receipts: list[Outgoing] = []
        """For senders who asked for one; to be sent when all is recorded."""
        self.history: list[Entry] = []
        self.lines: list[Line] = []
        self.updates: Counter[tuple[str, str]] = Counter()
        """Verb and outcome."""
        self.parked: Counter[str] = Counter()
        self._changed: dict[UUID, tuple[list[Entry], list[str], list[Said]]] = {}
        self._texts: dict[UUID, PublicComplaint | None] = {}
        """The complaints of cases that end here, as they were before: they are kept for a while."""
        self._kept = {one.key: one for one in deferred}
        self._new: dict[str, Deferred] = {}
        self._waiting: dict[UUID, dict[str, Deferred]] = {}
        for one in deferred:
            self._waiting.setdefault(one.complaint, {})[one.key] = one
        self._read: dict[str, Input] = {}
        """What deferred messages were read as."""
        self._alike: Counter[tuple[bytes, str]] = Counter()
        self._room = room or Room()
        self.names = names or Named()

    def take(self, given: Input, context: Context) -> None:
        """One message, in the order of the queue."""
        given = self.names.of(given)
        complaint = given.complaint
        # Nobody waits for most cases: then it does not matter where they were.
        waited_for = complaint in self._waiting
        before = self._place(complaint) if waited_for else None
        case = self._case(complaint)
        outcome = self.judge(given, context)
        if isinstance(outcome, Early) and complaint is not None:
            deferred = Deferred(
                key_of(given),
                complaint,
                outcome.at,
                outcome.until,
                given.message,
                speaker_of(given.what),
            )
            refusal = None if self._waits(deferred) else self._room.refusal(deferred)
            if refusal is not None:
                self._refused(given, refusal, self.cases.get(complaint), context)
                outcome = refusal
            else:
                waiting = self._waiting.setdefault(complaint, {})
                if waiting.setdefault(deferred.key, deferred) is deferred:
                    self._new[deferred.key] = deferred
        self._conclude(given, outcome, case, context)
        if waited_for and self._place(complaint) != before:
            self._try_again(complaint, context)

    def give_up(self, deferred: Iterable[Deferred], context: Context) -> None:
        """What has waited long enough is decided now."""
        impatient = replace(context, patient=False)
        for one in self._as_kept(deferred):
            before = self._place(one.complaint)
            self._decide(one, impatient)
            if self._place(one.complaint) != before:
                self._try_again(one.complaint, context)

    def fail(self, deferred: Iterable[Deferred], context: Context) -> None:
        """The program fails on these, whatever they say: they are parked."""
        for one in self._as_kept(deferred):
            if self._waiting.get(one.complaint, {}).pop(one.key, None) is not None:
                given = given_up(one.message)
                outcome = self.judge(given, context)
                self._conclude(given, outcome, self._case(one.complaint), context)

    @property
    def changes(self) -> list[CaseChange]:
        return [
            CaseChange(self._as_kept_case(complaint), tuple(history), tuple(causes), tuple(said))
            for complaint, (history, causes, said) in self._changed.items()
        ]

    @property
    def to_keep(self) -> list[Deferred]:
        """What is to be deferred from now on, in the order in which it came: for one case it may
        wait under its id and under its tracking code."""
        return [one for one in self._new.values() if self._waits(one)]

    @property
    def decided(self) -> list[str]:
        """Keys of what was deferred and is so no longer."""
        return [one.key for one in self._kept.values() if not self._waits(one)]

    def _as_kept(self, deferred: Iterable[Deferred]) -> list[Deferred]:
        """Those that waited under a tracking code: under the id of the case that has it by now."""
        return [self._kept.get(one.key, one) for one in deferred]

    def _as_kept_case(self, complaint: UUID) -> Case:
        case, text = self.cases[complaint], self._texts.get(complaint)
        return case if text is None else replace(case, complaint=text)

    def _place(self, complaint: UUID | None) -> Place | None:
        case = self._case(complaint)
        return None if case is None else Place.of(case)

    def _case(self, complaint: UUID | None) -> Case | None:
        return self.cases.get(complaint) if complaint is not None else None

    def _waits(self, one: Deferred) -> bool:
        return one.key in self._waiting.get(one.complaint, {})

    def _try_again(self, complaint: UUID | None, context: Context) -> None:
        """The case is elsewhere: what waited for that may fit now, in the order it came."""
        tried = None
        while complaint is not None and (place := self._place(complaint)) != tried:
            tried = place
            for one in list(self._waiting.get(complaint, {}).values()):
                self._decide(one, context)

    def _decide(self, deferred: Deferred, context: Context) -> Outcome | None:
        """None where it was decided meanwhile."""
        if not self._waits(deferred):
            return None
        if deferred.key not in self._read:
            self._read[deferred.key] = read_safely(deferred.message)
        given = self.names.of(self._read[deferred.key], deferred.complaint)
        if isinstance(given.what, Update):
            given = replace(given, what=replace(given.what, counts_at=deferred.at))
        before = self._case(deferred.complaint)
        outcome = self.judge(given, context)
        if not isinstance(outcome, Early):
            del self._waiting[deferred.complaint][deferred.key]
            self._conclude(given, outcome, before, context)
        return outcome

    def judge(self, given: Input, context: Context) -> Outcome:
        """What becomes of a message, done to its case; nothing is deferred or answered."""
        what, complaint = given.what, given.complaint
        case = self._case(complaint)
        outcome: Outcome
        if isinstance(what, BadUpdate):
            outcome = refusal_of(what)
        elif case is None and given.worked_out is not None and given.worked_out.holds(context):
            outcome = given.worked_out.outcome
        else:
            try:
                outcome = apply(case, what, context, trace_context(given.message), self.cases)
            except Exception as error:  # one message must not take its neighbours along
                log.error("cases.failed", traceback=where(error))
                outcome = INTERNAL_ERROR
        if isinstance(outcome, Applied):
            self.applied(outcome)
            if case is None:
                self._link(outcome.case, context)
        elif isinstance(outcome, Refused):
            self._refused(given, outcome, case, context)
        return outcome

    def _link(self, begun: Case, context: Context) -> None:
        """A case that begins, with the one that it goes on with."""
        followed = self.names.followed(begun.complaint)
        earlier = self.cases.get(followed) if followed is not None else None
        if earlier is not None:
            for step in link(begun, earlier, context.now):
                self.applied(step)

    def applied(self, outcome: Applied) -> None:
        """What was done to a case, to be saved and published with the rest."""
        complaint = outcome.case.complaint_id
        if not outcome.case.open and (before := self.cases.get(complaint)) is not None:
            # It may have begun, or got another text, in this very batch.
            self._texts[complaint] = self._texts.get(complaint) or before.complaint
        self.cases[complaint] = outcome.case
        self.publish += outcome.publish
        self.history += outcome.history
        if outcome.history:
            self.lines.append(Line.of(outcome.history[-1], outcome.publish, complaint))
        history, causes, said = self._changed.setdefault(complaint, ([], [], []))
        history += outcome.lines
        causes += outcome.causes
        said += outcome.said
        for other in outcome.others:
            self.applied(other)

    def _refused(self, given: Input, why: Refused, case: Case | None, context: Context) -> None:
        message, what, now = given.message, given.what, context.now
        if not isinstance(what, Routing) and what.tracking and not has_part(what, case):
            # A code is a name that people give to each other: nobody learns the id from it.
            what = replace(what, complaint_id=None)
        alike = hashlib.sha256(message.body).digest(), why.reason
        repeat = self._alike[alike]
        try:
            told = refuse(
                message,
                what,
                why,
                case=case,
                now=now,
                repeat=repeat,
                agencies=context.rules.agencies,
            )
        except Exception as error:  # whatever it is, it is not dropped
            log.error("cases.failed", traceback=where(error))
            told = (park(message, why.reason, why.detail, now, repeat=repeat),)
        self.publish += told
        self._alike[alike] += 1
        self.parked[why.reason] += 1

    def _conclude(
        self, given: Input, outcome: Outcome, before: Case | None, context: Context
    ) -> None:
        """Count what became of an update, and tell its sender if that asked for it."""
        what = given.what
        if isinstance(what, Routing):
            return
        verb = what.verb if what.verb in _VERBS else _OTHER
        self.updates[verb or _OTHER, _OUTCOMES[type(outcome).__name__]] += 1
        if given.message.properties.reply_to is None:
            return
        after = self._case(given.complaint)
        try:
            told = receipt(
                given.message, what, outcome, before=before, after=after, now=context.now
            )
        except Exception as error:  # it is only told: the update counts all the same
            log.error("cases.failed", traceback=where(error))
            return
        if told is not None:
            self.receipts.append(told)
