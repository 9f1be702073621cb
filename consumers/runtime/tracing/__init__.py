"""Tracing by OpenTelemetry: an optional extra (`pintu[otel]`), off unless OTEL_* asks for it.

Nothing of this is imported where it is off, and nothing is wrapped: it costs nothing then.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import structlog

from consumers.runtime.isolating import Handler
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.middleware import Traced

if TYPE_CHECKING:
    from consumers.runtime.tracing.exporting import Tracing
    from consumers.runtime.tracing.keys import SafeKeys
    from consumers.runtime.tracing.requests import RequestSpans

log = structlog.get_logger()

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_SPOKEN: Final = "http/protobuf"


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether the environment asks for traces, by OpenTelemetry's own variables.

    An endpoint does, and ``OTEL_TRACES_EXPORTER=otlp`` (then to this machine's port 4318);
    ``OTEL_SDK_DISABLED=true`` and every other exporter forbid it.
    """
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    exporters = environment.get("OTEL_TRACES_EXPORTER", "").strip()
    if exporters:
        return "otlp" in [one.strip() for one in exporters.split(",")]
    return any(environment.get(name, "").strip() for name in _ENDPOINTS)


def tracing(environment: Mapping[str, str], name: str) -> "Tracing | None":
    """The tracing of this process, which is ``pintu run NAME``; None where it is off.

    Where it is wanted and cannot be had the log says why, and the work goes on without: that
    nobody sees a trace is no reason for a complaint to wait.
    """
    if not wanted(environment):
        return None
    try:
        return _made(environment, name)
    except ImportError:
        why = "OpenTelemetry is not installed: pip install 'pintu[otel]', or unset OTEL_*"
    except ValueError as error:  # ours, and the SDK's about a variable
        why = str(error)
    log.warning("tracing.off", why=why)
    return None


def _made(environment: Mapping[str, str], name: str) -> "Tracing":
    protocol = next((value for one in _PROTOCOLS if (value := environment.get(one))), _SPOKEN)
    if protocol != _SPOKEN:
        raise ValueError(f"OTEL_EXPORTER_OTLP_PROTOCOL: only {_SPOKEN} is spoken; unset it")
    from consumers.runtime.tracing.exporting import Tracing  # noqa: PLC0415 -- an extra

    return Tracing(environment, name)


def traced(
    handler: Handler[Any], tracing: "Tracing | None", queue: str, live_config: LiveConfig
) -> Handler[Any]:
    """The handler with spans round it; as it is where tracing is off."""
    if tracing is None:
        return handler
    return Traced(handler, tracing.spans(queue, _keys(live_config)))


def request_spans(tracing: "Tracing | None", live_config: LiveConfig) -> "RequestSpans | None":
    """The spans of what answers over HTTP; None where tracing is off."""
    return None if tracing is None else tracing.requests(_keys(live_config))


def _keys(live_config: LiveConfig) -> "SafeKeys":
    from consumers.runtime.tracing.keys import SafeKeys  # noqa: PLC0415 -- where it is on

    keys = SafeKeys()
    keys.use(live_config.rules)
    live_config.subscribe(keys.use)
    return keys
