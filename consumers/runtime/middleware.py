"""What is wrapped round a handler instead of living in it: counting, logging, tracing.

A middleware is a handler made from a handler. The faults of one message are isolated round all of
them (consumers.runtime.isolating).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Generic

import structlog

from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.watermark import WATERMARK
from config.logging import where
from consumers.runtime.isolating import Handler, Prepared

if TYPE_CHECKING:  # an extra, imported where it is switched on
    from opentelemetry.trace import Span

    from consumers.runtime.tracing.spans import Spans

log = structlog.get_logger()

_GIVE_WAY: Final = 40
"""Spans made in one go, 1 to 2 ms: meanwhile the batch before is sent, confirmed and written."""

Observer = Callable[[Prepared], None]
"""Told of a batch once it is published and recorded; what was done stands in the batch."""


class Observed(Generic[Prepared]):
    """A handler whose batches observers are told of. A fault of theirs undoes nothing."""

    def __init__(self, handler: Handler[Prepared], *observers: Observer[Prepared]) -> None:
        self._handler = handler
        self._observers = observers

    async def prepare(self, batch: Sequence[Incoming]) -> Prepared:
        return await self._handler.prepare(batch)

    def give_up(self, message: Incoming) -> Prepared:
        return self._handler.give_up(message)

    def less(self) -> bool:
        return self._handler.less()

    async def check(self) -> None:
        await self._handler.check()

    @asynccontextmanager
    async def transaction(self, batch: Prepared) -> AsyncIterator[Sequence[Outgoing]]:
        async with self._handler.transaction(batch) as outgoing:
            yield outgoing
        for observer in self._observers:
            try:
                observer(batch)
            except Exception as error:  # it was done and recorded: nothing is to be done again
                log.error("consumer.observer_failed", traceback=where(error))


@dataclass(frozen=True, slots=True)
class Spanned(Generic[Prepared]):
    """A batch with the spans of its messages, open until it is recorded."""

    prepared: Prepared
    spans: "Sequence[Span]"


class Traced(Generic[Prepared]):
    """A handler whose messages have a span each, from when they are decided to when what follows
    is published and recorded; and what is published, one from then until it is confirmed.

    A message is handled under the trace context of its span: this goes on with what is made of
    it, and is kept with the case.
    """

    def __init__(self, handler: Handler[Prepared], spans: "Spans") -> None:
        self._handler = handler
        self._spans = spans

    async def prepare(self, batch: Sequence[Incoming]) -> Spanned[Prepared]:
        try:
            messages, spans = await self._begun(batch)
        except Exception as error:  # what is only told of must not end the work
            log.error("tracing.failed", traceback=where(error))
            messages, spans = list(batch), []
        return Spanned(await self._handler.prepare(messages), spans)

    def give_up(self, message: Incoming) -> Spanned[Prepared]:
        return Spanned(self._handler.give_up(message), ())

    def less(self) -> bool:
        return self._handler.less()

    async def check(self) -> None:
        await self._handler.check()

    @asynccontextmanager
    async def transaction(self, batch: Spanned[Prepared]) -> AsyncIterator[Sequence[Outgoing]]:
        try:
            async with self._handler.transaction(batch.prepared) as outgoing:
                with self._spans.sending(outgoing) as traced:
                    yield traced
        except BaseException as error:
            for span in batch.spans:
                self._spans.failed(span, error)
            raise
        finally:
            for span in batch.spans:
                span.end()

    async def _begun(self, batch: Sequence[Incoming]) -> "tuple[list[Incoming], list[Span]]":
        ours = [message for message in batch if message.properties.type != WATERMARK]
        together = self._spans.batch(ours)
        messages: list[Incoming] = []
        spans = [together] if together is not None else []
        for number, message in enumerate(batch):
            if number % _GIVE_WAY == _GIVE_WAY - 1:
                await asyncio.sleep(0)
            if message.properties.type == WATERMARK:
                messages.append(message)
                continue
            span, trace = self._spans.process(message, together)
            spans.append(span)
            messages.append(replace(message, trace=trace))
        return messages, spans
