"""RabbitMQ: the only package that knows a client library."""

from broker.amqp.tolerance import decode_tolerantly

decode_tolerantly()
