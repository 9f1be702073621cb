"""The metrics of the contract, on a registry of their own. No complaint id, no citizen's data."""

from prometheus_client import disable_created_metrics

from consumers.runtime.metrics.cases import CaseMetrics, EscalationMetrics
from consumers.runtime.metrics.certificates import CertificateMetrics
from consumers.runtime.metrics.gateway import AttachmentMetrics, GatewayMetrics
from consumers.runtime.metrics.learning import LearningMetrics
from consumers.runtime.metrics.mail import MailMetrics
from consumers.runtime.metrics.process import (
    BuildMetrics,
    ClockMetrics,
    CommonMetrics,
    HealthMetrics,
    RulesMetrics,
)
from consumers.runtime.metrics.router import RouterMetrics
from consumers.runtime.metrics.store import StoreMetrics
from consumers.runtime.metrics.topology import ParkedMetrics, TopologyMetrics
from consumers.runtime.metrics.webhooks import WebhookMetrics

# The time at which each series began says nothing here and doubles the page.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no types there

__all__ = [
    "AttachmentMetrics",
    "BuildMetrics",
    "CaseMetrics",
    "CertificateMetrics",
    "ClockMetrics",
    "CommonMetrics",
    "EscalationMetrics",
    "GatewayMetrics",
    "HealthMetrics",
    "LearningMetrics",
    "MailMetrics",
    "ParkedMetrics",
    "RouterMetrics",
    "RulesMetrics",
    "StoreMetrics",
    "TopologyMetrics",
    "WebhookMetrics",
]
