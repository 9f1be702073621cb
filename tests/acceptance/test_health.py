"""What an SRE sees of a router: pages, metrics and log lines."""

import json

from tests.acceptance.outside import Outside
from tests.acceptance.program import Router

METRICS = {
    "pintu_complaints_received_total",
    "pintu_complaints_routed_total",
    "pintu_complaints_triaged_total",
    "pintu_messages_parked_total",
    "pintu_duplicates_total",
    "pintu_routing_seconds",
    "pintu_intake_age_seconds",
    "pintu_broker_connected",
}


def test_a_router_at_work_is_live_and_ready(router: Router, town: Outside) -> None:
    assert router.get("/livez")[0] == 200
    assert router.get("/readyz")[0] == 200


def test_the_metrics_are_those_of_the_contract(router: Router, town: Outside, mark: str) -> None:
    before = {
        "received": router.metric("pintu_complaints_received_total", channel="web"),
        "routed": router.metric("pintu_complaints_routed_total", agency="dishub"),
        "triaged": router.metric("pintu_complaints_triaged_total", channel="web"),
        "other": router.metric("pintu_complaints_received_total", channel="other"),
        "age": router.metric("pintu_intake_age_seconds_count"),
    }
    event = {
        "specversion": "1.0",
        "id": f"{mark}-1",
        "type": "complaint.submitted.v1",
        "time": "2025-02-04T09:00:00+07:00",
        "data": {"text": f"lampu jalan mati {mark}"},
    }
    town.publish("web", json.dumps(event).encode())
    town.publish("web", f"halo {mark}".encode(), message_id=f"{mark}-2")
    town.publish("radio-rimba", f"sampah {mark}".encode(), message_id=f"{mark}-3")
    town.arrived(mark, 4)
    page = router.get("/metrics")[1]
    named = {line.split()[2] for line in page.splitlines() if line.startswith("# TYPE")}
    # The Prometheus text format names a counter with its suffix.
    assert named >= METRICS
    assert router.metric("pintu_complaints_received_total", channel="web") == before["received"] + 2
    assert router.metric("pintu_complaints_routed_total", agency="dishub") == before["routed"] + 1
    assert router.metric("pintu_complaints_triaged_total", channel="web") == before["triaged"] + 1
    assert router.metric("pintu_complaints_received_total", channel="other") == before["other"] + 1
    assert router.metric("pintu_intake_age_seconds_count") == before["age"] + 1
    assert router.metric("pintu_broker_connected") == 1
    assert "radio-rimba" not in page and mark not in page


def test_each_complaint_is_one_log_line_with_codes_only(
    router: Router, town: Outside, mark: str
) -> None:
    town.publish("sms", f"pungli {mark}".encode(), message_id=mark)
    [message] = town.arrived(mark)
    [line] = [li for li in router.log() if li.get("event_id") == message.event["id"]]
    assert line["event"] == "complaint.routed"
    assert line["level"] == "info"
    assert (line["channel"], line["agency"]) == ("sms", "inspektorat")
    assert line["rule"] == message.data["decision"]["rule"]
    assert mark not in router.log_path.read_text()


def test_the_start_is_told_in_one_line(router: Router, town: Outside) -> None:
    [line] = [li for li in router.log() if li["event"] == "router.serves"]
    assert line["tenant"] == "Kota Kecil"
    assert line["agencies"] == 7
    assert "***" in line["broker"]
    password = town.url.split(":")[2].split("@")[0]
    assert password not in router.log_path.read_text()
