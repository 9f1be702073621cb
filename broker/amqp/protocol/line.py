"""What a channel needs of its connection, and what it says when RabbitMQ has closed it."""

from typing import Protocol

from pamqp import base

from broker.errors import BrokerUnavailable


class ChannelClosed(BrokerUnavailable):
    """RabbitMQ closed the channel; ``code``: 403 not permitted, 404 no such object, and the like
    (AMQP 0-9-1, section 1.1)."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


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
