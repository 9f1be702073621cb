"""What the gateway remembers, in SQLite or PostgreSQL."""

from broker.store.gateway.store import SqlGatewayStore, open_gateway_store

__all__ = ["SqlGatewayStore", "open_gateway_store"]
