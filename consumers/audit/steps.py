"""What happened to cases, read from the audit trail: what came in, paired with what this system
said of it.

The trail holds the messages that came in and what was said of them, each in an order of its own:
two updates of two speakers may lie in it the other way round than in the queue of the cases. What
was said is in the order in which it was done, case by case. So a message counts where it was
answered, at the moment of the answer, and one without an answer was not handled: it still lies in
the queue, or was deferred.

A batch that was published and not recorded (a crash) is said again under the same ids, at another
moment: the last counts. So what was said is held back for a while.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from broker.domain.case import Fired, cause_of, read
from broker.domain.routing.decide import Decision
from broker.messaging import names
from broker.messaging.messages import Incoming
from consumers.audit.kept import Kept, KeptInputs
from consumers.audit.told import Told, ToldData
from schemas import verbs
from schemas.envelope import CASES, event_type
from schemas.events import Routing
from schemas.identifiers import derived_id
from schemas.updates import BadUpdate, Update

HOLD: Final = 2_000
"""Steps that are held back: several times a batch of the case consumer."""
_MIRRORED: Final = frozenset((*verbs.AGENCY_UPDATES, *verbs.DESK_UPDATES, *verbs.CHANNEL_UPDATES))
_ANSWERS: Final = _MIRRORED | {verbs.OPENED, verbs.JOINED, verbs.MOVED}
_NEW: Final = (verbs.JOINED, verbs.MOVED)
"""Events that say ``at`` only where the version is newer than 0.1."""
_MOVES: Final = (verbs.RETURNED, verbs.ASSIGNED, verbs.REPLIED)
_BY_CLOCK: Final = "clock."
_WAITING: Final = "waiting"

Key = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A person was removed: by whom at the desk, when, and why."""

    by: str
    at: datetime
    why: str | None


@dataclass(slots=True, eq=False)
class Step:
    """One thing that was done to a case, at ``now``.

    ``given``: the message that it was done for, which counts from ``at`` (None: nobody said);
    ``echoes``: the ``routed`` and ``triaged`` that it ended in; or ``fired``, or ``forgotten``.
    """

    complaint: UUID
    now: datetime
    given: Kept | None = None
    at: datetime | None = None
    echoes: list[Routing] = field(default_factory=list)
    fired: Fired | None = None
    forgotten: Forgotten | None = None

    @property
    def decision(self) -> Decision | None:
        """The decision that was published with it."""
        lead = next((one for one in self.echoes if one.data.role == "lead"), None)
        if lead is None:
            return None
        record = lead.data.decision
        helpers = (one.data.agency for one in self.echoes if one is not lead)
        return Decision(
            agency=lead.data.agency,
            supporting=tuple(agency for agency in helpers if agency),
            rule=record.rule,
            because=record.because or "",
            table=record.table,
            topic=record.topic,
            region=record.region,
            oversight=record.oversight,
            confidence=record.confidence,
            alternatives=record.alternatives,
            warnings=record.warnings,
        )


class Steps:
    """Reads the trail message by message; gives what is certain by then."""

    def __init__(self, hold: int = HOLD) -> None:
        self.kept = KeptInputs()
        self.unreadable = 0
        """Events of ours that say nothing this version understands."""
        self.last_said: datetime | None = None
        self.routed: list[UUID] = []
        """Complaints that the router has routed, for its journal; whoever takes them empties it."""
        self._hold = hold
        self._says_joins = False
        """It is of a version that says when a supporting agency joins."""
        self._held: dict[Key, Step] = {}
        self._of_case: dict[UUID, list[Step]] = {}
        self._at_once: dict[tuple[UUID, datetime], Step] = {}

    def read(self, message: Incoming) -> list[Step]:
        """One message of the trail."""
        if message.exchange == names.UPDATES:
            self._keep(message)
        elif message.exchange == names.EVENTS:
            try:
                self._event(message)
            except (ValueError, KeyError, TypeError):
                self.unreadable += 1
        ready: list[Step] = []
        while len(self._held) > self._hold:
            ready += self._next()
        return ready

    def end(self) -> list[Step]:
        """The trail has ended: the rest, and supporting agencies whose case began before it."""
        ready: list[Step] = []
        while self._held:
            ready += self._next()
        if self._says_joins:
            return ready
        return ready + [joined for one in self.kept if (joined := _joined(one)) is not None]

    @property
    def unanswered(self) -> list[Kept]:
        """What came in and nothing was said of."""
        return [one for one in self.kept if not one.refused]

    def _next(self) -> Iterator[Step]:
        step = self._let_go(next(iter(self._held)))
        yield step
        if step.given is not None and not self._says_joins and isinstance(step.given.what, Routing):
            # 0.1 said nothing of a supporting agency that joined: it comes with its lead.
            while other := self.kept.take((step.complaint,), _supporting):
                if (joined := _joined(other, step.now)) is not None:
                    yield joined

    def _keep(self, message: Incoming) -> None:
        what = read(message)
        if isinstance(what, BadUpdate):
            what = read(message, earlier=True)
        if not isinstance(what, BadUpdate):
            self.kept.add(Kept(message, what, self.last_said))

    def _event(self, message: Incoming) -> None:
        verb = message.routing_key.partition(".")[0]
        if verb in (verbs.ROUTED, verbs.TRIAGED):
            self._routed(message)
            return
        event: Told = json.loads(message.body)
        now = datetime.fromisoformat(event["time"])
        data = event["data"]
        if event["source"] == CASES:
            self.last_said = now
        if verb == verbs.REJECTED:
            self._rejected(data)
        elif verb == verbs.FORGOTTEN:
            complaint = UUID(data["complaint_id"])
            gone = Forgotten(data["by"], now, data.get("reason"))
            self._do((complaint, f"forgotten|{now}"), Step(complaint, now, forgotten=gone))
        elif verb == verbs.ESCALATED:
            if data["clock"] != _WAITING:  # the end of a wait is told as resumed
                self._fired(data, Fired(data["clock"], now, data["rung"], data["start"]))
        elif verb in (verbs.CLOSED, verbs.RESUMED) and data["by"].startswith(_BY_CLOCK):
            if data.get("role", "lead") == "lead":
                self._fired(data, Fired(data["by"].removeprefix(_BY_CLOCK), now))
        elif verb in _ANSWERS:
            self._answered(verb, event, now)

    def _routed(self, message: Incoming) -> None:
        what = read(message)
        if not isinstance(what, Routing):
            self.unreadable += 1
        elif what.source == CASES:
            said = json.loads(message.body)["time"]
            step = self._at_once.get((what.data.complaint_id, datetime.fromisoformat(said)))
            if step is not None and what.id not in (one.id for one in step.echoes):
                step.echoes.append(what)
        else:
            self.routed.append(what.data.complaint_id)
            self.kept.add(Kept(message, what, self.last_said))

    def _fired(self, data: ToldData, fired: Fired) -> None:
        complaint = UUID(data["complaint_id"])
        key = complaint, f"{fired.clock}|{fired.start}|{fired.rung}"
        self._do(key, Step(complaint, fired.now, fired=fired))

    def _answered(self, verb: str, event: Told, now: datetime) -> None:
        data = event["data"]
        complaint, agency = UUID(data["complaint_id"]), data["agency"]

        def asked(one: Kept) -> bool:
            cause = cause_of(one.what)
            return _may(one, verb) and event["id"] == derived_id(
                complaint, cause, event["type"], agency
            )

        at = data.get("at")
        moment = None if at is None else datetime.fromisoformat(at)
        self._says_joins = self._says_joins or (verb in _NEW and at is not None)
        # What is said again is of the same message, though others like it came in meanwhile.
        given = self._held_for(complaint, asked) or self.kept.take(
            (complaint, data["tracking"]), asked
        )
        if given is None:
            return
        step = self._do((complaint, cause_of(given.what)), Step(complaint, now, given, moment))
        if verb == verbs.MOVED:
            self._at_once[complaint, now] = step

    def _held_for(self, complaint: UUID, asked: Callable[[Kept], bool]) -> Kept | None:
        """What a step was done for that is held back: it is answered once more."""
        steps = self._of_case.get(complaint, ())
        answered = (step.given for step in steps if step.given is not None)
        return next((given for given in answered if asked(given)), None)

    def _do(self, key: Key, step: Step) -> Step:
        """The step that stands: said again at another moment, it was done then."""
        before = self._held.get(key)
        if before is not None and before.now == step.now:
            return before
        if before is not None:
            self._let_go(key)
        self._held[key] = step
        self._of_case.setdefault(step.complaint, []).append(step)
        return step

    def _let_go(self, key: Key) -> Step:
        step = self._held.pop(key)
        self._at_once.pop((step.complaint, step.now), None)
        its = self._of_case[step.complaint]
        its.remove(step)
        if not its:
            del self._of_case[step.complaint]
        return step

    def _rejected(self, data: ToldData) -> None:
        of, about = data["of"], data.get("complaint_id")
        named = [UUID(about)] if about else []
        found = self.kept.first(
            (*named, *filter(None, [data.get("tracking")])),
            lambda one: (
                isinstance(one.what, Update)
                and not one.refused
                and event_type(one.what.verb) == of["type"]
                and of.get("id") in (None, one.what.id)
            ),
        )
        if found is not None:
            found.refused = True


def _may(one: Kept, verb: str) -> bool:
    """Whether this verb can answer it."""
    if isinstance(one.what, Routing):
        return verb in (verbs.OPENED, verbs.JOINED, verbs.MOVED)
    return one.what.verb == verb or (verb == verbs.MOVED and one.what.verb in _MOVES)


def _supporting(one: Kept) -> bool:
    return isinstance(one.what, Routing) and one.what.data.role == "supporting"


def _joined(one: Kept, now: datetime | None = None) -> Step | None:
    """That a supporting agency joins; None for any other message."""
    what = one.what
    if not isinstance(what, Routing) or not _supporting(one):
        return None
    return Step(what.data.complaint_id, now or what.data.routed_at, one)
