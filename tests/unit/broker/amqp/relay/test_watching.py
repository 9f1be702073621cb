"""What passes on one connection is written down, and goes on unless a fault wants otherwise."""

from collections.abc import Iterable

import pamqp.frame
import pytest
from pamqp import base, commands, header

from broker.amqp.relay.seen import Delivered, Fault, Faults, Link, Published, Seen
from broker.amqp.relay.splitting import Frame
from broker.amqp.relay.watching import Watching


class Line:
    """A connection on which one channel is used."""

    def __init__(self) -> None:
        self.seen, self.link, self.faults = Seen(), Link(1), Faults()
        self.watching = Watching(self.seen, self.link, self.faults)

    def client(self, *methods: base.Frame) -> list[bytes | None]:
        return [self.watching.from_client(frame(method)) for method in methods]

    def server(self, *methods: base.Frame) -> list[bytes | None]:
        return [self.watching.from_server(frame(method)) for method in methods]

    def publishes(self, body: bytes = b"{}", **flags: bool) -> Published:
        """One message of the client's, in two frames of body."""
        self.client(
            commands.Basic.Publish(exchange="complaints.intake", routing_key="web", **flags)
        )
        for one in content(body):
            assert self.watching.from_client(one) == one.raw
        return self.seen.published[-1]

    def delivers(self, tag: int) -> Delivered:
        deliver = commands.Basic.Deliver(
            consumer_tag="c", delivery_tag=tag, exchange="e", routing_key="routed.dlh.web"
        )
        self.server(deliver)
        for one in content(b"{}"):
            self.watching.from_server(one)
        return self.seen.delivered[-1]


def frame(method: base.Frame) -> Frame:
    return Frame(1, 1, pamqp.frame.marshal(method, 1))


def content(body: bytes) -> Iterable[Frame]:
    properties = commands.Basic.Properties(message_id="m", delivery_mode=2)
    yield Frame(2, 1, pamqp.frame.marshal(header.ContentHeader(0, len(body), properties), 1))
    for part in (body[:1], body[1:]):
        yield Frame(3, 1, b"\x03\x00\x01" + len(part).to_bytes(4, "big") + part + b"\xce")


@pytest.fixture
def line() -> Line:
    return Line()


def test_a_publish_is_written_down_with_its_flags(line: Line) -> None:
    line.client(commands.Confirm.Select())
    published = line.publishes(b'{"text": "a"}', mandatory=True)
    assert (published.mandatory, published.confirms) == (True, True)
    assert (published.body, published.size) == (b'{"text": "a"}', 13)
    assert published.properties.message_id == "m"


def test_a_confirm_for_several_is_one_for_each(line: Line) -> None:
    line.client(commands.Confirm.Select())
    both = [line.publishes(), line.publishes()]
    line.server(commands.Basic.Ack(delivery_tag=2, multiple=True))
    assert [one.outcome for one in both] == ["ack", "ack"]


def test_a_confirm_that_is_to_be_lost_does_not_go_on(line: Line) -> None:
    line.faults.at_publish = lambda _: Fault.LOSE_CONFIRM
    line.client(commands.Confirm.Select())
    published = line.publishes()
    assert line.server(commands.Basic.Ack(delivery_tag=1)) == [None]
    assert (published.outcome, line.link.cut) == ("lost", True)


def test_a_publish_without_confirms_is_lost_at_once(line: Line) -> None:
    line.faults.at_publish = lambda _: Fault.LOSE_CONFIRM
    line.publishes()
    assert line.link.cut


def test_a_confirm_of_what_is_to_be_refused_becomes_a_refusal(line: Line) -> None:
    line.faults.at_publish = lambda _: Fault.REFUSE
    line.client(commands.Confirm.Select())
    published = line.publishes()
    [raw] = line.server(commands.Basic.Ack(delivery_tag=1))
    assert raw == pamqp.frame.marshal(commands.Basic.Nack(delivery_tag=1, requeue=False), 1)
    assert published.outcome == "nack"


def test_an_answer_is_written_down_with_its_delivery(line: Line) -> None:
    line.client(
        commands.Basic.Qos(prefetch_count=5),
        commands.Basic.Consume(queue="agency.dlh", consumer_tag="c"),
    )
    first, second, third = (line.delivers(tag) for tag in (1, 2, 3))
    line.client(
        commands.Basic.Ack(delivery_tag=2, multiple=True),
        commands.Basic.Nack(delivery_tag=3, requeue=True),
    )
    assert [one.answer for one in (first, second, third)] == ["ack", "ack", "requeue"]
    assert (first.queue, line.seen.consumptions[0].prefetch) == ("agency.dlh", 5)
    assert [one.outstanding for one in (first, second, third)] == [0, 1, 2]


def test_a_consumer_that_rabbitmq_names_is_known(line: Line) -> None:
    line.client(commands.Basic.Consume(queue="agency.dlh", no_ack=True))
    line.server(commands.Basic.ConsumeOk(consumer_tag="c"))
    assert (line.delivers(1).queue, line.delivers(2).no_ack) == ("agency.dlh", True)


def test_the_connection_is_lost_over_a_delivery(line: Line) -> None:
    line.faults.at_delivery = lambda _: True
    line.client(commands.Basic.Consume(queue="agency.dlh", consumer_tag="c"))
    assert line.delivers(1).cut
    assert line.link.cut


def test_what_is_declared_is_written_down_and_looking_is_not(line: Line) -> None:
    line.client(
        commands.Queue.Declare(queue="q", passive=True),
        commands.Queue.Declare(queue="mine"),
        commands.Queue.Purge(queue="agency.dlh"),
    )
    deeds = [(deed.what, deed.about) for deed in line.seen.deeds]
    assert deeds == [("queue.declare", "mine"), ("queue.purge", "agency.dlh")]


def test_a_method_that_cannot_be_read_goes_on(line: Line) -> None:
    odd = Frame(1, 1, b"\x01\x00\x01\x00\x00\x00\x04\x00\x3c\x00\x28\xce")
    assert line.watching.from_client(odd) == odd.raw
    assert line.seen.deeds[0].what == "unreadable"
