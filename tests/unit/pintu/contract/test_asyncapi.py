"""The AsyncAPI document says what the topology does, side by side."""

from typing import Any, Final

import pytest

from broker.messaging import names
from broker.messaging.topology import topology
from pintu.contract.asyncapi.channels import places
from schemas import verbs
from schemas.catalogue import MESSAGES
from tests.unit.pintu.contract.contract import of_schema, parsed

DOCUMENT: Final = parsed("asyncapi.json")
CHANNELS: Final = DOCUMENT["channels"]
OPERATIONS: Final = DOCUMENT["operations"]
OURS: Final = {names.ROUTER_QUEUE, names.CASES_QUEUE, names.PARKED_QUEUE}


def verbs_of(channel: str, kind: str) -> set[str]:
    said = [name.split(".") for name in CHANNELS[channel]["messages"]]
    return {verb for of, verb in said if of == kind}


def test_every_queue_that_others_read_is_a_channel() -> None:
    made = {queue.name for queue in topology(["x"], ["x"], broker_version=(4, 0)).queues} - OURS
    queues = {
        one["address"].replace("{agency}", "x").replace("{channel}", "x")
        for one in CHANNELS.values()
        if one.get("bindings", {}).get("amqp", {}).get("is") == "queue"
    }
    assert queues == made


def test_what_lies_in_a_queue_is_what_its_bindings_let_in() -> None:
    assert verbs_of("agency-queue", "event") == {*verbs.AGENCY_EVENTS}
    assert verbs_of("channel-queue", "event") == {*verbs.CHANNEL_EVENTS}
    assert verbs_of("triage-queue", "event") == {verbs.TRIAGED, *verbs.TRIAGE_EVENTS}
    assert verbs_of("escalations-queue", "event") == {verbs.ESCALATED}
    assert verbs_of("audit-queue", "event") == {*verbs.EVENTS, *verbs.AUDIT_EVENTS}


def test_each_may_say_what_is_for_him_to_say() -> None:
    assert verbs_of("agency-updates", "update") == {*verbs.AGENCY_UPDATES}
    assert verbs_of("desk-updates", "update") == {*verbs.DESK_UPDATES}
    assert verbs_of("channel-updates", "update") == {*verbs.CHANNEL_UPDATES}
    for who in ("agency", "desk", "channel"):
        known = CHANNELS[f"{who}-updates"]["parameters"]["verb"]["enum"]
        assert set(known) == verbs_of(f"{who}-updates", "update")


def test_the_codes_are_those_of_the_directories() -> None:
    agencies = [one["code"] for one in parsed("directories/agencies.json")["agencies"]]
    channels = [one["code"] for one in parsed("directories/channels.json")["channels"]]
    assert CHANNELS["agency-queue"]["parameters"]["agency"]["enum"] == sorted(agencies)
    assert CHANNELS["intake"]["parameters"]["channel"]["enum"] == sorted(channels)


def test_whoever_sends_does_so_persistent_and_mandatory_and_whoever_reads_acknowledges() -> None:
    for operation in OPERATIONS.values():
        binding = operation["bindings"]["amqp"]
        if operation["action"] == "send":
            assert (binding["deliveryMode"], binding["mandatory"]) == (2, True)
        else:
            assert binding["ack"] is True


def test_an_update_is_answered_by_its_receipt() -> None:
    speaking = [one for name, one in OPERATIONS.items() if name.endswith(".speak")]
    assert len(speaking) == 3
    for operation in speaking:
        assert operation["reply"]["channel"] == {"$ref": "#/channels/receipts"}
    assert CHANNELS["receipts"]["address"] is None
    assert "reply" not in OPERATIONS["adapter.submit"]


def resolved(value: Any) -> Any:
    found = DOCUMENT
    for step in value["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def references(value: Any) -> Any:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_reference_leads_somewhere_in_the_document() -> None:
    found = list(references(DOCUMENT))
    assert found
    for one in found:
        assert one["$ref"].startswith("#/")
        assert resolved(one)


@pytest.mark.parametrize("message", MESSAGES, ids=[message.name for message in MESSAGES])
def test_a_message_of_the_document_has_valid_examples(message: Any) -> None:
    found = DOCUMENT["components"]["messages"][message.name]
    schema = {**found["payload"], "components": DOCUMENT["components"]}
    assert found["bindings"]["amqp"]["messageType"] == found["name"] == message.wire_type
    assert found["examples"]
    for example in found["examples"]:
        assert list(of_schema(schema).iter_errors(example["payload"])) == []


def test_an_installation_without_channels_has_a_document_too() -> None:
    class Nobody:
        agencies: Final = ("dlh",)
        channels: Final = ()

    intake = places(Nobody())[0]  # type: ignore[arg-type]  # -- the codes are all that is asked
    assert "enum" not in intake.parameters["channel"]
