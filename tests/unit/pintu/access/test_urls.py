"""What a new user is given to connect with."""

import pytest

from broker.amqp.address import parse_address
from pintu.access.urls import url_of


@pytest.mark.parametrize(
    ("given", "theirs", "ours"),
    [
        ("amqp://a:b@h/", "amqp://u:p@h:5672/%2F", "amqp://u:p@h:5672/%2F"),
        ("amqp://a:b@one,[::1]:5/v%20w", *("amqp://u:p@one:5672,[::1]:5/v%20w",) * 2),
        (
            "amqps://a:b@h/v?cafile=/ca.pem&certfile=/c.pem&keyfile=/k.pem&heartbeat=9",
            "amqps://u:p@h:5671/v",
            "amqps://u:p@h:5671/v?cafile=%2Fca.pem",
        ),
        (
            "amqps://a:b@h/v?verify=verify_none",
            "amqps://u:p@h:5671/v",
            "amqps://u:p@h:5671/v?verify=verify_none",
        ),
    ],
)
def test_it_leads_to_the_same_broker(given: str, theirs: str, ours: str) -> None:
    address = parse_address(given)
    assert url_of(address, "u", "p", ours=False) == theirs
    assert url_of(address, "u", "p", ours=True) == ours
    read = parse_address(ours)
    assert (read.hosts, read.vhost, read.user) == (address.hosts, address.vhost, "u")
