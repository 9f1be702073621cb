"""aio-pika, 400 messages in flight.

As its quick start has it ("Asynchronous message processing"): a callback for each message, as many
at once as are prefetched, ``message.process()`` round the work; each waits for its own confirm
(strategy 3 of its page on publisher confirms, "best performance and use of resources"). Weaker
there, and made up for here: see aiopika_one.py. Kinder than those pages: uvloop.
"""

import asyncio

import aio_pika
import uvloop

from bench.peers.keys import given


async def main() -> None:
    url, key_of = given()
    connection = await aio_pika.connect_robust(url)
    async with connection:
        channel = await connection.channel(on_return_raises=True)
        await channel.set_qos(prefetch_count=400)
        events = await channel.get_exchange("complaints.events", ensure=False)
        queue = await channel.get_queue("router.intake", ensure=False)

        async def relay(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            async with message.process(requeue=True):
                copy = aio_pika.Message(
                    message.body,
                    content_type=message.content_type,
                    delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                    message_id=message.message_id,
                )
                await events.publish(copy, key_of(message.message_id or ""))

        await queue.consume(relay)
        await asyncio.Future()


if __name__ == "__main__":
    uvloop.run(main())
