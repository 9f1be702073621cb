"""docs/reference/topology.md: what is declared for the shipped configuration."""

from config.loading import load_rules
from consumers.runtime.topology import topology_of
from pintu.cli.topology_page import NEW, OLD, markdown


def topology_page() -> str:
    """The page, as `pintu topology show --markdown` prints it without settings."""
    rules = load_rules(None)
    return markdown(topology_of(rules, NEW), topology_of(rules, OLD)) + "\n"
