"""Every command explains itself, with an example to copy."""

from collections.abc import Iterator
from typing import Any

import pytest
import typer

from pintu.cli.main import app


def helps(command: Any, *path: str) -> Iterator[tuple[str, str]]:
    """Each command with its own help; groups of commands are no commands."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(path), command.help
    else:
        for name in inner:
            yield from helps(inner[name], *path, name)


@pytest.mark.parametrize(("name", "text"), list(helps(typer.main.get_command(app))))
def test_the_help_of_every_command_has_an_example_of_it(name: str, text: str) -> None:
    _, *examples = text.split("Example: ")
    assert any(f"pintu {name}" in example for example in examples)
