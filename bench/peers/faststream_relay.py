"""FastStream, started by ``app.run()`` (its documents show this beside ``faststream run``).

A subscriber that acknowledges when the handler has ended, and a publisher object that is awaited
and so waits for the confirm (both by default). Its documents recommend less in three things:
messages are not persistent (``persist``), a message whose handler failed is rejected for good
(``AckPolicy.REJECT_ON_ERROR``), and one that no queue takes counts as published
(``on_return_raises``). Here they are persistent, requeued, and an error. Kinder than they are: no
log line for each message (``logger=None``), 400 prefetched, uvloop.
"""

import uvloop
from faststream import AckPolicy, FastStream
from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange, RabbitQueue
from faststream.rabbit.annotations import RabbitMessage

from bench.peers.keys import given

url, key_of = given()
channel = Channel(prefetch_count=400, on_return_raises=True)
broker = RabbitBroker(url, logger=None, default_channel=channel)
app = FastStream(broker, logger=None)
events = RabbitExchange("complaints.events", type=ExchangeType.TOPIC, declare=False)
publisher = broker.publisher(exchange=events, persist=True)


@broker.subscriber(
    RabbitQueue("router.intake", declare=False), ack_policy=AckPolicy.NACK_ON_ERROR, no_reply=True
)
async def relay(message: RabbitMessage) -> None:
    await publisher.publish(
        message.body,
        routing_key=key_of(message.message_id),
        content_type=message.content_type,
        message_id=message.message_id,
    )


if __name__ == "__main__":
    uvloop.run(app.run())
