"""Tables of the webhooks, as the newest migration leaves them: of the gateway's store."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from broker.store.columns import Moment
from broker.store.gateway.tables import GATEWAY

endpoints: Final = Table(
    "gateway_webhook",
    GATEWAY,
    Column("name", String(60), primary_key=True),
    Column("url", String(2000), nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("old_secret", LargeBinary),
    Column("old_until", Moment),
    Column("state", String(10), nullable=False),
    Column("since", Moment),
    Column("why", String(200)),
    Column("made_at", Moment, nullable=False),
    Column("holder", String(80)),
    Column("beat", BigInteger, nullable=False),
)
"""Endpoints; of each the secret itself, since it signs with it."""

deliveries: Final = Table(
    "gateway_delivery",
    GATEWAY,
    Column(
        "id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    ),
    Column("endpoint", String(60), nullable=False),
    Column("event_id", String(255), nullable=False),
    Column("case", String(255), nullable=False),
    Column("type", String(255), nullable=False),
    Column("body", LargeBinary),
    Column("properties", Text, nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("state", String(10), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("first_tried", Moment),
    Column("tried_at", Moment),
    Column("due", Moment),
    Column("answer", String(200)),
    Column("done_at", Moment),
    Index("gateway_delivery_event", "endpoint", "event_id", unique=True),
    Index("gateway_delivery_waiting", "endpoint", "state", "case", "id"),
    Index("gateway_delivery_case", "case"),
    Index("gateway_delivery_done", "done_at"),
    sqlite_autoincrement=True,
)
"""Events on their way to an endpoint, and for some days those that are there. In the order of
``id`` they came out of the queue."""
