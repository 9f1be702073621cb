"""How many messages a batch has, and how many are in hand: the one place of these numbers.

The more a batch has, the less each of its messages costs RabbitMQ and the store; bodies end it
earlier (``limits.BATCH_BYTES``).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sizes:
    """``most``: messages in a batch. ``side_by_side``: batches that are published and recorded at
    once; more than one where none of them needs what the one before it has recorded."""

    most: int
    side_by_side: int = 1

    @property
    def prefetch(self) -> int:
        """Three batches: what is being completed, one that is prepared or on the wire. All of them
        come back one by one when the process is killed."""
        return 3 * self.most


ROUTER: Final = Sizes(200, side_by_side=2)
"""RabbitMQ works on one batch while the next one is claimed and sent."""
CASES: Final = Sizes(500)
"""Half of what a transaction costs is waiting, for confirms and for the disk."""
