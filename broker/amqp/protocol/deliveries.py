"""What has been delivered on a channel and not been taken yet, bounded in bytes and messages."""

import asyncio
from collections import deque
from collections.abc import Callable

from broker.messaging.messages import Incoming
from broker.messaging.portions import is_alone
from schemas import limits


class Deliveries:
    """Messages in the order in which they came.

    ``pause`` and ``resume`` stop and go on with reading from the connection: what RabbitMQ sends
    stays on its side meanwhile. ``bounded`` is False for who has to hold whatever there is.
    """

    def __init__(self, pause: Callable[[], None], resume: Callable[[], None]) -> None:
        self.arrived: deque[Incoming] = deque()
        self.bytes = 0
        """Of their bodies and properties."""
        self.news = asyncio.Event()
        """Set when one has arrived, or when none will."""
        self.holding_back = False
        self.bounded = True
        self.last_tag = 0
        """Of the newest that has arrived."""
        self._sizes: deque[int] = deque()
        self._left = False
        self._pause = pause
        self._resume = resume

    def add(self, message: Incoming, size: int) -> None:
        """One has arrived; ``size``: bytes of its body and properties."""
        if self._left:
            return
        self.arrived.append(message)
        self._sizes.append(size)
        self.bytes += size
        self.last_tag = message.tag
        full = self.bytes > limits.ARRIVED_BYTES or len(self.arrived) >= limits.ARRIVED_MESSAGES
        if full and self.bounded and not self.holding_back:
            self.holding_back = True
            self._pause()
        self.news.set()

    def are_whole(self, most: int) -> bool:
        """Whether what has arrived makes a batch of ``most``, or one of as many bytes or alone."""
        arrived = self.arrived
        return bool(arrived) and (
            len(arrived) >= most
            or self.bytes >= limits.BATCH_BYTES
            or is_alone(len(arrived[0].body), arrived[0].redelivered)
        )

    def next(self) -> Incoming:
        """Take the first of what has arrived; IndexError where nothing has."""
        first = self.arrived.popleft()
        self.bytes -= self._sizes.popleft()
        if (
            self.holding_back
            and self.bytes <= limits.ARRIVED_BYTES // 2
            and len(self.arrived) <= limits.ARRIVED_MESSAGES // 2
        ):
            self._read_on()
        return first

    async def wait(self) -> None:
        """Until something has arrived, or nothing will (``news`` is set then)."""
        if not self.arrived:
            self.news.clear()
            await self.news.wait()

    def leave(self) -> None:
        """Take nothing more: what arrives from now on, until it is closed, is let go."""
        self._left = True
        self.arrived.clear()
        self._sizes.clear()
        self.bytes = 0
        self._read_on()

    def _read_on(self) -> None:
        if self.holding_back:
            self.holding_back = False
            self._resume()
