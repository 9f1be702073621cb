"""A configuration folder as a whole: rules and clocks, or every error of both at once."""

from pathlib import Path

from broker.domain.clocks import SlaCalendar
from broker.domain.routing.rules import Rules
from config.loading.clocks import check_clocks
from config.loading.problems import refusal
from config.loading.rules import check_rules


def load_configuration(folder: Path | None) -> tuple[Rules, SlaCalendar]:
    """Rules and clocks of that folder; None: the shipped ones. Raises `ConfigurationError`."""
    rules, clocks = check_rules(folder), check_clocks(folder)
    if rules.rules is None or clocks.clocks is None:
        raise refusal(tuple(dict.fromkeys((*rules.errors, *clocks.errors))), folder)
    return rules.rules, clocks.clocks
