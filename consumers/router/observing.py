"""What the router counts and logs of a batch that was routed and recorded."""

import time
from collections import Counter
from collections.abc import Sequence

from broker.domain.intake import Parked
from broker.domain.routing.rules import Rules
from broker.ports import TimeSource
from config.logging import log_lines
from consumers.router.handler import Batch, Done
from consumers.runtime.agreed_clock import OUTAGE, TOLERANCE
from consumers.runtime.log_sample import EVERY, LogSample
from consumers.runtime.metrics import CommonMetrics, RouterMetrics


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
        self._routed(done.fresh, time.perf_counter() - done.began)
        metrics.duplicates.inc(done.repeats + len(done.routed) - len(done.fresh))
        parked = Counter(other.reason for other in done.others if isinstance(other, Parked))
        for reason, messages in parked.items():
            self._common.parked.labels(reason).inc(messages)
        metrics.routing.observe_alike(time.perf_counter() - done.began, done.messages)

    def _routed(self, fresh: Sequence[Done], since_taken: float) -> None:
        metrics, now = self._metrics, self._clock.now()
        agencies: Counter[str] = Counter()
        triaged: Counter[str] = Counter()
        ages: list[float] = []
        for routed in fresh:
            if routed.decision.agency is None:
                triaged[routed.channel] += 1
            else:
                agencies[routed.decision.agency] += 1
            if routed.submitted_at is None:
                continue
            age = now - routed.submitted_at
            if -TOLERANCE <= age <= OUTAGE:
                ages.append(max(age.total_seconds(), 0.0))
            else:
                # No age, but a sender's clock or an old paper: it counts from when it was taken.
                ages.append(since_taken)
                metrics.implausible.inc()
        for channel, complaints in triaged.items():
            metrics.triaged.labels(metrics.channel(channel)).inc(complaints)
        for agency, complaints in agencies.items():
            metrics.routed.labels(agency).inc(complaints)
        metrics.age.observe(ages)
        if fresh:
            metrics.last_routed.set(now.timestamp())


def log_batch(done: Batch, sample: LogSample = EVERY) -> None:
    """One line for each complaint in the sample, and for each that was parked: ids and codes
    only."""
    with log_lines() as log:
        for routed in done.fresh:
            if not sample(routed.complaint):
                continue
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
