"""Handovers that run beside the pages: who began them, how far each is, how it ended."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog

from broker.errors import BrokerUnavailable, StoreUnavailable, Unroutable
from config.logging import where
from gateway.desk.handing_over import Extent, HandedOver, Handover, hand_over
from gateway.desk.session import DeskSession

log = structlog.get_logger()

_KEPT: Final = 20
"""Handovers that are remembered, those that run among them."""
_FAILED: Final = "failed"
_AWAY: Final = "away"


@dataclass(slots=True)
class Move:
    """``many``: how many there were to hand over; ``stopped``: why it did not get through, a code;
    ``ended``: when it was over."""

    what: Handover
    many: int
    began: datetime
    done: HandedOver = field(default_factory=HandedOver)
    stopped: str | None = None
    ended: datetime | None = None


class Moves:
    """Those of this process. One that is cut off with it is done again from the page: what went is
    no case of the source any more."""

    def __init__(self) -> None:
        self._moves: dict[str, Move] = {}
        self._tasks = set[asyncio.Task[None]]()

    def begin(self, what: Handover, extent: Extent, office: DeskSession) -> str:
        """Start one; its name, for the address of its page. One from the same agency that still
        runs goes on instead: the same form sent twice is one handover."""
        for name, move in self._moves.items():
            if move.ended is None and move.what.source == what.source:
                return name
        for old in [name for name, one in self._moves.items() if one.ended][: -_KEPT + 1]:
            del self._moves[old]
        name = secrets.token_urlsafe(12)
        move = self._moves[name] = Move(what, extent.many(what.resolved), office.now())
        task = asyncio.create_task(_run(move, office))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return name

    def get(self, name: str) -> Move | None:
        """One of them; None where there is none of that name (any more)."""
        return self._moves.get(name)

    def running(self) -> Mapping[str, Move]:
        """Those that are not over."""
        return {name: move for name, move in self._moves.items() if move.ended is None}


async def _run(move: Move, office: DeskSession) -> None:
    try:
        await hand_over(move.what, office, move.done, lambda: None)
    except* (BrokerUnavailable, StoreUnavailable, Unroutable):
        move.stopped = _AWAY
    except* Exception as errors:
        move.stopped = _FAILED
        log.error("gateway.move_failed", traceback=where(errors))
    finally:
        move.ended = office.now()
