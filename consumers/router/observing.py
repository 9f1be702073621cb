"""What the router counts and logs of a batch that was routed and recorded."""

import time

import structlog

from broker.domain.intake import Parked
from broker.domain.routing.rules import Rules
from broker.ports import TimeSource
from consumers.router.handler import Batch, Done
from consumers.runtime.metrics import CommonMetrics, RouterMetrics

log = structlog.get_logger()


class RouterCounts:
    """The metrics of the router."""

    def __init__(self, metrics: RouterMetrics, common: CommonMetrics, clock: TimeSource) -> None:
        self._metrics = metrics
        self._common = common
        self._clock = clock

    def use(self, rules: Rules, _: object) -> None:
        """Other rules: their channels have labels of their own from now on."""
        self._metrics.know(rules.channels)

    def __call__(self, done: Batch) -> None:
        metrics = self._metrics
        for channel, messages in done.channels.items():
            metrics.received.labels(metrics.channel(channel)).inc(messages)
        for complaint, routed in done.routed.items():
            if complaint in done.fresh:
                self._routed(routed, metrics.channel(routed.channel))
        metrics.duplicates.inc(done.repeats + len(done.routed) - len(done.fresh))
        for other in done.others:
            if isinstance(other, Parked):
                self._common.parked.labels(other.reason).inc()
        seconds = time.perf_counter() - done.began
        for _ in range(done.messages):
            metrics.routing.observe(seconds)

    def _routed(self, routed: Done, channel: str) -> None:
        metrics, decision = self._metrics, routed.decision
        if decision.agency is None:
            metrics.triaged.labels(channel).inc()
        else:
            metrics.routed.labels(decision.agency).inc()
        if routed.submitted_at is not None:
            age = (self._clock.now() - routed.submitted_at).total_seconds()
            metrics.age.observe(max(age, 0.0))


def log_batch(done: Batch) -> None:
    """One line a complaint: ids and codes only."""
    for complaint, routed in done.routed.items():
        if complaint in done.fresh:
            decision = routed.decision
            log.info(
                "complaint.routed" if decision.agency else "complaint.triaged",
                event_id=routed.publish[0].message_id,
                channel=routed.channel,
                agency=decision.agency,
                rule=decision.rule,
                confidence=decision.confidence,
            )
    for other in done.others:
        if isinstance(other, Parked):
            log.info("complaint.parked", channel=other.channel, reason=other.reason)
