"""One channel that declares and looks: a refusal closes it (AMQP), so it is opened anew."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import aiormq
from aiormq.abc import AbstractChannel, AbstractConnection

from broker.amqp.failures import said
from broker.amqp.library import LIBRARY_ERRORS
from broker.amqp.topology import explain
from broker.amqp.topology.difference import Difference, Kind, missing, named
from broker.errors import BrokerUnavailable, TopologyConflict
from broker.messaging.topology import Arguments, Binding, Exchange, Queue

DEADLINE: Final = 30.0
"""Seconds for one object: a node that is short of breath takes its time over a quorum queue."""

_refusals = aiormq.exceptions


class Declarer:
    """Declares objects over one connection, one after the other.

    ``messages`` and ``consumers``: of the queues that were looked for, how many each has.
    Every method may raise BrokerUnavailable.
    """

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection
        self.messages: dict[str, int] = {}
        self.consumers: dict[str, int] = {}
        self._channel: AbstractChannel | None = None

    async def declare_exchange(self, exchange: Exchange) -> Difference | None:
        """Declare it; gives what stands in the way, or None."""
        what = named(exchange)
        try:
            await self._ask(
                lambda channel: channel.exchange_declare(
                    exchange.name,
                    exchange_type=exchange.type,
                    durable=True,
                    arguments=dict(exchange.arguments),
                )
            )
        except _refusals.ChannelPreconditionFailed as refusal:
            return explain.refused_exchange(exchange, _text(refusal))
        except _refusals.ChannelAccessRefused as refusal:
            exists = await self.look_for_exchange(exchange) is None
            return explain.forbidden(what, _text(refusal), exists=exists)
        except _refusals.ChannelClosed as refusal:
            return Difference(Kind.DIFFERS, what, _text(refusal), serious=True)
        return None

    async def declare_queue(
        self, queue: Queue, found: Arguments | None = None
    ) -> Difference | None:
        """Declare it, or accept it as an older version's; gives what stands in the way, or None.

        Args:
            found: what it stands under, where that is known: asked for first if it is good too,
                since RabbitMQ closes the channel over every other answer, and logs an error.

        Raises:
            TopologyConflict: the broker cannot have such queues (feature flags).
        """
        what = named(queue)
        try:
            if found is not None and any(dict(found) == dict(one) for one in queue.tolerated):
                await self._declare_queue(queue, found)
                return explain.tolerated(queue, found)
            await self._declare_queue(queue, queue.arguments)
        except _refusals.ChannelPreconditionFailed as refusal:
            return await self._as_tolerated(queue, _text(refusal))
        except _refusals.ChannelAccessRefused as refusal:
            exists = await self.look_for_queue(queue) is None
            return explain.forbidden(what, _text(refusal), exists=exists)
        except _refusals.ChannelClosed as refusal:
            return Difference(Kind.DIFFERS, what, _text(refusal), serious=True)
        return None

    async def bind(self, binding: Binding) -> Difference | None:
        """Bind it; gives what stands in the way, or None."""
        what = named(binding)
        try:
            await self._ask(
                lambda channel: channel.queue_bind(
                    binding.queue, binding.exchange, binding.routing_key
                )
            )
        except _refusals.ChannelAccessRefused:
            says = "this user may not bind, and AMQP cannot show whether it is there"
            return Difference(Kind.NOTE, what, says)
        except _refusals.ChannelClosed as refusal:
            return Difference(Kind.MISSING, what, _text(refusal), serious=True)
        return None

    async def look_for_queue(self, queue: Queue) -> Difference | None:
        """Whether a queue exists; asks for no permission and creates nothing."""

        async def question(channel: AbstractChannel) -> None:
            found = await channel.queue_declare(queue.name, passive=True)
            self.messages[queue.name] = found.message_count or 0
            self.consumers[queue.name] = found.consumer_count or 0

        return await self._look(queue, question)

    async def look_for_exchange(self, exchange: Exchange) -> Difference | None:
        """Whether an exchange exists."""
        return await self._look(
            exchange, lambda channel: channel.exchange_declare(exchange.name, passive=True)
        )

    async def _look(
        self, thing: Exchange | Queue, question: Callable[[AbstractChannel], Awaitable[Any]]
    ) -> Difference | None:
        try:
            await self._ask(question)
        except _refusals.ChannelNotFoundEntity as refusal:
            says = _text(refusal)
            if "no queue" in says or "no exchange" in says:
                return missing(thing)
            # It is there, but its home node or most of its replicas are away.
            remedy = "see to the nodes of the cluster"
            return Difference(Kind.DIFFERS, named(thing), says, remedy, serious=True)
        except _refusals.ChannelClosed as refusal:
            return Difference(Kind.NOTE, named(thing), _text(refusal))
        return None

    async def _as_tolerated(self, queue: Queue, refusal: str) -> Difference | None:
        refusals = [(queue.arguments, refusal)]
        for arguments in queue.tolerated:
            try:
                await self._declare_queue(queue, arguments)
            except _refusals.ChannelPreconditionFailed as another:
                refusals.append((arguments, _text(another)))
            else:
                return explain.tolerated(queue, arguments)
        return explain.refused_queue(queue, explain.most_telling(queue, refusals))

    async def _declare_queue(self, queue: Queue, arguments: Arguments) -> None:
        await self._ask(
            lambda channel: channel.queue_declare(
                queue.name, durable=True, arguments=dict(arguments)
            )
        )

    async def _ask(self, question: Callable[[AbstractChannel], Awaitable[Any]]) -> None:
        try:
            async with asyncio.timeout(DEADLINE):
                if self._channel is None or self._channel.is_closed:
                    self._channel = await self._connection.channel()
                await question(self._channel)
        except _refusals.ChannelClosed:
            self._channel = None
            raise
        except _refusals.ConnectionInternalError as why:
            if "feature flag" in _text(why):
                raise TopologyConflict(
                    f"{_text(why)}: rabbitmqctl enable_feature_flag all"
                ) from why
            raise BrokerUnavailable(_text(why)) from why
        except TimeoutError as why:
            raise BrokerUnavailable(f"no answer within {DEADLINE:.0f} s") from why
        except LIBRARY_ERRORS as why:
            raise BrokerUnavailable(_text(why)) from why


def _text(why: BaseException) -> str:
    return str(why.args[0]) if why.args and why.args[0] else said(why)
