"""Which nodes of RabbitMQ have clients that can be answered."""

from collections.abc import Callable, Iterable
from typing import Final

_KEPT_OUT: Final = 60.0
"""Seconds in which nobody of a node is answered where answering ended the connection."""
_NEW_AT_ONCE: Final = 10
"""Nodes that were never answered and may be tried at once, more than a cluster has."""
_NEW_EACH: Final = 1.0
"""Seconds until one more of those may be: each that is made up may cost a connection, and the name
of each stays in RabbitMQ's memory for ever."""
_REMEMBERED: Final = 256


class ReplyNodes:
    """Nodes by the names in ``reply_to``, which anybody may make up. ``seconds``: a clock that
    never jumps."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._answered: dict[str, None] = {}
        self._trying: set[str] = set()
        self._kept_out: dict[str, float] = {}
        self._room = float(_NEW_AT_ONCE)
        self._looked_at = seconds()

    def may_try(self, node: str) -> bool:
        """Whether somebody of this node is to be answered."""
        if node in self._answered or node in self._trying:
            return True
        now = self._seconds()
        if (until := self._kept_out.get(node)) is not None:
            if now < until:
                return False
            del self._kept_out[node]
        self._room = min(self._room + (now - self._looked_at) / _NEW_EACH, _NEW_AT_ONCE)
        self._looked_at = now
        if self._room < 1:
            return False
        self._room -= 1
        self._trying.add(node)
        return True

    def first(self, nodes: Iterable[str]) -> str:
        """Which of these is answered next: one that was before, where there is one."""
        nodes = list(nodes)
        return next((node for node in nodes if node in self._answered), nodes[0])

    def answered(self, node: str) -> None:
        """Answering it ended nothing."""
        self._trying.discard(node)
        self._answered.pop(node, None)
        self._answered[node] = None
        if len(self._answered) > _REMEMBERED:
            del self._answered[next(iter(self._answered))]

    def failed(self, node: str) -> bool:
        """The connection ended over it, or by chance: one that was answered before may be tried
        anew, another one not for a while; gives which."""
        if node in self._answered:
            del self._answered[node]
            self._trying.add(node)
            return True
        self._trying.discard(node)
        if len(self._kept_out) >= _REMEMBERED:
            del self._kept_out[next(iter(self._kept_out))]
        self._kept_out[node] = self._seconds() + _KEPT_OUT
        return False
