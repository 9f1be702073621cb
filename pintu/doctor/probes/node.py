"""The private node of the state folder; it is not started."""

from pathlib import Path

from broker.node import NotInstalledError
from broker.node.installed import find_installed
from broker.node.seen import look
from config.broker_sentences import told
from pintu.doctor.facts import Node


def look_for_node(state_dir: Path) -> Node:
    """Its state, and whether RabbitMQ is on this machine to start one from."""
    try:
        find_installed()
    except NotInstalledError as why:
        return Node(look(state_dir), told(why))
    return Node(look(state_dir), None)
