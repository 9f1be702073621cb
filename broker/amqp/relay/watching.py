"""One connection of a foreign client, followed frame by frame in both directions."""

from dataclasses import dataclass, field

import pamqp.frame
from pamqp import base, commands

from broker.amqp.protocol import decode
from broker.amqp.relay.seen import (
    MOST_KEPT,
    Consumption,
    Deed,
    Delivered,
    Fault,
    Faults,
    Link,
    Published,
    Seen,
)
from broker.amqp.relay.splitting import BODY, HEADER, METHOD, Frame

Content = Published | Delivered

_QUIET = ("Connection.", "Channel.", "Confirm.", "Basic.")
"""Methods that change nothing of RabbitMQ's; those that are judged are told apart before."""


@dataclass(slots=True)
class _Channel:
    confirms: bool = False
    sent: list[Published] = field(default_factory=list)
    prefetch: int = 0
    whole_channel: int = 0
    consumers: dict[str, Consumption] = field(default_factory=dict)
    unnamed: Consumption | None = None
    asked: Consumption | None = None
    deliveries: dict[int, Delivered] = field(default_factory=dict)
    to_server: tuple[Content, int] | None = None
    to_client: tuple[Content, int] | None = None


class Watching:
    """Writes down what passes. Frames go on as they are, but for those that a fault changes.

    A link that is ``cut`` passes nothing more on.
    """

    def __init__(self, seen: Seen, link: Link, faults: Faults) -> None:
        self._seen = seen
        self._link = link
        self._faults = faults
        self._channels: dict[int, _Channel] = {}

    def from_client(self, frame: Frame) -> bytes | None:
        """What goes on to RabbitMQ of a frame of the client's."""
        channel = self._channel(frame)
        if frame.kind == METHOD:
            self._client_method(channel, frame)
        elif frame.kind in (HEADER, BODY):
            channel.to_server, whole = _filled(channel.to_server, frame)
            if isinstance(whole, Published):
                self._publish_is_whole(whole)
        return frame.raw

    def from_server(self, frame: Frame) -> bytes | None:
        """What goes on to the client of a frame of RabbitMQ's."""
        channel = self._channel(frame)
        if frame.kind == METHOD:
            return self._server_method(channel, frame)
        if frame.kind in (HEADER, BODY):
            channel.to_client, whole = _filled(channel.to_client, frame)
            if isinstance(whole, Delivered):
                self._news()
                if self._faults.at_delivery(whole):
                    whole.cut = True
                    self._link.cut = True
        return frame.raw

    def _channel(self, frame: Frame) -> _Channel:
        return self._channels.setdefault(frame.channel, _Channel())

    def _client_method(self, channel: _Channel, frame: Frame) -> None:
        try:
            method = decode.method(frame.payload)
        except decode.BadFrame as why:
            self._did("unreadable", str(why))
            return
        match method:
            case commands.Connection.StartOk():
                properties = method.client_properties or {}
                self._link.product = str(properties.get("product", ""))
            case commands.Channel.Open():
                self._channels[frame.channel] = _Channel()
            case commands.Confirm.Select():
                channel.confirms = True
            case commands.Basic.Qos():
                if method.global_:
                    channel.whole_channel = method.prefetch_count
                else:
                    channel.prefetch = method.prefetch_count
            case commands.Basic.Consume():
                self._consumes(channel, method)
            case commands.Basic.Get():
                self._asks(channel, method)
            case commands.Basic.Publish():
                published = Published(
                    self._link.number,
                    self._seen.next(),
                    method.exchange or "",
                    method.routing_key or "",
                    bool(method.mandatory),
                    channel.confirms,
                )
                channel.sent.append(published)
                channel.to_server = (published, -1)
            case commands.Basic.Ack():
                self._answers(channel, method.delivery_tag, "ack", bool(method.multiple))
            case commands.Basic.Reject():
                self._answers(channel, method.delivery_tag, _refusal(method.requeue), several=False)
            case commands.Basic.Nack():
                answer = _refusal(method.requeue)
                self._answers(channel, method.delivery_tag, answer, bool(method.multiple))
            case _ if not method.name.startswith(_QUIET):
                self._other(method)
            case _:
                pass

    def _consumes(self, channel: _Channel, method: commands.Basic.Consume) -> None:
        consumption = Consumption(
            self._link.number,
            method.queue or "",
            bool(method.no_ack),
            bool(method.exclusive),
            channel.prefetch or channel.whole_channel,
        )
        self._seen.consumptions.append(consumption)
        if method.consumer_tag:
            channel.consumers[method.consumer_tag] = consumption
        else:
            channel.unnamed = consumption
        self._news()

    def _asks(self, channel: _Channel, method: commands.Basic.Get) -> None:
        queue, no_ack = method.queue or "", bool(method.no_ack)
        known = channel.asked
        if known is None or (known.queue, known.no_ack) != (queue, no_ack):
            channel.asked = Consumption(
                self._link.number, queue, no_ack, exclusive=False, prefetch=1, asked=True
            )
            self._seen.consumptions.append(channel.asked)
            self._news()

    def _publish_is_whole(self, published: Published) -> None:
        self._seen.published.append(published)
        published.fault = self._faults.at_publish(published)
        self._news()
        if published.fault is Fault.LOSE_CONFIRM and not published.confirms:
            published.outcome = "lost"
            self._link.cut = True

    def _answers(self, channel: _Channel, tag: int | None, answer: str, several: bool) -> None:
        up_to = tag or 0
        known = channel.deliveries
        tags = [one for one in known if one <= up_to or not up_to] if several else [up_to]
        for one in tags:
            if (delivered := known.pop(one, None)) is not None:
                delivered.answer, delivered.answer_order = answer, self._seen.next()
        self._news()

    def _other(self, method: base.Frame) -> None:
        arguments = dict(method)
        if arguments.get("passive"):
            return
        named = [str(arguments[name]) for name in ("queue", "exchange") if arguments.get(name)]
        self._did(method.name.lower(), " ".join(named))

    def _server_method(self, channel: _Channel, frame: Frame) -> bytes | None:
        payload = frame.payload
        if payload[:4] == decode.ACK:
            return self._confirmed(channel, frame)
        try:
            method = decode.method(payload)
        except decode.BadFrame:
            return frame.raw
        match method:
            case commands.Basic.ConsumeOk():
                if channel.unnamed is not None:
                    channel.consumers[method.consumer_tag or ""] = channel.unnamed
                    channel.unnamed = None
            case commands.Basic.Deliver():
                consumption = channel.consumers.get(method.consumer_tag or "")
                self._delivers(channel, consumption, method)
            case commands.Basic.GetOk():
                self._delivers(channel, channel.asked, method)
            case commands.Basic.Nack():
                for published in _covered(channel, method.delivery_tag, bool(method.multiple)):
                    published.outcome, published.outcome_order = "nack", self._seen.next()
            case commands.Connection.OpenOk():
                self._link.opened = True
                self._news()
            case commands.Channel.Close() | commands.Connection.Close():
                self._did("refused", f"{method.reply_code} {method.reply_text}")
            case _:
                pass
        return frame.raw

    def _delivers(
        self,
        channel: _Channel,
        consumption: Consumption | None,
        method: commands.Basic.Deliver | commands.Basic.GetOk,
    ) -> None:
        queue = consumption.queue if consumption else ""
        no_ack = consumption is not None and consumption.no_ack
        waiting = sum(1 for one in channel.deliveries.values() if one.queue == queue)
        delivered = Delivered(
            self._link.number,
            self._seen.next(),
            queue,
            method.delivery_tag or 0,
            method.routing_key or "",
            bool(method.redelivered),
            no_ack,
            waiting,
        )
        if not no_ack:
            channel.deliveries[delivered.tag] = delivered
        self._seen.delivered.append(delivered)
        channel.to_client = (delivered, -1)

    def _confirmed(self, channel: _Channel, frame: Frame) -> bytes | None:
        tag, several = decode.confirmed(frame.payload)
        covered = _covered(channel, tag, several)
        faults = {published.fault for published in covered}
        outcome = "ack"
        if Fault.LOSE_CONFIRM in faults:
            outcome = "lost"
            self._link.cut = True
        elif Fault.REFUSE in faults:
            outcome = "nack"
        for published in covered:
            published.outcome, published.outcome_order = outcome, self._seen.next()
        self._news()
        if outcome == "nack":
            nack = commands.Basic.Nack(delivery_tag=tag, multiple=several, requeue=False)
            return pamqp.frame.marshal(nack, frame.channel)
        return None if outcome == "lost" else frame.raw

    def _did(self, what: str, about: str) -> None:
        self._seen.deeds.append(Deed(self._link.number, what, about))
        self._news()

    def _news(self) -> None:
        self._seen.news.set()


def _filled(
    content: tuple[Content, int] | None, frame: Frame
) -> tuple[tuple[Content, int] | None, Content | None]:
    """Content with one frame more, and how many bytes are missing; the content once it is whole."""
    if content is None:  # of a return, or of what could not be read
        return None, None
    what, missing = content
    if frame.kind == HEADER:
        try:
            missing, what.properties = decode.content_header(frame.payload)
        except decode.BadFrame:
            return None, what
        if isinstance(what, Published):
            what.size = missing
    else:
        missing -= len(frame.payload)
        if len(what.body) < MOST_KEPT:
            what.body += frame.payload
    return ((what, missing), None) if missing > 0 else (None, what)


def _covered(channel: _Channel, tag: int | None, several: bool) -> list[Published]:
    """What a confirm speaks for and had no outcome before: the n-th publish has the tag n."""
    tag = tag or len(channel.sent)
    found = channel.sent[:tag] if several else channel.sent[tag - 1 : tag]
    return [published for published in found if published.outcome is None]


def _refusal(requeue: bool | None) -> str:
    return "requeue" if requeue else "reject"
