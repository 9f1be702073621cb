"""docs/reference/commands.md: every command with its arguments, options and examples."""

import re
import textwrap
from collections.abc import Iterator
from enum import Enum
from typing import Any, Final

import typer

from pintu.cli.main import app
from scripts.documents.writing import items, page, paragraph

_EXAMPLE: Final = re.compile(r"Examples?: (.*?)(?=\n\s*\n|\Z)", re.DOTALL)


def commands() -> Iterator[tuple[str, Any]]:
    """Each command that does something, with its full name (``case show``); groups are none."""
    yield from _below(typer.main.get_command(app), "")


def groups() -> dict[str, Any]:
    """The commands that only hold others, by name; the program itself is ``""``."""
    root: Any = typer.main.get_command(app)
    found = {"": root}
    found |= {name: one for name, one in root.commands.items() if hasattr(one, "commands")}
    return found


def options(command: Any) -> set[str]:
    """The options of a command as one types them."""
    return {name for one in command.params for name in (*one.opts, *one.secondary_opts)}


def commands_page() -> str:
    """The page, from the program's own help."""
    made = list(commands())
    intro = (
        "`pintu COMMAND --help` says the same in the terminal. [Exit codes](exit-codes.md) hold"
        " for every command; [settings](settings.md) come from the environment."
    )
    contents = items(f"[`pintu {name}`](#pintu-{name.replace(' ', '-')})" for name, _ in made)
    return page("Commands", paragraph(intro), contents, *(_section(*one) for one in made))


def _below(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for word, one in inner.items():
        yield from _below(one, f"{name} {word}".strip())


def _section(name: str, command: Any) -> str:
    text = (command.help or "").strip()
    examples = [" ".join(found.split()) for found in _EXAMPLE.findall(text)]
    told = [_told(part) for part in re.split(r"\n\s*\n", _EXAMPLE.sub("", text)) if part.strip()]
    parameters = items(_parameter(one) for one in command.params)
    shown = "\n".join(["```sh", *examples, "```"]) if examples else ""
    return "\n\n".join(part for part in (f"## pintu {name}", *told, parameters, shown) if part)


def _told(part: str) -> str:
    """A paragraph; one that begins with a backspace is printed as it stands."""
    if "\b" not in part:
        return paragraph(part)
    return f"```text\n{textwrap.dedent(part.replace(chr(8), '').strip(chr(10))).strip()}\n```"


def _parameter(one: Any) -> str:
    if one.param_type_name == "argument":
        shown = f"`{one.metavar or one.name.upper()}`"
        marks = [] if one.required else ["optional"]
    else:
        value = "" if one.is_flag else f" {one.metavar or _choices(one) or one.name.upper()}"
        shown = f"`{max(one.opts, key=len)}{value}`"
        marks = ["required"] if one.required else []
    if one.multiple:
        marks.append("may be repeated")
    if one.default not in (None, False, ""):
        marks.append(f"default {one.default}")
    if one.envvar:
        marks.append(f"or `{one.envvar}`")
    marked = f" ({', '.join(marks)})" if marks else ""
    return f"{shown}{marked}: {one.help or ''}".rstrip(": ")


def _choices(option: Any) -> str:
    kind = option.type_descriptor.annotation
    is_choice = isinstance(kind, type) and issubclass(kind, Enum)
    return "|".join(str(choice.value) for choice in kind) if is_choice else ""
