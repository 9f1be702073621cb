"""Every metric of the contract is there, under exactly those labels."""

import pytest
from prometheus_client.metrics import MetricWrapperBase

from scripts.documents.metrics import families, full_name

CONTRACT = {
    "pintu_complaints_received_total": ("channel",),
    "pintu_complaints_routed_total": ("agency",),
    "pintu_complaints_triaged_total": ("channel",),
    "pintu_messages_parked_total": ("reason",),
    "pintu_duplicates_total": (),
    "pintu_routing_seconds": (),
    "pintu_intake_age_seconds": (),
    "pintu_updates_total": ("verb", "outcome"),
    "pintu_escalations_total": ("clock", "rung"),
    "pintu_escalation_lag_seconds": (),
    "pintu_cases": ("agency", "state"),
    "pintu_cases_overdue": ("agency", "clock"),
    "pintu_broker_connected": (),
    "pintu_broker_blocked": (),
    "pintu_ready": ("part",),
    "pintu_condition_since_seconds": ("part", "condition"),
    "pintu_queue_messages": ("queue",),
    "pintu_queue_members_missing": (),
    "pintu_parked_messages": ("reason", "from"),
    "pintu_triage_oldest_seconds": (),
    "pintu_watermark_age_seconds": (),
    "pintu_last_routed_timestamp_seconds": (),
    "pintu_build_info": ("version", "rules"),
}
"""Written out: outsiders' dashboards name them so."""

MADE = {
    full_name(one): tuple(one._labelnames) if isinstance(one, MetricWrapperBase) else ()
    for _, _, found in families()
    for one in found
}


@pytest.mark.parametrize("name", CONTRACT)
def test_it_is_there_under_these_labels(name: str) -> None:
    assert MADE.get(name) == CONTRACT[name]
