"""Every check, by subject; importing this fills the catalog, in the order of this list."""

from pintu.doctor.checks import (  # noqa: I001 -- the order in which they are told
    environment,
    machine,
    connection,
    user,
    broker,
    queues,
    store,
    attachments,
    database,
    clock,
    configuration,
    processes,
    door,
    people,
    mail,
    webhooks,
)

__all__ = [
    "attachments",
    "broker",
    "clock",
    "configuration",
    "connection",
    "database",
    "door",
    "environment",
    "machine",
    "mail",
    "people",
    "processes",
    "queues",
    "store",
    "user",
    "webhooks",
]
