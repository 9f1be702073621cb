"""What the case consumer counts and logs of a batch that was recorded."""

from config.logging import log_lines
from consumers.cases.handler import Batch
from consumers.runtime.log_sample import EVERY, LogSample
from consumers.runtime.metrics import CaseMetrics, CommonMetrics, EscalationMetrics


class CaseCounts:
    """The metrics of the case consumer."""

    def __init__(
        self, metrics: CaseMetrics, escalations: EscalationMetrics, common: CommonMetrics
    ) -> None:
        self._metrics = metrics
        self._escalations = escalations
        self._common = common

    def __call__(self, done: Batch) -> None:
        if done.done is None:
            return
        case_batch = done.done.case_batch
        for (verb, outcome), number in case_batch.updates.items():
            self._metrics.updates.labels(verb, outcome).inc(number)
        for reason, number in case_batch.parked.items():
            self._common.parked.labels(reason).inc(number)
        self._escalations.count(case_batch.history)


def log_batch(done: Batch, sample: LogSample = EVERY) -> None:
    """One line a change of the cases in the sample, and of what was parked: ids and codes only."""
    if done.done is None:
        return
    case_batch = done.done.case_batch
    with log_lines() as log:
        for reason, number in case_batch.parked.items():
            log.info("update.parked", reason=reason, messages=number)
        for line in case_batch.lines:
            if not sample(line.complaint):
                continue
            log.info(
                "case.changed",
                what=line.what,
                by=line.by,
                state=line.state,
                agency=line.agency,
                event_id=line.event_id,
            )
