"""What the escalations count and log of a step that was recorded."""

import structlog

from consumers.escalations.handler import Step
from consumers.runtime.metrics import EscalationMetrics

log = structlog.get_logger()


class EscalationCounts:
    """The metrics of the escalations, and a line for each step that fired."""

    def __init__(self, metrics: EscalationMetrics) -> None:
        self._metrics = metrics

    def __call__(self, done: Step) -> None:
        if done.steps:
            rungs = self._metrics.count(line for step in done.steps for line in step.history)
            log.info("escalations.fired", cases=len(done.steps), rungs=rungs)
