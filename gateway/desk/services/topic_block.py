"""A topic as the rules would have it, ready to be pasted into a file of ``topics/``."""

from collections.abc import Container
from typing import Final

from broker.domain.routing.rules import Rules
from gateway.desk.services.finding import Service

_LONGEST_ID: Final = 40


def topic_block(service: Service, rules: Rules) -> str:
    """TOML. Names and phrases are words of letters alone: nothing in it has to be escaped."""
    taken = {topic.id for topic in rules.topics}
    called = service.phrases[0]
    phrases = ", ".join(f'"{one}"' for one in service.phrases)
    lines = [
        "[[topic]]",
        f'id = "{_free(called.replace(" ", "-"), taken)}"',
        f'name = "{called.capitalize()}"',
        f'agency = "{service.agency}"',
        f"phrases = [{phrases}]",
    ]
    return "\n".join(lines) + "\n"


def _free(wanted: str, taken: Container[str]) -> str:
    number, id = 1, wanted[:_LONGEST_ID].rstrip("-")
    while id in taken:
        number += 1
        id = f"{wanted[: _LONGEST_ID - 4].rstrip('-')}-{number}"
    return id
