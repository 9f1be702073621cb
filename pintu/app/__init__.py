"""The composition root: a broker, a store, rules and a time source are made here and nowhere else.

Commands ask here for what they work with; what is needed for one of them alone is imported where
it is needed, so that `pintu due` starts without a broker's client.
"""

from pintu.app.auditing import local_zone, open_audit, open_replay
from pintu.app.commands import (
    forget_attachments,
    open_clocks,
    open_desk,
    open_gateway,
    open_mail,
    open_parked,
    open_webhooks,
    time_alone,
)
from pintu.app.configuration import (
    clocks_of,
    configuration_of,
    directory_of,
    program_version,
    rules_of,
    system_clock,
)
from pintu.app.reaching import outside, reached
from pintu.app.running import run, serve

__all__ = [
    "clocks_of",
    "configuration_of",
    "directory_of",
    "forget_attachments",
    "local_zone",
    "open_audit",
    "open_clocks",
    "open_desk",
    "open_gateway",
    "open_mail",
    "open_parked",
    "open_replay",
    "open_webhooks",
    "outside",
    "program_version",
    "reached",
    "rules_of",
    "run",
    "serve",
    "system_clock",
    "time_alone",
]
