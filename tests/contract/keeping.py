"""Case stores for the contract suite, and cases to keep in them."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from broker.domain.case import Case, CaseClock, Closed, Entry, State
from broker.memory import MemoryCaseStore
from broker.messaging.messages import Incoming
from broker.ports import CaseChange, CaseStore, Deferred
from broker.store.cases import open_case_store
from schemas.decision import DecisionRecord
from schemas.identifiers import tracking
from schemas.properties import Properties

NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
TEXT = "Jembatan gantung Sungai Nyire hampir putus"

OpenStore = Callable[[], Awaitable[CaseStore]]


def a_case(
    *,
    agency: str | None = "dpupr",
    state: State = State.ROUTED,
    next_due: datetime | None = NOW,
    opened_at: datetime = NOW - DAY,
    calendar: str = "2026-1",
    complaint_id: UUID | None = None,
    clocks: tuple[CaseClock, ...] = (),
    text: str = TEXT,
) -> Case:
    """An open case."""
    complaint_id = complaint_id or uuid4()
    return Case(
        complaint_id=complaint_id,
        tracking=tracking(complaint_id),
        channel="web",
        complaint={"text": text, "location": {"village": "Rias", "latitude": -2.97}},
        classification="complaint",
        anonymous=False,
        state=state,
        agency=agency,
        external=False,
        supporting=(),
        acknowledged=False,
        oversight=False,
        oversight_by_desk=False,
        hops=0,
        previous=(),
        clocks=clocks or (a_clock(agency=agency),),
        policy=("permenpanrb-62-2018", "1"),
        calendar=calendar,
        decision=DecisionRecord("topic", "lampu jalan", "2026.1", confidence=0.9),
        event_id="e-1",
        received_at=opened_at,
        opened_at=opened_at,
        routed_at=opened_at,
        placed_at=opened_at,
        next_due=next_due,
    )


def a_clock(due_at: datetime = NOW, *, agency: str | None = "dpupr") -> CaseClock:
    return CaseClock("response", 1, agency, NOW - DAY, due_at)


def closed(case: Case, at: datetime = NOW) -> Case:
    """Its end, by somebody who forgot to drop the complaint."""
    end = Closed(at, "desk.sri", "dismissed", "ganda")
    clocks = tuple(clock.stop(at) for clock in case.clocks)
    return replace(case, state=State.CLOSED, closed=end, clocks=clocks, next_due=None)


def a_line(case: Case, what: str = "routed", **detail: object) -> Entry:
    at = NOW + timedelta(microseconds=1)
    state = case.state
    return Entry(at, NOW, "router", what, None, state, None, case.agency, detail)


def an_aside(key: str, complaint: UUID, *, until: datetime = NOW, body: bytes = b"{}") -> Deferred:
    headers = {"traceparent": "00-1", "raw": b"\x00\xff", "when": NOW, "deep": [{"a": None}]}
    properties = Properties(content_type="text/plain", headers=headers, priority=3, timestamp=7)
    message = Incoming(body, "complaints.updates", "agency.dpupr.\x00held", properties, True, 9)
    return Deferred(key, complaint, NOW - DAY, until, message)


async def save(store: CaseStore, *cases: Case) -> None:
    """Each with its present value, in one transaction."""
    async with store.transaction() as transaction:
        await transaction.load([case.complaint_id for case in cases])
        await transaction.save([CaseChange(case) for case in cases])


async def text_left(store: CaseStore, case: Case) -> bool:
    found = await store.find(case.complaint_id)
    return found is not None and found.complaint is not None and TEXT in json.dumps(found.complaint)


@dataclass
class Opened:
    """Stores of one kind on the same data."""

    stack: AsyncExitStack
    url: str | None = None
    shared: MemoryCaseStore = field(default_factory=MemoryCaseStore)

    async def another(self) -> CaseStore:
        if self.url is None:
            return self.shared
        store = await open_case_store(self.url)
        self.stack.push_async_callback(store.close)
        return store


@asynccontextmanager
async def stores(url: str | None) -> AsyncIterator[OpenStore]:
    """Opens the case store at a URL (None: in memory) as often as it is called."""
    async with AsyncExitStack() as stack:
        yield Opened(stack, url).another
