"""Whether there are traces is said by OpenTelemetry's own variables."""

import builtins
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from consumers.runtime.tracing import exporting, tracing, wanted
from consumers.runtime.tracing.exporting import Tracing
from tests.support.eventually import PATIENCE

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


@pytest.mark.parametrize(
    ("environment", "on"),
    [
        ({}, False),
        ({"PINTU_HTTP": "off", "OTEL_SERVICE_NAME": "pintu"}, False),
        ({ENDPOINT: "http://127.0.0.1:4318"}, True),
        ({ENDPOINT: " "}, False),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", ENDPOINT: "http://127.0.0.1:4318"}, False),
        ({"OTEL_TRACES_EXPORTER": "console", ENDPOINT: "http://127.0.0.1:4318"}, False),
        ({"OTEL_SDK_DISABLED": "true", ENDPOINT: "http://127.0.0.1:4318"}, False),
    ],
)
def test_an_endpoint_switches_it_on(environment: Mapping[str, str], on: bool) -> None:
    assert wanted(environment) is on


def test_nothing_of_it_is_imported_where_it_is_off() -> None:
    program = (
        "import sys, consumers.router.service, consumers.cases.service, "
        "consumers.escalations.service; "
        "from consumers.runtime.tracing import tracing; assert tracing({}, 'all') is None; "
        "print([m for m in sys.modules if m.startswith('opentelemetry')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_program_without_the_extra_says_what_to_install_and_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [name for name in sys.modules if name.startswith("opentelemetry")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "consumers.runtime.tracing.exporting")
    found = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("opentelemetry"):
            raise ModuleNotFoundError(f"No module named {name!r}")
        return found(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with structlog.testing.capture_logs() as told:
        assert tracing({ENDPOINT: "http://127.0.0.1:4318"}, "router") is None
    [line] = told
    assert (line["event"], line["log_level"]) == ("tracing.off", "warning")
    assert "pip install 'pintu[otel]'" in line["why"]


def test_a_protocol_that_is_not_spoken_is_refused_with_what_is() -> None:
    environment = {ENDPOINT: "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    with structlog.testing.capture_logs() as told:
        assert tracing(environment, "router") is None
    assert "http/protobuf" in told[0]["why"]


@pytest.mark.parametrize(
    ("name", "environment", "service"),
    [
        ("router", {}, "pintu-router"),
        ("all", {}, "pintu"),
        ("cases", {"OTEL_SERVICE_NAME": "kepulauan"}, "kepulauan"),
        ("cases", {"OTEL_RESOURCE_ATTRIBUTES": "service.name=kepulauan,a=b"}, "kepulauan"),
    ],
)
def test_a_service_is_named_after_what_runs_unless_the_operator_names_it(
    name: str,
    environment: Mapping[str, str],
    service: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    tracing = Tracing(environment, name)
    assert tracing._provider.resource.attributes["service.name"] == service
    tracing.close()


def test_a_receiver_that_hangs_does_not_keep_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    released, asked = threading.Event(), threading.Event()

    class Hanging(SpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            asked.set()
            released.wait()
            return SpanExportResult.SUCCESS

    monkeypatch.setattr(exporting, "_LEAVE_WITHIN", 0.05)
    tracing = Tracing({}, "router", Hanging())
    tracing._provider.get_tracer("test").start_span("one").end()
    tracing.close()
    assert asked.wait(PATIENCE)
    assert not released.is_set(), "it came back although nothing was exported"
    released.set()
