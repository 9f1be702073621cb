"""A complaint is one trace: intake, router, agency, its update, the case, what falls due."""

import asyncio
import json
from datetime import timedelta
from typing import Any, Final

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode

from broker.errors import StoreUnavailable
from broker.memory.client import MemoryClient
from broker.messaging import names
from broker.messaging.messages import Incoming, trace_context
from consumers.runtime.tracing.keys import SafeKeys
from pintu.reference_agency.reference import Behaviour, simulate
from schemas.properties import Properties
from tests.support.eventually import eventually_async
from tests.unit.consumers.runtime.tracing.traced_town import RULES, TracedTown

TRACE_ID: Final = "0af7651916cd43dd8448eb211c80319c"
ADAPTER: Final = "b7ad6b7169203331"
CAME: Final = {"traceparent": f"00-{TRACE_ID}-{ADAPTER}-01", "tracestate": "vendor=web"}
MANY_DAYS: Final = 12


def ids(span: ReadableSpan) -> tuple[str, str | None]:
    """Of the span and of its parent."""
    return f"{span.context.span_id:016x}", f"{span.parent.span_id:016x}" if span.parent else None


def trace_of(span: ReadableSpan) -> str:
    return f"{span.context.trace_id:032x}"


def sent(span: ReadableSpan) -> str:
    return str((span.attributes or {})["messaging.rabbitmq.destination.routing_key"])


async def a_life(town: TracedTown, headers: dict[str, str] | None) -> None:
    """A complaint that its agency takes up, passing the context on, and lets lie until it is
    late."""
    town.submits("sampah menumpuk", headers)
    await town.settle()
    routed = town.heard("agency.dlh", "routed")
    assert routed.properties.headers.keys() >= {"traceparent"}
    town.says(routed, "acknowledged", dict(routed.properties.headers))
    await town.settle()
    for _ in range(MANY_DAYS):
        town.clock.moment += timedelta(days=1)
        await town.settle()


@pytest.mark.parametrize("headers", [CAME, None], ids=["the adapter's", "the router's"])
async def test_from_intake_to_escalation_it_is_one_trace(headers: dict[str, str] | None) -> None:
    town = TracedTown()
    await a_life(town, headers)
    assert {trace_of(span) for span in town.spans} == (
        {TRACE_ID} if headers else {trace_of(town.spans[0])}
    )
    keys = {sent(span) for span in town.named("send complaints.events")}
    assert keys >= {"routed.dlh.web", "opened.dlh.web", "acknowledged.dlh.web", "escalated.dlh.web"}


async def test_each_span_follows_from_the_one_before() -> None:
    town = TracedTown()
    await a_life(town, CAME)
    [process_intake] = town.named("process router.intake")
    by_key = {sent(span): span for span in town.named("send complaints.events")}
    begun, told = town.named("process cases")
    assert ids(process_intake)[1] == ADAPTER
    assert ids(by_key["routed.dlh.web"])[1] == ids(process_intake)[0]
    assert ids(begun)[1] == ids(by_key["routed.dlh.web"])[0]
    assert ids(by_key["opened.dlh.web"])[1] == ids(begun)[0]
    # The agency passed on what it got.
    assert ids(told)[1] == ids(by_key["routed.dlh.web"])[0]
    assert ids(by_key["acknowledged.dlh.web"])[1] == ids(told)[0]
    # What time alone brings follows from how the case began.
    escalated = [s for s in town.named("send complaints.events") if "escalated" in sent(s)]
    assert len(escalated) >= 2
    assert {ids(span)[1] for span in escalated} == {ids(begun)[0]}


async def test_what_is_published_bears_the_context_of_its_own_span() -> None:
    town = TracedTown()
    await a_life(town, CAME)
    by_id = {ids(span)[0]: span for span in town.named("send complaints.events")}
    for message in town.broker.queues[names.AUDIT_STREAM].ready:
        if message.exchange == names.EVENTS:
            version, trace, parent, flags = message.properties.headers["traceparent"].split("-")
            assert (version, trace, flags[-1] in "13") == ("00", TRACE_ID, True)
            assert sent(by_id[parent]) == message.routing_key
            assert message.properties.headers["tracestate"] == "vendor=web"


async def test_names_and_attributes_are_those_of_the_conventions() -> None:
    town = TracedTown()
    await a_life(town, CAME)
    [process] = town.named("process router.intake")
    assert process.kind is SpanKind.CONSUMER
    assert process.attributes == {
        "messaging.system": "rabbitmq",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": "router.intake",
        "messaging.rabbitmq.destination.routing_key": "web",
        "messaging.message.body.size": len(json.dumps({"text": "sampah menumpuk"})),
    }
    routed = next(s for s in town.spans if sent(s) == "routed.dlh.web" and "send" in s.name)
    assert routed.kind is SpanKind.PRODUCER
    event = json.loads(town.heard("agency.dlh", "routed").body)
    attributes = dict(routed.attributes or {})
    assert attributes["messaging.destination.name"] == "complaints.events"
    assert attributes["messaging.message.id"] == event["id"]
    assert attributes["cloudevents.event_type"] == "complaint.routed.v1"


async def test_what_is_done_together_has_a_span_that_links_to_where_each_was_sent() -> None:
    town = TracedTown()
    town.submits("sampah menumpuk", CAME)
    town.submits("jalan rusak")
    await town.route()
    [batch] = town.named("receive router.intake")
    assert batch.kind is SpanKind.CLIENT
    assert (batch.attributes or {})["messaging.batch.message_count"] == 2
    assert [f"{link.context.trace_id:032x}" for link in batch.links] == [TRACE_ID]
    assert trace_of(batch) != TRACE_ID
    processed = town.named("process router.intake")
    assert len(processed) == 2
    assert all(span.links[0].context == batch.context for span in processed)


NIK: Final = "3275091234567890"
PHONE: Final = "0812-3456-7890"


async def test_no_span_says_anything_of_a_person() -> None:
    town = TracedTown()
    secret = {"reporter": {"name": "Ani Susanti", "phone": PHONE, "national_id": NIK}}
    headers = {"traceparent": CAME["traceparent"], "tracestate": "ani=susanti"}
    town.submits(f"sampah Ani Susanti {PHONE}", headers, anonymous=True, **secret)
    town.submits(f"entah apa {NIK}", headers, **secret)
    town.put(
        names.INTAKE, f"Ani Susanti {PHONE}", b"sampah", Properties("text/plain", message_id=NIK)
    )
    town.put(
        names.UPDATES, "desk.ani-susanti.assigned", b"{}", Properties("text/plain", message_id=NIK)
    )
    town.put(
        names.UPDATES,
        "channel.web.replied.ani-susanti",
        b"{}",
        Properties("text/plain", message_id=NIK),
    )
    await town.settle()
    town.says(town.broker.queues["agency.dlh"].ready[0], "acknowledged")
    await town.settle()
    assert len(town.spans) > 10
    shown = "".join(span.to_json() for span in town.spans).lower()
    for word in ("ani", "susanti", PHONE, NIK, "sampah", "entah"):
        assert word.lower() not in shown.replace("desk.-", ""), word


@pytest.mark.parametrize(
    ("exchange", "key", "shown"),
    [
        (names.INTAKE, "web.anything.else", "web"),
        (names.INTAKE, "0812 3456", "other"),
        (names.UPDATES, "agency.dlh.resolved", "agency.dlh.resolved"),
        (names.UPDATES, "desk.ani.assigned", "desk.-.assigned"),
        (names.UPDATES, "ani.susanti.assigned", "other"),
        (names.UPDATES, "agency.dlh.anisusanti", "other"),
        (names.UPDATES, "one.two", "other"),
        (names.UPDATES, "agency.ani.resolved", "agency.other.resolved"),
        (names.UPDATES, "channel.ani.replied", "channel.other.replied"),
        (names.EVENTS, "routed.dlh.web", "routed.dlh.web"),
        (names.EVENTS, "routed.dlh.ani", "routed.dlh.other"),
        (names.EVENTS, "rejected.dlh.-", "rejected.dlh.-"),
        (names.DEFAULT_EXCHANGE, "amq.rabbitmq.reply-to.xyz", "other"),
    ],
)
def test_a_key_is_shown_without_what_is_a_strangers(exchange: str, key: str, shown: str) -> None:
    assert SafeKeys(RULES.agencies, RULES.channels).shown(exchange, key) == shown


async def test_what_is_not_sampled_leaves_no_span_and_its_context_goes_on() -> None:
    town = TracedTown(ALWAYS_OFF)
    await a_life(town, CAME)
    assert town.spans == []
    headers = town.heard("agency.dlh", "routed").properties.headers
    assert headers["traceparent"].startswith(f"00-{TRACE_ID}-")
    assert headers["traceparent"].endswith(("-00", "-02"))


async def test_a_message_that_was_parked_is_parked_as_it_came() -> None:
    plain, traced = TracedTown(ALWAYS_OFF), TracedTown()
    parked = []
    for town in (plain, traced):
        town.put(names.INTAKE, "web", b"{", Properties("application/json", message_id="one"))
        await town.route()
        [message] = town.broker.queues[names.PARKED_QUEUE].ready
        parked.append((message.body, dict(message.properties.headers)))
    assert parked[0] == parked[1]
    assert "traceparent" not in parked[1][1]["parked-properties"]


async def test_a_broken_context_begins_a_new_trace_and_takes_no_state_along() -> None:
    town = TracedTown()
    town.submits("sampah menumpuk", {"traceparent": "00-zz-1", "tracestate": "vendor=web"})
    await town.settle()
    headers = town.heard("agency.dlh", "routed").properties.headers
    assert "tracestate" not in headers
    assert headers["traceparent"].startswith(f"00-{trace_of(town.spans[0])}-")


async def test_a_store_that_is_away_is_told_in_the_span_without_words() -> None:
    town = TracedTown()
    town.submits("sampah menumpuk")

    class Away:
        def recording(self, *_: object) -> Any:
            raise StoreUnavailable("of Ani Susanti")

    town.router._handler._journal = Away()  # type: ignore[attr-defined]
    with pytest.raises(StoreUnavailable):
        await town.route()
    [span] = town.named("process router.intake")
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "StoreUnavailable"
    assert "Ani" not in span.to_json()


async def test_a_fault_of_tracing_costs_a_span_and_no_complaint() -> None:
    town = TracedTown()

    def broken(*_: object, **__: object) -> Any:
        raise RuntimeError("a fault of the library")

    town._tracer.start_span = broken  # type: ignore[method-assign]
    town.submits("sampah menumpuk", CAME)
    await town.settle()
    assert (
        town.heard("agency.dlh", "routed").properties.headers["traceparent"]
        == (CAME["traceparent"])
    )


def test_an_incoming_message_is_handled_under_the_context_that_it_came_with_unless_told() -> None:
    message = Incoming(b"", "", "", Properties(headers=CAME), False, 1)
    assert trace_context(message) == CAME


async def test_the_reference_agency_passes_the_context_on() -> None:
    town = TracedTown()
    town.submits("sampah menumpuk", CAME)
    await town.route()
    stop = asyncio.Event()
    agency = asyncio.create_task(
        simulate(MemoryClient(town.broker), "dlh", Behaviour(), stop, town.clock.now)
    )
    updates = town.broker.queues[names.CASES_QUEUE].ready
    await eventually_async(
        lambda: [m for m in updates if m.exchange == names.UPDATES][2:], saying="it has spoken"
    )
    stop.set()
    await agency
    town.clock.moment += timedelta(hours=1)
    await town.settle()
    assert {trace_of(span) for span in town.named("process cases")} == {TRACE_ID}
    assert "resolved.dlh.web" in {sent(span) for span in town.named("send complaints.events")}
