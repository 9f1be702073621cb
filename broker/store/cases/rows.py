"""Cases, their history and messages deferred as rows of the store, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson
from orjson import Fragment

from broker.domain.case import (
    Case,
    CaseClock,
    Entry,
    Said,
    State,
    clock_record,
    from_record,
    to_record,
    to_values,
)
from broker.domain.case.deadlines import open_deadlines
from broker.messaging.messages import Incoming
from broker.messaging.parking.properties_json import as_json, from_json
from broker.ports import Deferred
from broker.store.driver import Row
from schemas.envelope import dumps, loads

Clocks = tuple[CaseClock, ...]
OpenDeadlines = tuple[tuple[str | None, str, datetime], ...]

_ALL: Final = 1 << 24
"""Characters: more than the properties of any message have, whose frame is 128 KiB by default."""


def digest(text: str) -> UUID:
    """A key of sixteen bytes for text of any length and kind: the first half of its SHA-256."""
    return UUID(bytes=sha256(text.encode("utf-8", "surrogatepass")).digest()[:16])


NamedRow = Mapping[str, Any]
"""By the names of its columns."""


class CaseRows:
    """Makes rows of cases, of all columns of their tables, in order, as values of Python's.

    Cases that began together share their clocks: what is written of those is worked out once.
    Made for one saving: it keeps the clocks that it has seen.
    """

    def __init__(self) -> None:
        self._clocks: dict[int, tuple[Clocks, Fragment]] = {}
        self._owed: dict[tuple[int, str | None, bool, bool], tuple[Clocks, OpenDeadlines]] = {}

    def case(self, case: Case, lines: int) -> Row:
        """The row of ``cases``; ``lines``: how many its history has."""
        return (
            case.complaint_id,
            case.tracking,
            case.channel,
            case.agency,
            case.state.value,
            case.opened_at,
            case.next_due if case.open else None,
            case.calendar,
            case.closed.at if case.closed else None,
            lines,
            self._record(case),
            None,
        )

    def owed(self, case: Case) -> list[Row]:
        """The rows of ``case_owed``."""
        complaint = case.complaint_id
        return [
            (complaint, n, agency, clock, due_at)
            for n, (agency, clock, due_at) in enumerate(self.deadlines(case))
        ]

    def deadlines(self, case: Case) -> OpenDeadlines:
        """See broker.domain.case.deadlines.open_deadlines."""
        key = id(case.clocks), case.agency, case.open, case.merged_into is None
        known = self._owed.get(key)
        if known is None:
            known = self._owed[key] = case.clocks, open_deadlines(case)
        return known[1]

    def _record(self, case: Case) -> str:
        key = id(case.clocks)
        known = self._clocks.get(key)
        if known is None:
            clocks = dumps([clock_record(clock, _as_it_is) for clock in case.clocks])
            known = self._clocks[key] = case.clocks, Fragment(clocks)
        values = to_values(case)
        values["complaint"] = None
        values["clocks"] = known[1]
        if case.decision.because is None:
            values["decision"] = case.decision.to_plain()
        try:
            return orjson.dumps(values).decode()
        except TypeError:  # what it cannot write, the other can, and more slowly
            return dumps({**to_record(case, _as_it_is), "complaint": None}).decode()


def case_of(
    record: str, complaint: str | None = None, seen: Iterable[str] = (), lines: int = 0
) -> Case:
    """The case of ``cases.record`` and, where it is wanted, ``case_texts.complaint``."""
    plain = loads(record)
    plain["complaint"] = None if complaint is None else loads(complaint)
    return from_record(plain, seen, lines)


def text_row(complaint_id: UUID, complaint: Mapping[str, object]) -> Row:
    """The row of ``case_texts``."""
    return complaint_id, dumps(complaint).decode()


def line_row(complaint_id: UUID, n: int, entry: Entry) -> Row:
    """The row of ``case_history`` for its ``n``-th line."""
    line = {
        "at": entry.at,
        "recorded_at": entry.recorded_at,
        "who": entry.who,
        "what": entry.what,
        "state": [entry.state_from, entry.state_to],
        "agency": [entry.agency_from, entry.agency_to],
        "detail": entry.detail,
    }
    if entry.events:
        line["events"] = entry.events
    return complaint_id, n, dumps(line).decode()


def said_rows(complaint_id: UUID, said: Sequence[Said], lines: int) -> list[Row]:
    """The rows of ``case_conversation`` for what was said in the newest of so many lines."""
    texts = [dumps(one.to_plain()) for one in said]
    first = lines - len(texts)
    return [(complaint_id, n, len(text), text.decode()) for n, text in enumerate(texts, first)]


def said_of_row(text: str) -> Said:
    """What ``case_conversation.said`` holds."""
    return Said.from_plain(loads(text))


def cause_row(complaint_id: UUID, cause: str) -> Row:
    """The row of ``case_causes``."""
    return complaint_id, digest(cause)


def entry_of(line: str) -> Entry:
    """The line of ``case_history.line``."""
    plain = loads(line)
    before, after = plain["state"]
    return Entry(
        at=datetime.fromisoformat(plain["at"]),
        recorded_at=datetime.fromisoformat(plain["recorded_at"]),
        who=plain["who"],
        what=plain["what"],
        state_from=None if before is None else State(before),
        state_to=State(after),
        agency_from=plain["agency"][0],
        agency_to=plain["agency"][1],
        detail=plain["detail"],
        events=tuple(plain.get("events", ())),
    )


def _as_it_is(moment: datetime) -> datetime:
    """``dumps`` writes moments as ``isoformat`` does, and faster."""
    return moment


def aside_row(deferred: Deferred) -> NamedRow:
    """The row of ``case_aside``. What no database takes as text is escaped or digested."""
    message = deferred.message
    about = {
        "key": deferred.key,
        "at": deferred.at.isoformat(),
        "exchange": message.exchange,
        "routing_key": message.routing_key,
        "redelivered": message.redelivered,
        "tag": message.tag,
        "properties": as_json(message.properties, cap=_ALL),
    }
    return {
        "key": digest(deferred.key),
        "complaint_id": deferred.complaint,
        "until": deferred.until,
        # In ASCII, unlike the others: a routing key may hold half a surrogate pair.
        "about": json.dumps(about),
        "body": message.body,
        "speaker": printable_key(deferred.speaker),
        "size": deferred.size,
    }


def printable_key(text: str) -> str:
    """A name as a database takes it; two names that differ only in what it does not are one."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def aside_of(row: NamedRow) -> Deferred:
    """What ``aside_row`` made a row of."""
    about = json.loads(row["about"])
    return Deferred(
        key=about["key"],
        complaint=row["complaint_id"],
        speaker=row["speaker"],
        at=datetime.fromisoformat(about["at"]),
        until=row["until"],
        message=Incoming(
            body=bytes(row["body"]),
            exchange=about["exchange"],
            routing_key=about["routing_key"],
            properties=from_json(about["properties"])[0],
            redelivered=about["redelivered"],
            tag=about["tag"],
        ),
    )
