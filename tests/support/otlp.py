"""A receiver of traces on a free loopback port, as OTLP over HTTP has it (POST /v1/traces)."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

_NONE: Final = ""


@dataclass(frozen=True, slots=True)
class Received:
    """A span as it came over the wire; ids in hex, ``parent`` empty for the first."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, str | int]


@dataclass(slots=True)
class Receiver:
    """``status``: what it answers with."""

    endpoint: str = _NONE
    status: int = 200
    spans: list[Received] = field(default_factory=list)
    asked: int = 0

    def of(self, trace: str) -> list[Received]:
        return [span for span in self.spans if span.trace == trace]

    def was_asked(self, times: int) -> bool:
        return self.asked >= times

    def take(self, body: bytes) -> None:
        self.asked += 1
        if self.status != 200:
            return
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            said = {a.key: a.value.string_value for a in resource.resource.attributes}
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.spans.append(
                        Received(
                            said["service.name"],
                            span.name,
                            span.trace_id.hex(),
                            span.span_id.hex(),
                            span.parent_span_id.hex(),
                            {
                                a.key: a.value.string_value or a.value.int_value
                                for a in span.attributes
                            },
                        )
                    )


@contextmanager
def receiving() -> Iterator[Receiver]:
    """While it listens."""
    receiver = Receiver()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            if self.path == "/v1/traces":
                receiver.take(body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(receiver.status)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nothing: it is a test's."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    receiver.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
