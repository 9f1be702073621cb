"""What a transaction has to know of its cases, and of what is deferred for them.

Bodies of deferred messages are read only where a case is there or begins: what waits for a case
that nobody knows is counted, however much of it there is. Complaints are read only where they are
passed on: they may be large, and most inputs need none. So it is with what was said in a case.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from broker.domain.case import Case, needs_words, related
from broker.ports import CaseTransaction, Deferred
from consumers.cases.batch import CaseBatch
from consumers.cases.inputs import (
    Input,
    causes_of,
    key_of,
    read_safely,
    speaker_of,
    waits_under,
)
from consumers.cases.named import named, named_by
from consumers.cases.room import Room
from schemas import verbs
from schemas.events import Routing
from schemas.updates import BadUpdate, Update


async def loaded(
    transaction: CaseTransaction, inputs: Sequence[Input], expired: Sequence[Deferred]
) -> CaseBatch:
    """The cases of these inputs, with what is deferred for them.

    ``expired``: what has waited long enough, of whatever case.
    """
    events = [one.what.data for one in inputs if isinstance(one.what, Routing)]
    begun = {event.complaint_id: event.tracking for event in events}
    late = [read_safely(one.message) for one in expired]
    names = await named(transaction, [*inputs, *late], begun)
    inputs = [names.of(one) for one in inputs]
    expired = [names.moved(one, read) for one, read in zip(expired, late, strict=True)]
    late = [names.of(read, one.complaint) for one, read in zip(expired, late, strict=True)]
    given = [*inputs, *late]
    cases = await _cases(transaction, given)
    wanted = begun.keys() | cases.keys()
    deferred = await _deferred(transaction, wanted, begun) if wanted else []
    if waiting := [one for one in deferred if one.complaint in wanted]:
        theirs = {one.complaint for one in waiting}
        again = [one for one in given if one.complaint in theirs]
        were = [read_safely(one.message) for one in waiting]
        names = names.with_those_of(await named(transaction, were, begun))
        late = [names.of(read, one.complaint) for one, read in zip(waiting, were, strict=True)]
        cases |= await _cases(transaction, [*again, *late])
        given += late
    cases |= await _related(transaction, given, cases)
    followed = {earlier for event in events if (earlier := names.followed(event.complaint))}
    if followed := followed - cases.keys():
        cases |= await transaction.load(followed, whole=())
    room = await _room(transaction, [one for one in inputs if one.complaint not in wanted])
    room.count(deferred)
    # What has waited too long for a case that is not there is decided without the others.
    there = {one.key for one in deferred}
    rest = [one for one in expired if one.key not in there]
    return CaseBatch(cases, [*deferred, *rest], room, names)


async def _deferred(
    transaction: CaseTransaction, wanted: Collection[UUID], begun: Mapping[UUID, str]
) -> list[Deferred]:
    """What waits for these; for those that begin, under their tracking codes as well."""
    codes = {waits_under(code): code for code in begun.values()}
    found = await transaction.deferred({*wanted, *codes})
    if not (under := {codes[one.complaint] for one in found if one.complaint in codes}):
        return found
    # Of a code that two cases have nobody knows which is meant: that is told when its time is up.
    names = await named_by(transaction, under, begun)
    about = {waits: names.only(code) for waits, code in codes.items()}
    return [
        one if complaint == one.complaint else replace(one, complaint=complaint)
        for one in found
        if (complaint := about.get(one.complaint, one.complaint)) is not None
    ]


async def _cases(transaction: CaseTransaction, inputs: Iterable[Input]) -> dict[UUID, Case]:
    """Those that are there, with what they have taken in of these inputs, and with as many
    complaints as these need."""
    inputs = list(inputs)
    causes = causes_of(inputs)
    if not causes:
        return {}
    whole = _wordy(inputs, {})
    cases = await transaction.load(causes, causes, whole=whole, told=whole)
    # Only now it is known which of the reporters that reply do so while nobody has the case.
    if more := _wordy(inputs, cases) - whole:
        cases |= await transaction.load(more, causes, whole=more, told=more)
    return cases


async def _related(
    transaction: CaseTransaction, inputs: Sequence[Input], cases: Mapping[UUID, Case]
) -> dict[UUID, Case]:
    """The cases that those of these inputs are merged with, or are to be: with their words, since
    what is said in one is told in the others without naming anybody.

    They are loaded again where they have inputs of their own; what they have taken in of these, of
    their own and of each other's, comes with them.
    """
    causes = causes_of(inputs)
    asked: dict[UUID, set[str]] = {}
    leads: set[UUID] = set()
    for one in inputs:
        if one.complaint is None or isinstance(one.what, BadUpdate):
            continue
        for other in related(one.what, cases.get(one.complaint)):
            own = asked.setdefault(other, set(causes.get(other, ())))
            own.update(causes[one.complaint])
        if isinstance(one.what, Update):
            leads |= _leads(one.what, cases.get(one.complaint))
    if not asked:
        return {}
    found = await transaction.load(asked, asked, whole=asked, told=asked)
    # What is told to one that comes to follow a case, or leaves it, may name the others.
    more = {other for lead in leads if lead in found for other in found[lead].merged}
    if more := more - found.keys():
        theirs = {one: causes.get(one, ()) for one in more}
        found |= await transaction.load(more, theirs, whole=more, told=more)
    return found


def _leads(what: Update, case: Case | None) -> set[UUID]:
    """The case that it is to be merged into, or parted from."""
    if isinstance(what.into, UUID):
        return {what.into}
    if what.verb == verbs.SEPARATED and case is not None and case.merged_into is not None:
        return {case.merged_into.complaint_id}
    return set()


def _wordy(inputs: Iterable[Input], cases: Mapping[UUID, Case]) -> set[UUID]:
    """Those of which the complaint is needed, and what was said in them."""
    return {
        one.complaint
        for one in inputs
        if one.complaint
        and not isinstance(one.what, BadUpdate)
        and needs_words(one.what, cases.get(one.complaint))
    }


async def _room(transaction: CaseTransaction, inputs: Sequence[Input]) -> Room:
    """For inputs whose cases are not there."""
    early = [one for one in inputs if one.complaint]
    if not early:
        return Room()
    known = await transaction.deferred_keys({key_of(one) for one in early})
    of_cases, of_speakers = await transaction.held(
        {one.complaint for one in early if one.complaint}, {speaker_of(one.what) for one in early}
    )
    return Room(of_cases, of_speakers, known)
