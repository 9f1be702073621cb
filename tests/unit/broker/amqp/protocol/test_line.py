"""What it means that RabbitMQ closed a channel."""

from broker.amqp.protocol.line import ChannelClosed, closed_by, in_words
from broker.errors import BrokerUnavailable, NotPermitted


def test_what_is_not_permitted_stays_so_under_every_name() -> None:
    refused = closed_by(403, "ACCESS_REFUSED - access to queue 'parked'")
    assert isinstance(refused, NotPermitted)
    told = in_words("queue parked", refused)
    assert isinstance(told, NotPermitted)
    assert str(told) == f"queue parked: {refused}"


def test_what_is_not_there_may_be_there_later() -> None:
    missing = closed_by(404, "NOT_FOUND - no queue 'parked'")
    assert isinstance(missing, ChannelClosed)
    assert type(in_words("queue parked", missing)) is BrokerUnavailable
