"""What leaves the router: envelopes, properties and data as the contract has them."""

import json
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from tests.acceptance.clients import Node, client
from tests.acceptance.outside import Message, Outside

TRACE = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


def send(
    town: Outside, data: dict[str, Any], mark: str, *, channel: str = "web", **properties: Any
) -> None:
    event = {
        "specversion": "1.0",
        "id": mark,
        "source": f"/channels/{channel}",
        "type": "complaint.submitted.v1",
        "time": "2025-02-04T09:00:00+07:00",
        "data": data,
    }
    properties.setdefault("content_type", "application/cloudevents+json")
    town.publish(channel, json.dumps(event).encode(), **properties)


def one(messages: list[Message], queue: str) -> Message:
    [message] = [message for message in messages if message.queue == queue]
    return message


def test_a_routed_complaint_says_everything_the_contract_promises(town: Outside, mark: str) -> None:
    data = {
        "text": f"sampah tidak diangkut {mark}",
        "title": "Sampah",
        "occurred_at": "2025-02-03T08:00:00+07:00",
        "classification": "aspiration",
        "location": {"village": "Rias", "address": "Jl. Merdeka 1", "latitude": -2.99},
        "reporter": {"name": "Ani", "phone": "0812-0000-0001"},
        "confidential": True,
        "attachments": [{"url": "https://files.example/1.jpg", "size": 10}],
        "follows": "YWWD-XYKC-XDE1",
        "external_id": "8923456",
        "extra": {"ticket": 7},
    }
    send(town, data, mark)
    [message] = town.arrived(mark)
    complaint = str(uuid5(NAMESPACE_URL, f"/channels/web#{mark}"))
    event = message.event
    assert event.keys() == {
        *("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data")
    }
    assert event["source"] == "/pintu/router"
    assert event["type"] == "complaint.routed.v1"
    assert event["subject"] == complaint
    assert event["id"] == str(uuid5(UUID(complaint), f"{mark}|complaint.routed.v1|dlh"))
    assert message.data["complaint"] == data | {"anonymous": False}
    decision = message.data.pop("decision")
    del message.data["complaint"]
    assert decision.keys() == {
        *("rule", "because", "table", "topic", "region", "oversight", "confidence"),
        *("alternatives", "hops", "previous", "warnings", "similar"),
    }
    assert (decision["topic"], decision["region"]) == ("waste", "99.01.01.2001")
    assert (decision["table"], decision["hops"], decision["previous"]) == ("1", 0, [])
    assert "sampah tidak diangkut" in decision["because"]


def test_the_rest_of_a_routed_complaints_data(town: Outside, mark: str) -> None:
    send(town, {"text": f"sampah tidak diangkut {mark}"}, mark)
    [message] = town.arrived(mark)
    data = message.data
    assert data.keys() == {
        *("complaint_id", "tracking", "agency", "role", "channel", "complaint", "decision"),
        *("received_at", "routed_at", "respond_by", "resolve_by", "of"),
    }
    assert data["of"] == {"source": "/channels/web", "id": mark}
    assert (data["agency"], data["role"], data["channel"]) == ("dlh", "lead", "web")
    assert data["complaint_id"] == message.event["subject"]
    assert len(data["tracking"].replace("-", "")) >= 11
    moments = [
        datetime.fromisoformat(data[name])
        for name in ("received_at", "routed_at", "respond_by", "resolve_by")
    ]
    assert moments == sorted(moments)
    assert all(moment.tzinfo for moment in moments)
    assert (moments[2].hour, moments[2].minute) == (16, 0)


def test_the_amqp_properties_are_those_of_the_contract(town: Outside, mark: str) -> None:
    send(town, {"text": f"sampah tidak diangkut {mark}"}, mark)
    [message] = town.arrived(mark)
    properties = message.properties
    assert message.exchange == "complaints.events"
    assert properties.content_type == "application/cloudevents+json"
    assert properties.message_id == message.event["id"]
    assert properties.type == "complaint.routed.v1"
    assert properties.delivery_mode == 2
    assert properties.content_encoding is None
    unset = (
        "priority",
        "correlation_id",
        "reply_to",
        "expiration",
        "timestamp",
        "user_id",
        "app_id",
    )
    assert [name for name in unset if getattr(properties, name) is not None] == []


def test_only_the_trace_goes_on_of_what_came_in(town: Outside, mark: str) -> None:
    headers = TRACE | {
        "tracestate": "vendor=1",
        "CC": ["web"],
        "BCC": ["web"],
        "x-death": [{"queue": "agency.dlh", "reason": "rejected", "count": 3}],
        "x-delivery-count": 40,
        "x-first-death-queue": "agency.dlh",
        "Traceparent-2": "x",
        "authorization": "secret",
    }
    send(
        town,
        {"text": f"sampah tidak diangkut {mark}"},
        mark,
        headers=headers,
        priority=9,
        correlation_id="c",
        reply_to="r",
        expiration="600000",
        app_id="a",
        timestamp=1,
    )
    # CC and BCC: RabbitMQ itself put two more copies into the intake, which are repeats.
    [message] = town.arrived(mark)
    assert message.headers == TRACE | {"tracestate": "vendor=1"}
    assert message.properties.expiration is None
    assert message.properties.priority is None
    assert message.properties.correlation_id is None


def test_a_trace_that_is_no_trace_stays_behind(town: Outside, mark: str) -> None:
    send(
        town, {"text": f"sampah {mark}"}, mark, headers={"traceparent": 7, "tracestate": "x" * 600}
    )
    [message] = town.arrived(mark)
    assert message.headers == {}


def test_a_supporting_agency_gets_the_complaint_too_with_a_response_clock_only(
    town: Outside, mark: str
) -> None:
    send(town, {"text": f"lampu jalan mati {mark}"}, mark)
    messages = town.arrived(mark, 2)
    lead, supporting = one(messages, "agency.dishub"), one(messages, "agency.pln")
    assert len(messages) == 2
    assert (lead.data["role"], lead.key) == ("lead", "routed.dishub.web")
    assert (supporting.data["role"], supporting.key) == ("supporting", "routed.pln.web")
    assert supporting.data["agency"] == "pln"
    assert supporting.data["respond_by"] and supporting.data["resolve_by"] is None
    assert supporting.data["complaint_id"] == lead.data["complaint_id"]
    assert supporting.event["id"] != lead.event["id"]


def test_what_nobody_can_name_an_agency_for_goes_to_triage(town: Outside, mark: str) -> None:
    send(town, {"text": f"kapan diperbaiki {mark}"}, mark, channel="sms")
    [message] = town.arrived(mark)
    assert (message.queue, message.key) == ("triage", "triaged.triage.sms")
    assert message.event["type"] == message.properties.type == "complaint.triaged.v1"
    assert message.data["agency"] is None
    assert message.data["respond_by"] is message.data["resolve_by"] is None
    assert message.data["decision"]["because"]


def test_the_agency_that_the_reporter_picked_decides(town: Outside, mark: str) -> None:
    send(town, {"text": f"halo {mark}", "agency": "Dinas Perhubungan"}, mark)
    messages = town.arrived(mark)
    assert {m.queue for m in messages} == {"agency.dishub"}
    assert messages[0].data["decision"]["rule"] == "picked"


def test_a_bad_optional_field_is_left_out_named_and_not_quoted(town: Outside, mark: str) -> None:
    data = {
        "text": f"sampah {mark}",
        "occurred_at": "kemarin",
        "classification": "rahasia-negara",
        "location": {"latitude": 999, "village": "Rias"},
        "attachments": [{"url": 5}, {"url": "https://files.example/2.jpg"}],
        "extra": [1],
    }
    send(town, data, mark)
    [message] = town.arrived(mark)
    complaint = message.data["complaint"]
    assert complaint["classification"] == "complaint"
    assert complaint["location"] == {"village": "Rias"}
    assert complaint["attachments"] == [{"url": "https://files.example/2.jpg"}]
    assert "occurred_at" not in complaint and "extra" not in complaint
    warnings = message.data["decision"]["warnings"]
    assert [w.split(":")[0] for w in warnings] == [
        *("occurred_at", "classification", "location.latitude", "attachments.0.url", "extra")
    ]
    assert not any(word in str(warnings) for word in ("kemarin", "rahasia-negara", "999"))


def test_a_source_of_another_channel_is_replaced_with_a_warning(town: Outside, mark: str) -> None:
    event = {
        "specversion": "1.0",
        "id": mark,
        "source": "/channels/sms",
        "type": "complaint.submitted.v1",
        "data": {"text": f"sampah {mark}"},
    }
    town.publish("web", json.dumps(event).encode())
    [message] = town.arrived(mark)
    assert message.data["channel"] == "web"
    assert message.data["complaint_id"] == str(uuid5(NAMESPACE_URL, f"/channels/web#{mark}"))
    assert any(w.startswith("source") for w in message.data["decision"]["warnings"])


def test_a_node_client_sees_the_same_properties(town: Outside, mark: str) -> None:
    node = client("node", town.url)
    assert isinstance(node, Node)
    send(town, {"text": f"pungli {mark}"}, mark, headers=TRACE)
    town.wait_for("agency.inspektorat", 1)
    [message] = node.messages("agency.inspektorat")
    assert message["fields"]["routingKey"] == "routed.inspektorat.web"
    properties = message["properties"]
    assert properties["contentType"] == "application/cloudevents+json"
    assert properties["type"] == "complaint.routed.v1"
    # RabbitMQ before 4.0 counts the deliveries from the first one on.
    assert properties["headers"].pop("x-delivery-count", 0) == 0
    assert properties["headers"] == TRACE
    assert properties["deliveryMode"] == 2


@pytest.mark.parametrize("size", [1024 * 1024, 1024 * 1024 + 1])
def test_a_mebibyte_is_routed_and_a_byte_more_is_parked(
    town: Outside, mark: str, size: int
) -> None:
    text = f"sampah tidak diangkut {mark} "
    body = (text + "x" * (size - len(text))).encode()
    town.publish("web", body, message_id=mark)
    messages = town.arrived(mark)
    if size == 1024 * 1024:
        assert [m.queue for m in messages] == ["agency.dlh"]
        assert messages[0].data["complaint"]["text"] == body.decode()
    else:
        assert one(messages, "parked").body == body
        assert one(messages, "parked").headers["parked-reason"] == "too-large"
