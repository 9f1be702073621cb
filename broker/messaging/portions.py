"""How much is taken at once: messages and bytes, a large one or one that came back alone."""

from schemas import limits


def is_alone(size: int, redelivered: bool) -> bool:
    """Whether a message with a body of ``size`` bytes has no others beside it.

    One that is redelivered may have been the cause of a crash; a large one takes many times its
    bytes once it is read.
    """
    return redelivered or size >= limits.LARGE_MESSAGE


class Portion:
    """A batch while it is taken, of at most ``most`` messages."""

    def __init__(self, most: int) -> None:
        self._messages = most
        self._bytes = limits.BATCH_BYTES
        self._begun = False

    def takes(self, size: int, redelivered: bool) -> bool:
        """Whether the next message, with a body of ``size`` bytes, goes with those before it.

        The first always does.
        """
        alone = is_alone(size, redelivered)
        fits = self._messages > 0 and size <= self._bytes and not alone
        if self._begun and not fits:
            return False
        self._begun = True
        self._messages = 0 if alone else self._messages - 1
        self._bytes -= size
        return True
