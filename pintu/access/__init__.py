"""`pintu access`: users of RabbitMQ from the configuration, as files or on the broker."""
