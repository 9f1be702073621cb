"""What the gateway remembers, in SQLite or PostgreSQL."""

from broker.store.gateway.store import SqlGatewayStore, open_gateway_store
from broker.store.webhooks import tables as webhooks

__all__ = ["SqlGatewayStore", "open_gateway_store", "webhooks"]
"""``webhooks``: further tables of the same database."""
