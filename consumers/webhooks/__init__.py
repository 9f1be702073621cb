"""Events of a queue by POST, for whoever speaks no AMQP (docs/how-to/webhooks.md)."""
