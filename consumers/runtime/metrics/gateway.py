"""What is counted of HTTP."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

Door = Literal["api", "form", "open311", "counter"]
"""By which a complaint comes in: JSON of a portal, a citizen's form, Open311, the counter."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

SIGN_INS: Final = ("ok", "wrong", "locked", "busy")
"""What becomes of a try to sign in."""


class GatewayMetrics:
    """By route as it is written, never as it was called: an address may hold a code. ``problem``
    is the code of a refusal, ``rate`` which of the limits somebody met, ``door`` one of ``api``,
    ``form``, ``open311``, ``counter``; ``of`` whom a key speaks for, ``other`` where the
    configuration does not know them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.in_hand = 0
        """Requests that are being answered now."""
        self.waiting = 0
        """Complaints whose confirm is waited for now."""
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
            buckets=_SECONDS,
            registry=registry,
        )
        self._refused = Counter(
            "pintu_http_refused_total",
            "Requests to the gateway that were refused, by the code of the problem",
            ["problem"],
            registry=registry,
        )
        self._limited = Counter(
            "pintu_http_rate_limited_total",
            "Requests to the gateway that came too often, by the limit that they met",
            ["rate"],
            registry=registry,
        )
        self._complaints = Counter(
            "pintu_gateway_complaints_total",
            "Complaints that the gateway took in, confirmed, by the door they came by",
            ["door"],
            registry=registry,
        )
        self._confirmed = Histogram(
            "pintu_gateway_confirm_seconds",
            "From handing a complaint to RabbitMQ to its confirm, or to giving up",
            buckets=_SECONDS,
            registry=registry,
        )
        self._sign_ins = Counter(
            "pintu_sign_ins_total",
            "Tries to sign in at the gateway, by what became of them",
            ["outcome"],
            registry=registry,
        )
        for outcome in SIGN_INS:
            self._sign_ins.labels(outcome)
        self._lock_outs = Counter(
            "pintu_sign_in_lock_outs_total",
            "Waits that began after too many wrong tries to sign in",
            registry=registry,
        )
        self._keys = Gauge(
            "pintu_key_end_timestamp_seconds",
            "When the first key of somebody's that is in use ends, in seconds since 1970",
            ["of"],
            registry=registry,
        )
        Gauge(
            "pintu_http_requests_in_hand",
            "Requests that the gateway answers now",
            registry=registry,
        ).set_function(lambda: self.in_hand)
        Gauge(
            "pintu_gateway_confirms_waiting",
            "Complaints for whose confirm the gateway waits now",
            registry=registry,
        ).set_function(lambda: self.waiting)
        self.searched = 0
        """Cases in the index that the desk looks them up in."""
        self.searched_as_of: datetime | None = None
        """Up to when it is complete; None until it was filled."""
        Gauge(
            "pintu_search_cases",
            "Cases in the index that the desk looks them up in",
            registry=registry,
        ).set_function(lambda: self.searched)
        Gauge(
            "pintu_search_timestamp_seconds",
            "Up to when that index is complete, in seconds since 1970; 0 until it is filled",
            registry=registry,
        ).set_function(lambda: self.searched_as_of.timestamp() if self.searched_as_of else 0)
        self._by_request: dict[tuple[str, str, int], Counter] = {}
        self._by_route: dict[str, Histogram] = {}

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """One request is over; status 0 where its caller hung up."""
        key = route, method if method in _METHODS else "other", status
        counter = self._by_request.get(key)
        if counter is None:
            counter = self._requests.labels(*key[:2], str(status))
            self._by_request[key] = counter
        counter.inc()
        histogram = self._by_route.get(route)
        if histogram is None:
            histogram = self._by_route[route] = self._seconds.labels(route)
        histogram.observe(seconds)

    def refused(self, problem: str) -> None:
        """One request got a refusal."""
        self._refused.labels(problem).inc()

    def counts_from_nought(self, rates: Iterable[str]) -> None:
        """There are these limits: a burst right after the start is seen to be more than none."""
        for rate in rates:
            self._limited.labels(rate)

    def limited(self, rate: str) -> None:
        """One request came too often."""
        self._limited.labels(rate).inc()

    def signed_in(self, outcome: str) -> None:
        """One try to sign in, of a password, of a code, or by an account elsewhere."""
        self._sign_ins.labels(outcome).inc()

    def locked_out(self) -> None:
        """So many were wrong that the next one has to wait."""
        self._lock_outs.inc()

    def taken_in(self, door: Door) -> None:
        """One complaint is on the queue, confirmed; a repeat under its key counts too."""
        self._complaints.labels(door).inc()

    def confirmed(self, seconds: float) -> None:
        """What was published is confirmed, or given up, after so long."""
        self._confirmed.observe(seconds)

    def keys(self, end: Mapping[str, datetime]) -> None:
        """By whom they speak for, when the first key in use ends."""
        self._keys.clear()
        for of, moment in end.items():
            self._keys.labels(of).set(moment.timestamp())


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
