"""Endpoints of webhooks and what is on its way to them, in SQLite or PostgreSQL."""

from broker.store.webhooks.store import SqlWebhookStore, open_webhook_store

__all__ = ["SqlWebhookStore", "open_webhook_store"]
