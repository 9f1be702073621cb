"""What RabbitMQ says when it refuses a declaration, in words. Texts as 3.10.8 sends them."""

import pytest

from broker.amqp.address import parse_address
from broker.amqp.topology import explain
from broker.amqp.topology.management import _is_named_after, management_urls
from broker.messaging.topology import Queue, topology

ALL = topology(["dpupr"], ["web"], broker_version=(3, 10, 8))


def the(name: str) -> Queue:
    return next(queue for queue in ALL.queues if queue.name == name)


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        (
            "PRECONDITION_FAILED - inequivalent arg 'x-delivery-limit' for queue 'agency.dpupr' in"
            " vhost '/': received '50' but current is '51'",
            "x-delivery-limit is 51, should be 50",
        ),
        (
            "PRECONDITION_FAILED - inequivalent arg 'x-overflow' for queue 'agency.dpupr' in"
            " vhost '/': received none but current is the value 'reject-publish' of type 'longstr'",
            "x-overflow is reject-publish, should be not set",
        ),
        (
            "PRECONDITION_FAILED - inequivalent arg 'x-dead-letter-exchange' for queue"
            " 'agency.dpupr' in vhost 'a b': received the value 'complaints.parked' of type"
            " 'longstr' but current is none",
            "x-dead-letter-exchange is not set, should be complaints.parked",
        ),
        (
            "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'agency.dpupr' in vhost"
            " '/': received 'true' but current is 'false'",
            "durable is false, should be true",
        ),
        ("PRECONDITION_FAILED - something new", "PRECONDITION_FAILED - something new"),
    ],
)
def test_a_refusal_names_the_queue_the_argument_and_what_to_do(refusal: str, says: str) -> None:
    difference = explain.refused_queue(the("agency.dpupr"), refusal)
    assert difference.what == "queue agency.dpupr"
    assert difference.says == says
    assert "delete_queue agency.dpupr --if-empty" in difference.remedy
    assert difference.serious


def test_another_retention_of_a_copy_is_not_serious() -> None:
    refusal = (
        "PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'channel.web' in vhost"
        " '/': received '7776000000' but current is '1000'"
    )
    assert not explain.refused_queue(the("channel.web"), refusal).serious


def test_nobody_is_told_to_delete_the_audit_trail_without_a_copy() -> None:
    refusal = (
        "PRECONDITION_FAILED - inequivalent arg 'x-max-age' for queue 'audit' in vhost '/':"
        " received '7776000s' but current is '1D'"
    )
    assert "deletes its history" in explain.refused_queue(the("audit"), refusal).remedy


def test_an_exchange_that_cannot_be_declared_is_named() -> None:
    refusal = (
        "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'complaints.intake' in vhost"
        " '/': received 'topic' but current is 'direct'"
    )
    exchange = next(e for e in ALL.exchanges if e.name == "complaints.intake")
    difference = explain.refused_exchange(exchange, refusal)
    assert (difference.what, difference.says) == (
        "exchange complaints.intake",
        "type is direct, should be topic",
    )


@pytest.mark.parametrize(
    ("amqp", "apis"),
    [
        ("amqp://guest:secret@rabbit/", ["http://rabbit:15672"]),
        ("amqp://rabbit:5673/pengaduan", ["http://rabbit:15672"]),
        ("amqps://u:p@[::1]:5671/%2Fa", ["https://[::1]:15671"]),
        ("amqp://u:p@one:5672,two:5673/", ["http://one:15672", "http://two:15672"]),
    ],
)
def test_the_management_api_is_derived_from_the_amqp_url(amqp: str, apis: list[str]) -> None:
    assert [url.rstrip("/") for url in management_urls(parse_address(amqp))] == apis


@pytest.mark.parametrize(
    ("told", "node", "same"),
    [
        ("rabbit@two.example.org", "rabbit@two", True),
        ("rabbit@two.example.org", "rabbit@two.example.org", True),
        ("pintu-1@vm", "pintu-1@localhost", True),
        ("rabbit@two.example.org", "rabbit@three", False),
        ("rabbit@two", "other@two", False),
        ("complaints", "rabbit@two", False),
    ],
)
def test_a_cluster_without_a_name_is_known_by_its_nodes(told: str, node: str, same: bool) -> None:
    assert _is_named_after(told, node) is same
