"""The configuration folder as facts."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from broker.domain.routing.rules import Rules
from broker.errors import BadConfiguration
from broker.messaging.topology import mail_queues
from config.language import gettext, marked
from config.loading import check_rules
from config.loading.clocks import check_clocks, load_zone
from config.loading.learned import MODEL
from pintu.doctor.facts import Configuration

_SHIPPED: Final = marked("the shipped configuration")


def look_at_configuration(folder: Path | None) -> tuple[Configuration, Rules | None]:
    """What is in the folder, and the rules where they can be loaded. Takes a second."""
    rules, clocks = check_rules(folder), check_clocks(folder)
    where = str(folder or gettext(_SHIPPED))
    errors = tuple(dict.fromkeys(str(one) for one in (*rules.errors, *clocks.errors)))
    if errors or rules.rules is None or clocks.clocks is None:
        return Configuration(where, errors or (gettext("cannot be loaded"),)), rules.rules
    found = Configuration(
        where,
        (),
        rules.rules.version,
        rules.rules.region,
        _zone(folder),
        clocks.clocks.calendar,
        _learned_at(folder) if rules.rules.model is not None else None,
        mail_queues(rules.rules.contacts),
    )
    return found, rules.rules


def _zone(folder: Path | None) -> str | None:
    try:
        return str(load_zone(folder))
    except BadConfiguration:
        return None


def _learned_at(folder: Path | None) -> datetime | None:
    """By the time of the file: the model says nothing of it."""
    try:
        changed = ((folder or Path()) / MODEL).stat().st_mtime
    except OSError:
        return None
    return datetime.fromtimestamp(changed, UTC)
