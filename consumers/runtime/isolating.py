"""A fault of the program on one message parks that one; its neighbours go through.

Which one it was is found by halving the batch: whatever the stage that failed, deciding, framing
or recording, it fails again on the half that has the message. What is done twice bears the same
ids.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog

from broker.errors import PintuError, Unavailable, Unpublishable, Unroutable
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.parking.park import park_bare
from broker.ports import Publisher
from config.logging import where

log = structlog.get_logger()

Prepared = TypeVar("Prepared")


class Handler(Protocol[Prepared]):
    """What a consumer does with a batch; it never acknowledges a message itself."""

    async def prepare(self, batch: Sequence[Incoming]) -> Prepared:
        """Everything that needs nothing from outside; may be asked again for part of a batch.

        A long one gives way now and then, since the batch before it is being completed.
        """

    def give_up(self, message: Incoming) -> Prepared:
        """What is to be done with a message on which the program fails: park it, tell its
        sender."""

    def transaction(self, batch: Prepared) -> AbstractAsyncContextManager[Sequence[Outgoing]]:
        """Enter: give what to publish. Leave well: everything is confirmed, record it.

        Raises:
            StoreUnavailable: on entering or leaving.
        """

    def less(self) -> bool:
        """The program failed on what time alone brings: bring less of it in the next empty batch.

        False where it cannot be less.
        """

    async def check(self) -> None:
        """Raises StoreUnavailable unless the store can be written."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A batch on which preparing has failed."""

    error: Exception


class Isolating(Generic[Prepared]):
    """Prepares and does batches of one handler.

    ``once``: publishes and records what was prepared.
    """

    def __init__(
        self,
        handler: Handler[Prepared],
        once: Callable[[Publisher, Prepared], Awaitable[None]],
        queue: str,
    ) -> None:
        self._handler = handler
        self._once = once
        self._queue = queue

    async def prepare(self, batch: Sequence[Incoming]) -> Prepared | Failed:
        """Never raises: a fault is told apart when the batch is done."""
        try:
            return await self._handler.prepare(batch)
        except Exception as error:
            return Failed(error)

    async def do(
        self, publisher: Publisher, batch: Sequence[Incoming], prepared: Prepared | Failed
    ) -> None:
        """Publish and record a batch, but for messages on which the program fails.

        Raises:
            PintuError: something is away, or wrong with the configuration: no message's fault.
            Exception: the program fails without any message.
        """
        why = await self._tried(publisher, prepared)
        if why is None:
            return
        if not batch:
            await self._with_less(publisher, why)
            return
        if len(batch) > 1:
            seen = where(why)
            log.error("consumer.failed", queue=self._queue, messages=len(batch), traceback=seen)
        await self._isolate(publisher, batch, why)

    async def _tried(self, publisher: Publisher, prepared: Prepared | Failed) -> Exception | None:
        """Publish and record; gives what the program failed with."""
        if isinstance(prepared, Failed):
            return prepared.error
        try:
            await self._once(publisher, prepared)
        except Unpublishable as error:
            return error
        except PintuError:
            raise
        except Exception as error:
            return error
        return None

    async def _with_less(self, publisher: Publisher, why: Exception) -> None:
        """What time alone brings, less and less of it; raises where that does not help."""
        while (isinstance(why, Unpublishable) or not isinstance(why, PintuError)) and (
            self._handler.less()
        ):
            log.error("consumer.failed", queue=self._queue, messages=0, traceback=where(why))
            failed = await self._tried(publisher, await self.prepare(()))
            if failed is None:
                return
            why = failed
        raise why

    async def _isolate(
        self, publisher: Publisher, batch: Sequence[Incoming], why: Exception
    ) -> None:
        if len(batch) == 1:
            await self._give_up(publisher, batch[0], why)
            return
        half = len(batch) // 2
        for part in (batch[:half], batch[half:]):
            failed = await self._tried(publisher, await self.prepare(part))
            if failed is not None:
                await self._isolate(publisher, part, failed)

    async def _give_up(self, publisher: Publisher, message: Incoming, why: Exception) -> None:
        """Park one message; where even that cannot be said of it, its body with the reason."""
        log.error("consumer.failed", queue=self._queue, messages=1, traceback=where(why))
        # A store that is broken altogether is no message's fault: they stay in the queue.
        await self._handler.check()
        try:
            await self._once(publisher, self._handler.give_up(message))
        except (Unavailable, Unroutable):
            raise
        except Exception as error:
            log.error("consumer.failed", queue=self._queue, traceback=where(error))
            await publisher.publish([park_bare(message, "internal-error")])
