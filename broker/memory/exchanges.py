"""Exchanges in memory: from a routing key to queues."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Exchange:
    """``type`` is ``topic`` or ``fanout``; ``bindings`` are queues and their patterns."""

    type: str
    alternate: str | None = None
    bindings: list[tuple[str, str]] = field(default_factory=list)

    def queues(self, routing_key: str) -> list[str]:
        """The queues that a message goes to, each once."""
        words = routing_key.split(".")
        return list(
            dict.fromkeys(
                queue
                for queue, pattern in self.bindings
                if self.type == "fanout" or matches(pattern.split("."), words)
            )
        )


def matches(pattern: list[str], words: list[str]) -> bool:
    """Whether a topic pattern fits: ``*`` is one word, ``#`` is any number, also none.

    https://www.rabbitmq.com/tutorials/tutorial-five-python#topic-exchange
    """
    if not pattern:
        return not words
    first, rest = pattern[0], pattern[1:]
    if first == "#":
        return any(matches(rest, words[skipped:]) for skipped in range(len(words) + 1))
    return bool(words) and first in ("*", words[0]) and matches(rest, words[1:])
