"""How many messages a batch has, and how many are in hand: the one place of these numbers.

The more a batch has, the less each of its messages costs RabbitMQ and the store; bodies end it
earlier (``limits.BATCH_BYTES``).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sizes:
    """``most``: messages in a batch."""

    most: int

    @property
    def prefetch(self) -> int:
        """A batch that is being completed, one that is prepared, one on the wire."""
        return 3 * self.most


ROUTER: Final = Sizes(200)
CASES: Final = Sizes(500)
"""Half of what a transaction costs is waiting, for confirms and for the disk."""
