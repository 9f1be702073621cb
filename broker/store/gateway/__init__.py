"""What the gateway remembers, in SQLite or PostgreSQL."""

from broker.store.gateway.mails import SqlMailStore, open_mail_store
from broker.store.gateway.store import SqlGatewayStore, open_gateway_store
from broker.store.webhooks import tables as webhooks

__all__ = ["SqlGatewayStore", "SqlMailStore", "open_gateway_store", "open_mail_store", "webhooks"]
"""``webhooks``: further tables of the same database."""
