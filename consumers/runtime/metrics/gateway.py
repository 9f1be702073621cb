"""What is counted of HTTP."""

from prometheus_client import CollectorRegistry, Counter, Histogram


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
