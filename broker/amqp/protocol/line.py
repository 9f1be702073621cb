"""What a channel needs of its connection, and what it says when RabbitMQ has closed it."""

from typing import Final, Protocol

from pamqp import base

from broker.errors import BrokerUnavailable, NotPermitted

ACCESS_REFUSED: Final = 403


class ChannelClosed(BrokerUnavailable):
    """RabbitMQ closed the channel; ``code``: 403 not permitted, 404 no such object, and the like
    (AMQP 0-9-1, section 1.1)."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class ChannelRefused(ChannelClosed, NotPermitted):
    """The same over what this user may not do (403)."""


def closed_by(code: int, text: str) -> ChannelClosed:
    """What it means that RabbitMQ closed a channel so."""
    return ChannelRefused(code, text) if code == ACCESS_REFUSED else ChannelClosed(code, text)


def in_words(what: str, why: BrokerUnavailable) -> BrokerUnavailable:
    """The same, said of what was tried."""
    kind = NotPermitted if isinstance(why, NotPermitted) else BrokerUnavailable
    return kind(f"{what}: {why}")


class Line(Protocol):
    """What a channel needs of its connection."""

    frame_max: int

    async def ready_to_write(self) -> None:
        """Until there is room for more.

        Raises:
            BrokerUnavailable: the connection is gone.
        """

    def write(self, frames: bytes) -> None: ...

    def send(self, channel: int, method: base.Frame) -> None: ...

    def pause_reading(self) -> None:
        """Read nothing more, until ``resume_reading`` was called as often."""

    def resume_reading(self) -> None: ...

    def forget(self, channel: int) -> None:
        """It is closed: whatever comes on it from now on is no RabbitMQ's."""
