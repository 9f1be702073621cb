"""A request over HTTP is a span, and what it publishes goes on with its trace."""

from typing import Any, Final

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from consumers.runtime.tracing.keys import SafeKeys
from consumers.runtime.tracing.requests import RequestSpans
from consumers.runtime.tracing.spans import Spans
from tests.unit.gateway.door import MemoryDoor

TRACE: Final = "0af7651916cd43dd8448eb211c80319c"
PORTAL: Final = "b7ad6b7169203331"
CAME: Final = {"traceparent": f"00-{TRACE}-{PORTAL}-01", "tracestate": "vendor=web"}
CODE: Final = "7K2M-9QXA-4TZ1"
PIN: Final = "482913"
SECRET: Final = "Nama-Rahasia"


@pytest.fixture
def exported(door: MemoryDoor) -> InMemorySpanExporter:
    """Traces are switched on; the spans that ended."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer, keys = provider.get_tracer("test"), SafeKeys()
    keys.use(door.world.config.rules)
    spans = RequestSpans(tracer, Spans(tracer, "", keys))
    door.world.spans = door.app._spans = spans
    return exporter


async def files(door: MemoryDoor, **headers: str) -> Any:
    given = {"Authorization": f"Bearer {door.keys['web']}", **headers}
    body = {"text": f"sampah {SECRET}", "reporter": {"name": SECRET}, "anonymous": True}
    return await door.client.post("/v1/complaints", json=body, headers=given)


def id_of(span: ReadableSpan) -> str:
    return f"{span.context.span_id:016x}"


async def test_portal_request_and_complaint_are_one_trace(
    door: MemoryDoor, exported: InMemorySpanExporter
) -> None:
    assert (await files(door, **CAME)).status_code == 202
    sent, request = exported.get_finished_spans()
    assert (request.name, request.kind) == ("POST /v1/complaints", SpanKind.SERVER)
    assert request.parent is not None and f"{request.parent.span_id:016x}" == PORTAL
    assert dict(request.attributes or {}) == {
        "http.request.method": "POST",
        "http.route": "/v1/complaints",
        "http.response.status_code": 202,
    }
    assert (sent.name, sent.kind) == ("send complaints.intake", SpanKind.PRODUCER)
    assert sent.parent is not None and f"{sent.parent.span_id:016x}" == id_of(request)
    [message] = door.sent.messages
    assert message.headers == {
        "traceparent": f"00-{TRACE}-{id_of(sent)}-01",
        "tracestate": "vendor=web",
    }


async def test_without_traces_the_context_of_the_portal_goes_on_as_it_came(
    door: MemoryDoor,
) -> None:
    await files(door, **CAME)
    await files(door, traceparent="not one", tracestate="vendor=web")
    assert [message.headers for message in door.sent.messages] == [CAME, {}]


async def test_no_code_no_pin_and_no_word_of_a_complaint_is_in_a_span(
    door: MemoryDoor, exported: InMemorySpanExporter
) -> None:
    await files(door)
    await door.client.get(f"/v1/complaints/{CODE}", params={"pin": PIN})
    await door.client.get(f"/{SECRET}")
    await door.client.post("/lacak", content=f"code={CODE}&pin={PIN}")
    door.sent.away = True
    assert (await files(door)).status_code == 503
    shown = "".join(span.to_json() for span in exported.get_finished_spans())
    assert not [mark for mark in (CODE, PIN, SECRET, door.keys["web"]) if mark in shown]
    names = [span.name for span in exported.get_finished_spans()]
    assert {"GET /v1/complaints/{code}", "GET -", "POST /lacak"} <= set(names)
    failed = exported.get_finished_spans()[-1]
    assert failed.status.status_code is StatusCode.ERROR
    assert (failed.attributes or {})["error.type"] == "503"
