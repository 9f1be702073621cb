"""What is counted of HTTP."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class GatewayMetrics:
    """By route as it is written, never as it was called: an address may hold a code."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "pintu_http_requests_total",
            "Requests to the gateway, by route, method and status",
            ["route", "method", "status"],
            registry=registry,
        )
        self._seconds = Histogram(
            "pintu_http_request_seconds",
            "From a request's head to the end of its answer",
            ["route"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
            registry=registry,
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """One request is over; status 0 where its caller hung up."""
        known = method if method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS") else "other"
        self._requests.labels(route, known, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


class AttachmentMetrics:
    """What is counted of files that come with complaints. ``kind`` is ``jpeg``, ``png``, ``webp``,
    ``pdf`` or ``other``; ``outcome`` is ``kept`` or the code of the refusal."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._files = Counter(
            "pintu_attachments_total",
            "Files that came with complaints and answers, by kind and what became of them",
            ["kind", "outcome"],
            registry=registry,
        )
        self._up = Gauge(
            "pintu_attachments_up",
            "1 while the folder of attachments can be written (what=folder), the virus scanner"
            " answers (what=scanner)",
            ["what"],
            registry=registry,
        )

    def took(self, kind: str, outcome: str) -> None:
        """One file was looked at."""
        self._files.labels(kind, outcome).inc()

    def is_up(self, what: str, up: bool) -> None:
        """The folder, or the scanner."""
        self._up.labels(what).set(up)
