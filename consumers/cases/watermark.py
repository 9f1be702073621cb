"""Watermarks: how the case consumer knows up to when it has read everything.

It puts a small message into its own queue. When that comes back, all that lay in the queue at
that moment has been read. A consumer with nothing to read would not know it otherwise, and no
rung could fire.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Final

from broker.messaging import names
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.parking.origin import REPLAYED_AS
from broker.messaging.watermark import WATERMARK, watermark

_EVERY: Final = 0.25
"""Seconds from one that came back to the next: the lag that it adds to an escalation."""
_GIVEN_UP: Final = 5.0
"""Seconds after which one that did not come back is sent anew: another instance, the active one,
took it, or the queue was purged. Behind a long queue it only adds one message in five seconds."""


def is_watermark(message: Incoming) -> bool:
    """Whoever's it is. Nobody from outside may publish on the default exchange; a message of
    theirs that an operator sends back through it says what it was published with."""
    return (
        message.exchange == names.DEFAULT_EXCHANGE
        and message.properties.type == WATERMARK
        and REPLAYED_AS not in message.properties.headers
    )


class Watermarks:
    """The watermarks of one instance, one on its way at a time.

    ``instance``: what nobody else is called; ``seconds``: a clock that never jumps.
    """

    def __init__(
        self,
        instance: str,
        seconds: Callable[[], float],
        *,
        every: float = _EVERY,
        given_up: float = _GIVEN_UP,
    ) -> None:
        self._instance = instance
        self._seconds = seconds
        self._every = every
        self._given_up = given_up
        self._sent = 0
        self._counts_from = 1
        self._heard = False
        self._next_at = 0.0

    def anew(self) -> None:
        """A session begins: only what is sent in it counts."""
        self._counts_from = self._sent + 1
        self._heard = False
        self._next_at = self._seconds()

    def wait(self) -> float:
        """Seconds until the next one is to be sent."""
        return self._next_at - self._seconds()

    def hurry(self) -> None:
        """There is more to do for whoever is active: the next one goes at once."""
        self._next_at = min(self._next_at, self._seconds())

    def make(self, now: datetime) -> Outgoing:
        """One that says: this moment is reached when I am back."""
        number = self._sent + 1
        event_id = f"{self._instance}-{number}"
        return watermark(event_id, self._instance, number, now)

    def sent(self) -> None:
        """It was published, or may have been."""
        self._sent += 1
        self._next_at = self._seconds() + self._given_up

    def back(self, message: Incoming) -> datetime | None:
        """The moment that is reached with it; None for one that does not count."""
        try:
            event = json.loads(message.body)
            number = int(event["data"]["number"])
            ours = event["data"]["instance"] == self._instance
            moment = datetime.fromisoformat(event["time"])
        except (ValueError, TypeError, KeyError):
            return None
        if not ours or number < self._counts_from:
            return None
        first, self._heard = not self._heard, True
        if first and number > self._counts_from:
            # Another instance was the active one and took the others. It may have a batch in
            # hand that came before this watermark: once it has had time to leave, we know.
            self._counts_from = self._sent + 1
            self._next_at = self._seconds() + self._given_up
            return None
        self._next_at = self._seconds() + self._every
        return moment
