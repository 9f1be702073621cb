"""RabbitMQ: the only package that knows a client library."""
