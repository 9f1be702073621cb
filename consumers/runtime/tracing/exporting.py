"""Where spans go: OpenTelemetry's own exporter and its settings, told of in one line."""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Final

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from consumers.runtime.repeats import Repeats
from consumers.runtime.tracing.keys import SafeKeys
from consumers.runtime.tracing.requests import RequestSpans
from consumers.runtime.tracing.spans import Spans

log = structlog.get_logger()

_LEAVE_WITHIN: Final = 2.0
"""Seconds for what was not exported yet, of the ten in which the process leaves."""


class Tracing:
    """The spans of one process. Made by hand, ``exporter`` is where they go (tests)."""

    def __init__(
        self, environment: Mapping[str, str], name: str, exporter: SpanExporter | None = None
    ) -> None:
        """Raises ValueError where a variable of OpenTelemetry's makes no sense to it."""
        # What it has to say of a receiver that is away is said once, below.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        # Not made known to the whole process, as its documents have it: nothing else here traces.
        self._provider = TracerProvider(
            resource=_resource(environment, name), shutdown_on_exit=False
        )
        self._provider.add_span_processor(
            BatchSpanProcessor(_Telling(exporter or OTLPSpanExporter()))
        )

    def spans(self, queue: str, keys: SafeKeys) -> Spans:
        """The spans of a part that consumes from a queue."""
        return Spans(self._provider.get_tracer("pintu", version("pintu")), queue, keys)

    def requests(self, keys: SafeKeys) -> RequestSpans:
        """The spans of a part that answers over HTTP."""
        tracer = self._provider.get_tracer("pintu", version("pintu"))
        return RequestSpans(tracer, Spans(tracer, "", keys))

    def close(self) -> None:
        """What is left goes out, as far as it does within two seconds."""
        leaving = threading.Thread(target=self._provider.shutdown, daemon=True)
        leaving.start()
        leaving.join(_LEAVE_WITHIN)


def _resource(environment: Mapping[str, str], name: str) -> Resource:
    named = "service.name=" in environment.get("OTEL_RESOURCE_ATTRIBUTES", "")
    if named or environment.get("OTEL_SERVICE_NAME"):
        return Resource.create({"service.version": version("pintu")})
    service = "pintu" if name == "all" else f"pintu-{name}"
    return Resource.create({"service.name": service, "service.version": version("pintu")})


class _Telling(SpanExporter):
    """Says once, and then once a minute, that spans could not be sent."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._repeats = Repeats(time.monotonic)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        if result is SpanExportResult.SUCCESS:
            self._repeats.over()
        elif times := self._repeats.times("export"):
            log.warning("tracing.not_exported", spans=len(spans), times=times)
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self._exporter.force_flush(timeout_millis)
