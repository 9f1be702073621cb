"""What the case store in memory keeps, and in which form."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from broker.domain.case import Case, Entry, Said, from_record, newest, to_record
from broker.domain.case.forgetting import without_words, wordless
from broker.ports import Deferred, Held
from schemas.envelope import dumps, loads


@dataclass(slots=True)
class KeptCases:
    """All that is kept. A transaction works on a copy of it."""

    cases: dict[UUID, Case] = field(default_factory=dict)
    history: dict[UUID, tuple[Entry, ...]] = field(default_factory=dict)
    causes: dict[UUID, frozenset[str]] = field(default_factory=dict)
    conversation: dict[UUID, tuple[Said, ...]] = field(default_factory=dict)
    deferred: dict[str, Deferred] = field(default_factory=dict)
    watermark: datetime | None = None

    def copy(self) -> "KeptCases":
        return KeptCases(
            dict(self.cases),
            dict(self.history),
            dict(self.causes),
            dict(self.conversation),
            dict(self.deferred),
            self.watermark,
        )

    def has_words(self, case: Case) -> bool:
        """Whether anything of what people wrote is left."""
        mine = case.complaint_id
        lines = self.history.get(mine, ())
        bare = case == without_words(case) and all(wordless(line) is line for line in lines)
        return not bare or mine in self.conversation

    def drop_words(self, case: Case, bare: Callable[[Case], Case]) -> None:
        """What people wrote goes from case, history and conversation."""
        mine = case.complaint_id
        self.cases[mine] = bare(case)
        self.history[mine] = tuple(map(wordless, self.history.get(mine, ())))
        self.conversation.pop(mine, None)


def held_of(some: Iterable[Deferred]) -> Held:
    """How many updates these are, and their bytes; events of ours do not count."""
    sizes = [one.size for one in some if one.speaker]
    return Held(len(sizes), sum(sizes))


def as_kept(case: Case, before: Case | None) -> Case:
    """Without the causes; the complaint stays, whoever does not say it."""
    complaint = case.complaint
    if complaint is None and before is not None:
        complaint = before.complaint
    case = replace(case, complaint=complaint)
    return from_record(loads(dumps(to_record(case))))


def as_said(said: Iterable[Said]) -> tuple[Said, ...]:
    """As a real store would give it back."""
    return tuple(Said.from_plain(loads(dumps(one.to_plain()))) for one in said)


def passed_on(conversation: Iterable[Said]) -> tuple[Said, ...]:
    """As much of it as comes with a case."""
    backwards = reversed(tuple(conversation))
    return tuple(newest((said, len(dumps(said.to_plain()))) for said in backwards))
